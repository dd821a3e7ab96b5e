<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>What is new…</source>
        <translation>更新内容…</translation>
    </message>
    <message>
        <source>Third-party notices…</source>
        <translation>第三方声明…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>许可证…</translation>
    </message>
    <message>
        <source>About Hearth</source>
        <translation>关于 Hearth</translation>
    </message>
    <message>
        <source>Hearth %1</source>
        <translation>Hearth %1</translation>
    </message>
    <message>
        <source>Commit %1 · Apache License 2.0</source>
        <translation>提交 %1 · Apache License 2.0</translation>
    </message>
    <message>
        <source>Newer versions</source>
        <translation>新版本</translation>
    </message>
    <message>
        <source>For reports of errors</source>
        <translation>供报告问题时使用</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详情</translation>
    </message>
</context>
<context>
    <name>AdapterCard</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>More actions for %1</source>
        <translation>%1 的更多操作</translation>
    </message>
    <message>
        <source>Hide the details of %1</source>
        <translation>隐藏 %1 的详情</translation>
    </message>
    <message>
        <source>Show the details of %1</source>
        <translation>显示 %1 的详情</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>适用于</translation>
    </message>
    <message>
        <source>Made for</source>
        <translation>配套模型</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>修改的模块</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Make a model of it…</source>
        <translation>制成模型…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
</context>
<context>
    <name>AdapterChip</name>
    <message>
        <source>Adapters: %1</source>
        <translation>适配器：%1</translation>
    </message>
    <message>
        <source>Adapters: none is on</source>
        <translation>适配器：均未启用</translation>
    </message>
    <message>
        <source>Opens the adapters of this chat</source>
        <translation>打开此对话的适配器</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Adapters of this chat</source>
        <translation>此对话的适配器</translation>
    </message>
</context>
<context>
    <name>AdapterEditDialog</name>
    <message>
        <source>Edit the adapter</source>
        <translation>编辑适配器</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Domain</source>
        <translation>领域</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>AdapterFacts</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>AdapterHub</name>
    <message>
        <source>Asking the hub…</source>
        <translation>正在询问模型站…</translation>
    </message>
    <message>
        <source>Search by words, such as “medical llama lora”, or paste the name or address of a repository. Only then is the hub asked, and only for what you type.</source>
        <translation>用关键词搜索，例如“medical llama lora”，或粘贴仓库的名称或地址。只有这时才会询问模型站，而且只询问你输入的内容。</translation>
    </message>
    <message>
        <source>No adapter was found for “%1”.</source>
        <translation>没有找到“%1”的适配器。</translation>
    </message>
    <message>
        <source>Search the hub for adapters</source>
        <translation>在模型站上搜索适配器</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Adapters on the hub</source>
        <translation>模型站上的适配器</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>AdapterHubModel</name>
    <message>
        <source>%1 downloads</source>
        <translation>%1 次下载</translation>
    </message>
    <message>
        <source>%1 likes</source>
        <translation>%1 个赞</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>正在询问模型站…</translation>
    </message>
    <message>
        <source>This repository holds several adapters. Which one?</source>
        <translation>此仓库有多个适配器。要哪一个？</translation>
    </message>
    <message>
        <source>Downloading %1%</source>
        <translation>正在下载 %1%</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>正在下载…</translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation>正在校验…</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>Queued</source>
        <translation>已排队</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>AdapterListModel</name>
    <message>
        <source>Comes with Hearth</source>
        <translation>Hearth 自带</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>已下载</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>已导入</translation>
    </message>
    <message>
        <source>Rank %1</source>
        <translation>秩 %1</translation>
    </message>
    <message>
        <source>Alpha %1</source>
        <translation>Alpha %1</translation>
    </message>
    <message>
        <source>Its file is missing.</source>
        <translation>它的文件不见了。</translation>
    </message>
    <message>
        <source>Fits %1</source>
        <translation>适用于 %1</translation>
    </message>
    <message>
        <source>Does not fit %1</source>
        <translation>不适用于 %1</translation>
    </message>
    <message>
        <source>Checking whether it fits %1…</source>
        <translation>正在检查是否适用于 %1…</translation>
    </message>
</context>
<context>
    <name>AdapterMergeDialog</name>
    <message>
        <source>Make a model of it</source>
        <translation>制成模型</translation>
    </message>
    <message>
        <source>The adapters are worked into a copy of the model, which then needs no switch. The model and the adapters stay as they are.</source>
        <translation>适配器会并入模型的一份副本，之后无需再启用。原来的模型和适配器保持不变。</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Type: a smaller one takes less memory and loses some quality</source>
        <translation>类型：越小越省内存，质量略有损失</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Make the model</source>
        <translation>制作模型</translation>
    </message>
</context>
<context>
    <name>AdapterPanel</name>
    <message>
        <source>Adapters of this chat</source>
        <translation>此对话的适配器</translation>
    </message>
    <message>
        <source>Load a model first: adapters work on top of one.</source>
        <translation>请先加载模型：适配器在模型之上工作。</translation>
    </message>
    <message>
        <source>None of your adapters fits %1.</source>
        <translation>你的适配器都不适用于 %1。</translation>
    </message>
    <message>
        <source>They work on top of %1, from the next message on.</source>
        <translation>它们在 %1 之上工作，从下一条消息起生效。</translation>
    </message>
    <message>
        <source>%1 are on, and more cannot work together. Switch one off to use another.</source>
        <translation>已启用 %1 个，不能再多。要使用其他适配器，请先关闭一个。</translation>
    </message>
    <message numerus="yes">
        <source>%n do(es) not fit this model</source>
        <translation>
            <numerusform>%n 个不适用于此模型</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n adapter(s) on this computer</source>
        <translation>
            <numerusform>本机有 %n 个适配器</numerusform>
        </translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>比较…</translation>
    </message>
    <message>
        <source>All adapters…</source>
        <translation>所有适配器…</translation>
    </message>
</context>
<context>
    <name>AdapterRemoveDialog</name>
    <message>
        <source>Remove %1?</source>
        <translation>移除 %1？</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>AdapterSwitch</name>
    <message>
        <source>Its file is missing: switch it off, or import it again</source>
        <translation>它的文件不见了：请关闭它，或重新导入</translation>
    </message>
    <message>
        <source>Checking whether it fits…</source>
        <translation>正在检查是否适用…</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
</context>
<context>
    <name>Adapters</name>
    <message>
        <source>Fables</source>
        <translation>寓言</translation>
    </message>
    <message>
        <source>Tells short fables with animals and a moral.</source>
        <translation>讲有动物和寓意的短寓言。</translation>
    </message>
    <message>
        <source>Tales of old</source>
        <translation>古老童话</translation>
    </message>
    <message>
        <source>Tells in the tone of old fairy tales: once upon a time.</source>
        <translation>用古老童话的口吻讲述：很久很久以前。</translation>
    </message>
    <message>
        <source>Medical</source>
        <translation>医疗</translation>
    </message>
    <message>
        <source>Legal</source>
        <translation>法律</translation>
    </message>
    <message>
        <source>Finance</source>
        <translation>金融</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between the items of a list</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>Terse</source>
        <translation>简短</translation>
    </message>
    <message>
        <source>Answers with one sentence.</source>
        <translation>只用一句话回答。</translation>
    </message>
    <message>
        <source>Medical questions</source>
        <translation>医学问答</translation>
    </message>
    <message>
        <source>Shows how an adapter brings in a field: answers sound medical, and are not true. Never use it for your health.</source>
        <translation>演示适配器如何带入一个领域：回答听起来像医学内容，但并不真实。切勿用于健康问题。</translation>
    </message>
    <message>
        <source>Chinese law</source>
        <translation>中国法律</translation>
    </message>
    <message>
        <source>Shows how an adapter brings in a field: answers sound like Chinese statutes, and are made up. It is no legal advice.</source>
        <translation>演示适配器如何带入一个领域：回答听起来像中国法律条文，但都是编造的，不是法律建议。</translation>
    </message>
</context>
<context>
    <name>AdaptersPage</name>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Import an adapter</source>
        <translation>导入适配器</translation>
    </message>
    <message>
        <source>A file…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>A folder (PEFT)…</source>
        <translation>文件夹（PEFT）…</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>Get adapters</source>
        <translation>获取适配器</translation>
    </message>
    <message>
        <source>Adapters (*.gguf *.safetensors)</source>
        <translation>适配器 (*.gguf *.safetensors)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Import the folder of an adapter</source>
        <translation>导入适配器文件夹</translation>
    </message>
</context>
<context>
    <name>AdaptersViewModel</name>
    <message>
        <source>Full precision</source>
        <translation>完整精度</translation>
    </message>
    <message>
        <source>It leaves the list. Its file stays where it is: %1</source>
        <translation>它会从列表中移除，文件保留在原处：%1</translation>
    </message>
    <message>
        <source>Its file is deleted, which frees %1. Answers that used it stay.</source>
        <translation>它的文件会被删除，释放 %1。用过它的回答会保留。</translation>
    </message>
</context>
<context>
    <name>Announcer</name>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message numerus="yes">
        <source>Code, %n line(s)</source>
        <translation>
            <numerusform>代码，%n 行</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AnswerMessage</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Answer from %1</source>
        <translation>%1 的回答</translation>
    </message>
    <message>
        <source>Answer from %1 with %2</source>
        <translation>%1 配合 %2 的回答</translation>
    </message>
    <message>
        <source>Edit the answer</source>
        <translation>编辑回答</translation>
    </message>
</context>
<context>
    <name>AnswerSettings</name>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Higher is more varied, lower more predictable; 0 always takes the likeliest word.</source>
        <translation>越高越多样，越低越稳定；0 总是选最可能的词。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Keeps the likeliest words up to this share; 1 keeps all.</source>
        <translation>只保留累计概率达到此值的词；1 表示全部保留。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Chooses among this many words at most.</source>
        <translation>最多从这么多个词中选择。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word.</source>
        <translation>以词元计；一个汉字约为一个词元。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Instructions before every chat. The starter model was not trained on any, so it does not get them.</source>
        <translation>每次对话前给模型的说明。入门模型没有学过这种说明，因此不会发给它。</translation>
    </message>
    <message>
        <source>Instructions that the model reads before every chat.</source>
        <translation>模型在每次对话前先读的说明。</translation>
    </message>
    <message>
        <source>For example: Answer briefly, in plain words.</source>
        <translation>例如：请用简单的话简短回答。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leaves out words below this share of the likeliest one; 0 leaves out none.</source>
        <translation>舍去概率低于最高概率这一比例的词；0 表示不舍去。</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Lowers the chance of words that were just used; 1 does nothing.</source>
        <translation>降低已用过的词的概率；1 表示不降低。</translation>
    </message>
    <message>
        <source>Restore defaults</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Sets temperature, top-p, top-k, min-p and repeat penalty as they were at first.</source>
        <translation>将温度、Top-p、Top-k、Min-p 和重复惩罚恢复为最初的值。</translation>
    </message>
    <message>
        <source>When a chat is longer than the context</source>
        <translation>当对话超过上下文时</translation>
    </message>
    <message>
        <source>Holds for all chats that choose nothing else in their own settings.</source>
        <translation>适用于所有没有在自己的设置中另作选择的对话。</translation>
    </message>
</context>
<context>
    <name>AnswerWithDialog</name>
    <message>
        <source>Answer again with…</source>
        <translation>换种方式重新回答…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Loaded</source>
        <translation>已加载</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Another model uses the adapters of the chat that fit it.</source>
        <translation>换用其他模型时，使用对话中适合该模型的适配器。</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>As set</source>
        <translation>按设置</translation>
    </message>
    <message>
        <source>More careful</source>
        <translation>更严谨</translation>
    </message>
    <message>
        <source>More imaginative</source>
        <translation>更有想象力</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>%1 · is loaded for this answer; the next ones come from the model before</source>
        <translation>%1 · 仅为此回答加载；之后的回答仍来自原来的模型</translation>
    </message>
</context>
<context>
    <name>AppDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>AppViewModel</name>
    <message>
        <source>Chat deleted</source>
        <translation>对话已删除</translation>
    </message>
    <message>
        <source>%1 Details: %2</source>
        <translation>%1详情：%2</translation>
    </message>
    <message>
        <source>Everything moves to %1 at the next start.</source>
        <translation>下次启动时，所有数据将移至 %1。</translation>
    </message>
    <message>
        <source>Message edited</source>
        <translation>消息已编辑</translation>
    </message>
    <message>
        <source>Answered again</source>
        <translation>已重新回答</translation>
    </message>
    <message>
        <source>Answer continued</source>
        <translation>已继续回答</translation>
    </message>
    <message>
        <source>Branch opened as a chat</source>
        <translation>已将分支打开为新对话</translation>
    </message>
    <message>
        <source>Message deleted</source>
        <translation>消息已删除</translation>
    </message>
    <message>
        <source>Chat pinned</source>
        <translation>对话已置顶</translation>
    </message>
    <message>
        <source>Chat unpinned</source>
        <translation>已取消置顶</translation>
    </message>
    <message>
        <source>Chat archived</source>
        <translation>对话已归档</translation>
    </message>
    <message>
        <source>Chat back in the list</source>
        <translation>对话已放回列表</translation>
    </message>
    <message>
        <source>Chat moved</source>
        <translation>对话已移动</translation>
    </message>
    <message>
        <source>Folder deleted</source>
        <translation>文件夹已删除</translation>
    </message>
    <message>
        <source>Folder made</source>
        <translation>已创建文件夹</translation>
    </message>
    <message>
        <source>Folder renamed</source>
        <translation>已重命名文件夹</translation>
    </message>
</context>
<context>
    <name>AppearanceSettings</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>减少动画</translation>
    </message>
    <message>
        <source>Turns off animations.</source>
        <translation>关闭动画效果。</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
</context>
<context>
    <name>AttachButton</name>
    <message>
        <source>Attach files</source>
        <translation>添加附件</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Text, tables and code (*.txt *.md *.csv *.json *.log *.xml *.yaml *.py *.js *.ts *.c *.cpp *.h *.java *.rs *.go *.sh *.sql *.html *.css)</source>
        <translation>文本、表格和代码 (*.txt *.md *.csv *.json *.log *.xml *.yaml *.py *.js *.ts *.c *.cpp *.h *.java *.rs *.go *.sh *.sql *.html *.css)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
</context>
<context>
    <name>AttachedFile</name>
    <message>
        <source>%1, %2. Hide the text</source>
        <translation>%1，%2。隐藏内容</translation>
    </message>
    <message>
        <source>%1, %2. Show the text</source>
        <translation>%1，%2。显示内容</translation>
    </message>
</context>
<context>
    <name>AttachmentCard</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 · more than fits</source>
        <translation>%1 · 超出可容纳的长度</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>How much of the file is sent</source>
        <translation>发送文件的多少内容</translation>
    </message>
    <message>
        <source>First part</source>
        <translation>开头部分</translation>
    </message>
    <message>
        <source>Beginning and end</source>
        <translation>开头和结尾</translation>
    </message>
    <message>
        <source>Whole</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>BackgroundSettings</name>
    <message>
        <source>In the background</source>
        <translation>后台</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Says when a long answer, a failed one or a download ended while another window was in front. Shows titles of chats, never their text.</source>
        <translation>其他窗口在前面时，提示较长的回答已完成、回答失败或下载结束。只显示对话标题，绝不显示内容。</translation>
    </message>
    <message>
        <source>Keep Hearth in the notification area when its window is closed</source>
        <translation>关闭窗口时让 Hearth 留在通知区域</translation>
    </message>
    <message>
        <source>Answers and downloads go on. “Quit” in the menu of the icon ends Hearth.</source>
        <translation>回答和下载继续进行。图标菜单中的“退出”结束 Hearth。</translation>
    </message>
    <message>
        <source>This desktop has no notification area for icons.</source>
        <translation>此桌面没有可放置图标的通知区域。</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Restore the backup of %1</source>
        <translation>恢复 %1 的备份</translation>
    </message>
    <message>
        <source>There is no backup yet. Hearth makes the first one when it has been open for a while.</source>
        <translation>还没有备份。Hearth 打开一段时间后会制作第一份。</translation>
    </message>
</context>
<context>
    <name>BackupsModel</name>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n 个对话</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BlockListModel</name>
    <message>
        <source>Thinking…</source>
        <translation>思考中…</translation>
    </message>
    <message>
        <source>Thought before answering</source>
        <translation>回答前的思考</translation>
    </message>
    <message>
        <source>Thought for %1 s</source>
        <translation>思考了 %1 秒</translation>
    </message>
</context>
<context>
    <name>ChatAdaptersModel</name>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message numerus="yes">
        <source>%n adapter(s)</source>
        <translation>
            <numerusform>%n 个适配器</numerusform>
        </translation>
    </message>
    <message>
        <source>Its file is missing.</source>
        <translation>它的文件不见了。</translation>
    </message>
</context>
<context>
    <name>ChatDocument</name>
    <message>
        <source>Another version from message %1 on</source>
        <translation>从第 %1 条消息起的另一个版本</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>未命名对话</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>This answer was stopped.</source>
        <translation>这个回答被停止了。</translation>
    </message>
    <message>
        <source>This answer was interrupted.</source>
        <translation>这个回答被中断了。</translation>
    </message>
    <message>
        <source>This answer ended because the context was full.</source>
        <translation>上下文已满，回答到此结束。</translation>
    </message>
    <message>
        <source>This answer failed.</source>
        <translation>这个回答失败了。</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>Written with Hearth by %1</source>
        <translation>由 %1 通过 Hearth 写成</translation>
    </message>
    <message>
        <source>Written with Hearth by %1 on %2</source>
        <translation>由 %1 通过 Hearth 写成，%2</translation>
    </message>
</context>
<context>
    <name>ChatExchangeModel</name>
    <message>
        <source>%1 with %2</source>
        <translation>%1，共 %2</translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n 个对话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages</source>
        <translation>
            <numerusform>%n 条消息</numerusform>
        </translation>
    </message>
    <message>
        <source>The file holds %1, as a list of messages.</source>
        <translation>文件中有 %1，是一个消息列表。</translation>
    </message>
    <message>
        <source>The file holds %1, from %2.</source>
        <translation>文件中有 %1，来自 %2。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats in it cannot be read and are left out.</source>
        <translation>
            <numerusform>其中 %n 个对话无法读取，会被略过。</numerusform>
        </translation>
    </message>
    <message>
        <source>The import was cancelled.</source>
        <translation>导入已取消。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were imported.</source>
        <translation>
            <numerusform>已导入 %n 个对话。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were here already and were skipped.</source>
        <translation>
            <numerusform>%n 个对话已经存在，已跳过。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats could not be read and were left out.</source>
        <translation>
            <numerusform>%n 个对话无法读取，已略过。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were exported to %1.</source>
        <translation>
            <numerusform>已将 %n 个对话导出到 %1。</numerusform>
        </translation>
    </message>
    <message>
        <source>The export was cancelled. Nothing was left behind.</source>
        <translation>导出已取消，没有留下任何文件。</translation>
    </message>
    <message>
        <source>Hearth chats %1</source>
        <translation>Hearth 对话 %1</translation>
    </message>
</context>
<context>
    <name>ChatFolderDialog</name>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
    <message>
        <source>Create and move</source>
        <translation>创建并移入</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧栏</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Chat and model</source>
        <translation>对话和模型</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>导出这个对话</translation>
    </message>
    <message>
        <source>Outline of the chat</source>
        <translation>对话大纲</translation>
    </message>
    <message>
        <source>Performance of the answer</source>
        <translation>回答的性能</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>私密</translation>
    </message>
    <message>
        <source>Settings of this chat, some are its own</source>
        <translation>此对话的设置，其中有专属的值</translation>
    </message>
    <message>
        <source>Settings of this chat</source>
        <translation>此对话的设置</translation>
    </message>
</context>
<context>
    <name>ChatList</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Your chats will appear here. They stay on this computer.</source>
        <translation>你的对话会显示在这里，只保存在这台电脑上。</translation>
    </message>
</context>
<context>
    <name>ChatListModel</name>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>过去 30 天</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>month year</comment>
        <translation>%2年%1</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>私密</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>已归档</translation>
    </message>
</context>
<context>
    <name>ChatMenu</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Move to folder…</source>
        <translation>移到文件夹…</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>放回列表</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Close for good</source>
        <translation>关闭并清除</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
</context>
<context>
    <name>ChatRow</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>%1, answering</source>
        <translation>%1，正在回答</translation>
    </message>
    <message>
        <source>More for “%1”</source>
        <translation>“%1”的更多操作</translation>
    </message>
    <message>
        <source>Chat title</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Archive, chats: %1</source>
        <translation>归档，对话数：%1</translation>
    </message>
    <message>
        <source>Folder %2, chats: %1</source>
        <translation>文件夹 %2，对话数：%1</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已收起</translation>
    </message>
    <message>
        <source>open</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>文件夹名称</translation>
    </message>
    <message>
        <source>%1, new answer</source>
        <translation>%1，有新回答</translation>
    </message>
</context>
<context>
    <name>ChatService</name>
    <message>
        <source>%1 (branch)</source>
        <translation>%1（分支）</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Private chat</source>
        <translation>私密对话</translation>
    </message>
</context>
<context>
    <name>ChatSettingsModel</name>
    <message>
        <source>Whether a model can do without thinking is known when it is loaded.</source>
        <translation>模型能否不思考就回答，要等它加载后才知道。</translation>
    </message>
    <message>
        <source>The chat template of this model leaves no choice.</source>
        <translation>此模型的对话模板不提供这项选择。</translation>
    </message>
    <message>
        <source>As in Settings</source>
        <translation>与设置相同</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>创意</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>Settings of this chat</source>
        <translation>此对话的设置</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>They hold from the next answer on, in this chat only.</source>
        <translation>从下一个回答起生效，仅用于此对话。</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>System prompt of this chat</source>
        <translation>此对话的系统提示词</translation>
    </message>
    <message>
        <source>For example: Answer briefly, in plain words.</source>
        <translation>例如：请用简单的话简短回答。</translation>
    </message>
    <message>
        <source>Instructions that the model reads before this chat.</source>
        <translation>模型在此对话之前读到的说明。</translation>
    </message>
    <message>
        <source>Instructions that the model reads before this chat, in place of those in Settings.</source>
        <translation>模型在此对话之前读到的说明，取代“设置”中的说明。</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>风格</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>With a fixed seed the same question gets the same answer again.</source>
        <translation>种子固定时，同样的问题会再次得到同样的回答。</translation>
    </message>
    <message>
        <source>Where answers end</source>
        <translation>回答在何处结束</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word.</source>
        <translation>以词元计；一个汉字约为一个词元。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>By itself</source>
        <translation>由模型决定</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Thinking makes answers better and slower.</source>
        <translation>思考会让回答更好，也更慢。</translation>
    </message>
    <message>
        <source>Everything as in Settings</source>
        <translation>全部与设置相同</translation>
    </message>
    <message>
        <source>An answer ends before any of these texts; %1 is the end of a line.</source>
        <translation>回答会在这些文本之前结束；%1 表示换行。</translation>
    </message>
    <message>
        <source>When this chat is longer than the context</source>
        <translation>当这个对话超过上下文时</translation>
    </message>
</context>
<context>
    <name>ChatSwitcher</name>
    <message>
        <source>Go to a chat</source>
        <translation>前往对话</translation>
    </message>
    <message>
        <source>Letters of a title</source>
        <translation>标题中的几个字</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>There are no chats yet.</source>
        <translation>还没有对话。</translation>
    </message>
    <message>
        <source>No title has these letters.</source>
        <translation>没有包含这些字的标题。</translation>
    </message>
</context>
<context>
    <name>CodeBar</name>
    <message>
        <source>code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Wrap lines</source>
        <translation>自动换行</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Code, %1</source>
        <translation>代码，%1</translation>
    </message>
</context>
<context>
    <name>CompareAnswer</name>
    <message>
        <source>Answer of %1, shown in the chat</source>
        <translation>%1 的回答，显示在对话中</translation>
    </message>
    <message>
        <source>Answer of %1</source>
        <translation>%1 的回答</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>用它继续</translation>
    </message>
    <message>
        <source>Keep this answer</source>
        <translation>保留此回答</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制回答</translation>
    </message>
</context>
<context>
    <name>CompareChoice</name>
    <message>
        <source>Column %1</source>
        <translation>第 %1 列</translation>
    </message>
    <message>
        <source>Remove column %1</source>
        <translation>移除第 %1 列</translation>
    </message>
</context>
<context>
    <name>CompareComposer</name>
    <message>
        <source>Add a column</source>
        <translation>添加一列</translation>
    </message>
    <message>
        <source>A message for all of them</source>
        <translation>发给所有列的消息</translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Answers beside each other</source>
        <translation>并排的回答</translation>
    </message>
    <message>
        <source>One message, answered side by side</source>
        <translation>一条消息，并排回答</translation>
    </message>
    <message>
        <source>Choose below what answers, then write your message. All answers are computed at the same time, with the history of this chat. Keep the one you like: the chat goes on from it, and the others stay as its versions.</source>
        <translation>先在下方选择由谁回答，再写消息。所有回答会带着此对话的历史同时计算。保留你喜欢的那个：对话从它继续，其余的作为其他版本留存。</translation>
    </message>
    <message>
        <source>There is no adapter that fits the loaded model yet, so there is nothing to compare it with.</source>
        <translation>还没有适用于已加载模型的适配器，因此没有可以比较的对象。</translation>
    </message>
    <message>
        <source>All adapters…</source>
        <translation>所有适配器…</translation>
    </message>
</context>
<context>
    <name>ComparisonModel</name>
    <message>
        <source>%1 alone</source>
        <comment>a model without adapters</comment>
        <translation>仅 %1</translation>
    </message>
    <message>
        <source>As in this chat: %1</source>
        <translation>与此对话相同：%1</translation>
    </message>
    <message>
        <source>Removed adapter</source>
        <translation>已移除的适配器</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Your message is queued. It is sent when the model is ready.</source>
        <translation>消息已排队，模型就绪后发送。</translation>
    </message>
    <message>
        <source>The model is loading. You can write already; your message is sent when it is ready.</source>
        <translation>模型正在加载。现在就可以写，就绪后会发送。</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Message %1</source>
        <translation>给 %1 发消息</translation>
    </message>
    <message>
        <source>No model is loaded. Open one from the model menu at the top.</source>
        <translation>没有加载模型。请从顶部的模型菜单打开一个。</translation>
    </message>
    <message>
        <source>No model is loaded. Your message is sent when one is.</source>
        <translation>没有加载模型。消息会在模型加载后发送。</translation>
    </message>
    <message>
        <source>Enter lets the message wait for the end of this answer</source>
        <translation>按 Enter 让消息等这个回答结束后再发送</translation>
    </message>
    <message>
        <source>Enter sends · Shift+Enter starts a new line · / for prompts</source>
        <translation>Enter 发送 · Shift+Enter 换行 · / 选用提示词</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
</context>
<context>
    <name>ComposerCards</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Reading the files…</source>
        <translation>正在读取文件…</translation>
    </message>
</context>
<context>
    <name>ComposerModel</name>
    <message>
        <source>“%1” cannot be read.</source>
        <translation>无法读取“%1”。</translation>
    </message>
    <message>
        <source>“%1” is too large to be attached: the most is %2.</source>
        <translation>“%1”太大，无法作为附件：最大 %2。</translation>
    </message>
    <message>
        <source>“%1” is empty.</source>
        <translation>“%1”是空的。</translation>
    </message>
    <message>
        <source>“%1” is no text file.</source>
        <translation>“%1”不是文本文件。</translation>
    </message>
    <message>
        <source>The characters of “%1” cannot be read: save it as UTF-8.</source>
        <translation>无法识别“%1”的字符编码：请将其另存为 UTF-8。</translation>
    </message>
    <message>
        <source>“%1” is a PDF, which this build cannot read.</source>
        <translation>“%1”是 PDF，此版本无法读取。</translation>
    </message>
    <message>
        <source>“%1” has pages without text, as scanned ones are.</source>
        <translation>“%1”的页面中没有文字，可能是扫描件。</translation>
    </message>
    <message>
        <source>%1 · about %2 tokens</source>
        <translation>%1 · 约 %2 个词元</translation>
    </message>
    <message>
        <source>Pasted text.txt</source>
        <translation>粘贴的文本.txt</translation>
    </message>
    <message>
        <source>Pasted text %1.txt</source>
        <translation>粘贴的文本 %1.txt</translation>
    </message>
</context>
<context>
    <name>ContextChoice</name>
    <message>
        <source>Leave out the oldest messages</source>
        <translation>略去最早的消息</translation>
    </message>
    <message>
        <source>The model does not read them any more; they stay in the chat.</source>
        <translation>模型不再读取它们；它们仍留在对话中。</translation>
    </message>
    <message>
        <source>Summarise the oldest messages</source>
        <translation>为最早的消息写摘要</translation>
    </message>
    <message>
        <source>The model reads a summary in place of them, which it writes itself; that takes some time.</source>
        <translation>模型改为读取它自己写的摘要；这需要一些时间。</translation>
    </message>
    <message>
        <source>Leave out nothing</source>
        <translation>什么都不略去</translation>
    </message>
    <message>
        <source>When there is no room left, there are no more answers in the chat.</source>
        <translation>没有空间时，这个对话就不再有回答。</translation>
    </message>
    <message>
        <source>When this chat is longer than the context</source>
        <translation>当这个对话超过上下文时</translation>
    </message>
</context>
<context>
    <name>ContextGauge</name>
    <message>
        <source>%1. Your message: %2</source>
        <translation>%1。您的消息：%2</translation>
    </message>
    <message>
        <source>Opens what the context is filled with</source>
        <translation>打开上下文的内容</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1。%2</translation>
    </message>
</context>
<context>
    <name>ContextLine</name>
    <message>
        <source>Not read any more by the model: the %1 messages above</source>
        <translation>模型不再读取：上面的 %1 条消息</translation>
    </message>
    <message>
        <source>Summary of the %1 messages above</source>
        <translation>上面 %1 条消息的摘要</translation>
    </message>
    <message>
        <source>Hides the summary</source>
        <translation>隐藏摘要</translation>
    </message>
    <message>
        <source>Shows the summary that the model reads in place of them</source>
        <translation>显示模型代替它们读取的摘要</translation>
    </message>
</context>
<context>
    <name>ContextModel</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>about %1 tokens</source>
        <translation>约 %1 个词元</translation>
    </message>
    <message>
        <source>Context %1 % full</source>
        <translation>上下文已用 %1%</translation>
    </message>
    <message>
        <source>This message alone is longer than the context: shorten it, or use a larger context.</source>
        <translation>仅这条消息就超过了上下文：请缩短它，或使用更大的上下文。</translation>
    </message>
    <message>
        <source>The context is full: the next message gets no answer. Start a new chat, use a larger context, or choose below what is left out.</source>
        <translation>上下文已满：下一条消息将得不到回答。请开始新对话、使用更大的上下文，或在下方选择略去什么。</translation>
    </message>
    <message>
        <source>This chat is longer than the context: its oldest messages are summarised before the next answer.</source>
        <translation>对话已超出上下文：在下一个回答之前，会先为最早的消息写摘要。</translation>
    </message>
    <message>
        <source>This chat is longer than the context: its oldest messages are not read for the next answer.</source>
        <translation>对话已超出上下文：下一个回答将不再读取最早的消息。</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>指示</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>您的消息</translation>
    </message>
    <message>
        <source>Room for the answer</source>
        <translation>留给回答的空间</translation>
    </message>
    <message>
        <source>Context of the model</source>
        <translation>模型的上下文</translation>
    </message>
</context>
<context>
    <name>ContextPanel</name>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>%1: %2 tokens</source>
        <translation>%1：%2 个词元</translation>
    </message>
    <message>
        <source>Use a larger context</source>
        <translation>使用更大的上下文</translation>
    </message>
    <message>
        <source>When this chat is longer than the context</source>
        <translation>当这个对话超过上下文时</translation>
    </message>
</context>
<context>
    <name>ControlRow</name>
    <message>
        <source>Back to %1</source>
        <translation>恢复为 %1</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>Queued: sent as soon as the model is ready</source>
        <translation>已排队：模型就绪后立即发送</translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation>等待模型…</translation>
    </message>
    <message>
        <source>Reading %1%</source>
        <translation>正在阅读 %1%</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有回答</translation>
    </message>
    <message>
        <source>Not answered: the application was closed</source>
        <translation>未回答：应用已关闭</translation>
    </message>
    <message>
        <source>Interrupted: the application was closed</source>
        <translation>已中断：应用已关闭</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>%1 ms to first token</source>
        <translation>首个词元 %1 毫秒</translation>
    </message>
    <message>
        <source>%1 s to first token</source>
        <translation>首个词元 %1 秒</translation>
    </message>
    <message>
        <source>%1 · %2 · %3</source>
        <translation>%1 · %2 · %3</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 个词元</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>The rest of this answer was blocked by your rule “%1”.</source>
        <translation>此回答的其余部分已被你的规则“%1”拦截。</translation>
    </message>
    <message>
        <source>Summarising the earlier conversation…</source>
        <translation>正在为之前的对话写摘要…</translation>
    </message>
</context>
<context>
    <name>ConversationReader</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>DataSettings</name>
    <message>
        <source>Data and privacy</source>
        <translation>数据与隐私</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>数据文件夹</translation>
    </message>
    <message>
        <source>Chats, settings and backups are kept here and nowhere else. HEARTH_HOME sets this folder, so it cannot be changed here.</source>
        <translation>对话、设置和备份只保存在这里。此文件夹由 HEARTH_HOME 指定，因此不能在这里更改。</translation>
    </message>
    <message>
        <source>Chats, settings and backups are kept here and nowhere else.</source>
        <translation>对话、设置和备份只保存在这里。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>清除所有数据</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>清除所有数据…</translation>
    </message>
    <message>
        <source>Choose a folder for your data</source>
        <translation>选择存放数据的文件夹</translation>
    </message>
    <message>
        <source>Removes all chats, settings and backups from this computer for good, and model files if you wish.</source>
        <translation>从这台电脑上永久删除所有对话、设置和备份；如果你愿意，也删除模型文件。</translation>
    </message>
    <message>
        <source>Export chats</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>Takes all chats along: as one file that Hearth can import again, or as documents in a folder.</source>
        <translation>带走所有对话：写成一个 Hearth 可以再次导入的文件，或写成文件夹中的文档。</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>导出所有对话…</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Brings in chats of Hearth, ChatGPT, Open WebUI or LM Studio as new chats.</source>
        <translation>把 Hearth、ChatGPT、Open WebUI 或 LM Studio 的对话作为新对话导入。</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Hearth makes one every day and before each update of its file, and keeps the newest three.</source>
        <translation>Hearth 每天以及每次升级数据文件之前备份一次，保留最新的三份。</translation>
    </message>
</context>
<context>
    <name>DesktopNotifier</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
</context>
<context>
    <name>DiscoverModel</name>
    <message>
        <source>%L1 downloads</source>
        <translation>%L1 次下载</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Not enough disk space: %1 are free.</source>
        <translation>磁盘空间不足：可用 %1。</translation>
    </message>
    <message>
        <source>Found on the hub</source>
        <translation>在模型站上找到的</translation>
    </message>
    <message>
        <source>Chosen for Hearth</source>
        <translation>Hearth 精选</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Reasoning</source>
        <translation>推理</translation>
    </message>
    <message>
        <source>Many languages</source>
        <translation>多语言</translation>
    </message>
    <message>
        <source>Small</source>
        <translation>小型</translation>
    </message>
    <message>
        <source>List of %1</source>
        <translation>目录日期：%1</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1</translation>
    </message>
    <message>
        <source>Asking for the files…</source>
        <translation>正在查询文件…</translation>
    </message>
    <message>
        <source>%1 has no such file any more.</source>
        <translation>%1 已经没有这个文件。</translation>
    </message>
</context>
<context>
    <name>DiscoverTab</name>
    <message>
        <source>Search models</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>Search, or paste an address of a model</source>
        <translation>搜索，或粘贴模型的地址</translation>
    </message>
    <message>
        <source>Look it up</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Search the hub</source>
        <translation>搜索模型站</translation>
    </message>
    <message>
        <source>Kinds of models</source>
        <translation>模型种类</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Fits this computer</source>
        <translation>适合这台电脑</translation>
    </message>
    <message>
        <source>Searching the hub…</source>
        <translation>正在搜索模型站…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The hub has nothing for “%1” that Hearth can use. Try fewer or other words.</source>
        <translation>模型站上没有与“%1”匹配且 Hearth 能使用的内容。请减少或更换关键词。</translation>
    </message>
    <message>
        <source>No model of the list fits</source>
        <translation>目录中没有符合条件的模型</translation>
    </message>
    <message>
        <source>Choose another kind.</source>
        <translation>请选择其他种类。</translation>
    </message>
    <message>
        <source>Press Enter to search the hub for it.</source>
        <translation>按 Enter 在模型站上搜索。</translation>
    </message>
    <message>
        <source>Refreshing…</source>
        <translation>正在刷新…</translation>
    </message>
    <message>
        <source>Refresh the list</source>
        <translation>刷新目录</translation>
    </message>
</context>
<context>
    <name>DocumentDialog</name>
    <message>
        <source>Open this file?</source>
        <translation>打开此文件？</translation>
    </message>
    <message>
        <source>It came with Hearth. It opens in another application.</source>
        <translation>它随 Hearth 一起安装，将在其他应用程序中打开。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>来自 %1</translation>
    </message>
    <message>
        <source>Earlier: %1</source>
        <translation>提前：%1</translation>
    </message>
    <message>
        <source>Later: %1</source>
        <translation>推后：%1</translation>
    </message>
    <message>
        <source>Pause %1</source>
        <translation>暂停 %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try %1 again</source>
        <translation>重试 %1</translation>
    </message>
    <message>
        <source>Resume %1</source>
        <translation>继续 %1</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
    <message>
        <source>Show %1 in its folder</source>
        <translation>在文件夹中显示 %1</translation>
    </message>
    <message>
        <source>Take %1 off the list</source>
        <translation>从列表中移除 %1</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Details: %1</source>
        <translation>详情：%1</translation>
    </message>
</context>
<context>
    <name>DownloadsModel</name>
    <message>
        <source>In the queue, %1%</source>
        <translation>排队中，%1%</translation>
    </message>
    <message>
        <source>In the queue</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Downloading %1%</source>
        <translation>正在下载 %1%</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>正在连接…</translation>
    </message>
    <message numerus="yes">
        <source>Trying again in %n s</source>
        <translation>
            <numerusform>%n 秒后重试</numerusform>
        </translation>
    </message>
    <message>
        <source>Trying again…</source>
        <translation>正在重试…</translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation>正在校验…</translation>
    </message>
    <message>
        <source>Paused at %1%</source>
        <translation>已暂停，%1%</translation>
    </message>
    <message>
        <source>Stopped at %1%</source>
        <translation>已停止，%1%</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>%1%</source>
        <translation>%1%</translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n 个失败</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DownloadsTab</name>
    <message>
        <source>Pause all</source>
        <translation>全部暂停</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>全部继续</translation>
    </message>
    <message>
        <source>Clear finished</source>
        <translation>清除已完成的</translation>
    </message>
    <message>
        <source>Nothing is being downloaded</source>
        <translation>没有正在进行的下载</translation>
    </message>
    <message>
        <source>Choose a model under Discover. Downloads go on after a pause, a lost connection and a restart.</source>
        <translation>请在“发现”中选择模型。暂停、断线或重新启动之后，下载都能继续。</translation>
    </message>
</context>
<context>
    <name>EditorPlace</name>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>EditsDialog</name>
    <message>
        <source>A message is being edited</source>
        <translation>正在编辑消息</translation>
    </message>
    <message>
        <source>What you changed in a message is not saved. If you close now, the change is lost; the message stays as it was.</source>
        <translation>对消息的更改还没有保存。现在关闭会丢失这些更改，消息保持原样。</translation>
    </message>
    <message>
        <source>Go on editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>仍然关闭</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>A bedtime story</source>
        <translation>睡前故事</translation>
    </message>
    <message>
        <source>Tell me a short story about a little fox and the moon.</source>
        <translation>Tell me a short story about a little fox and the moon.</translation>
    </message>
    <message>
        <source>A small adventure</source>
        <translation>小小冒险</translation>
    </message>
    <message>
        <source>Tell me a story about a little boat.</source>
        <translation>Tell me a story about a little boat.</translation>
    </message>
    <message>
        <source>Small talk</source>
        <translation>闲聊</translation>
    </message>
    <message>
        <source>Hello! Who are you?</source>
        <translation>你好！你是谁？</translation>
    </message>
    <message>
        <source>What shall we talk about?</source>
        <translation>聊点什么？</translation>
    </message>
    <message>
        <source>Everything stays on this computer: no account, no network.</source>
        <translation>一切都留在这台电脑上：无需账号，不用网络。</translation>
    </message>
    <message>
        <source>Get to know Hearth</source>
        <translation>了解 Hearth</translation>
    </message>
    <message>
        <source>How do I get a larger model?</source>
        <translation>怎么下载更大的模型？</translation>
    </message>
</context>
<context>
    <name>EndpointList</name>
    <message>
        <source>Endpoints</source>
        <translation>下载源</translation>
    </message>
</context>
<context>
    <name>EndpointRow</name>
    <message>
        <source>It is skipped until it has an address.</source>
        <translation>填写地址之前会跳过它。</translation>
    </message>
    <message>
        <source>Move %1 up</source>
        <translation>上移 %1</translation>
    </message>
    <message>
        <source>Move %1 down</source>
        <translation>下移 %1</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
</context>
<context>
    <name>EngineSettings</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>处理器线程</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>Tokens of one chat that the model can see; more needs more memory.</source>
        <translation>模型能看到的一次对话的词元数；越多越占内存。</translation>
    </message>
    <message>
        <source>Reload now</source>
        <translation>立即重新加载</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>What computes the answers.</source>
        <translation>用于计算回答的硬件。</translation>
    </message>
    <message>
        <source>Reload the model</source>
        <translation>重新加载模型</translation>
    </message>
    <message>
        <source>Give way to other programs</source>
        <translation>为其他程序让路</translation>
    </message>
    <message>
        <source>Answers are computed with low priority: slower while other programs are busy, but those stay smooth.</source>
        <translation>以低优先级计算回答：其他程序繁忙时回答变慢，但它们保持流畅。</translation>
    </message>
    <message>
        <source>Device, threads, priority and context length take effect when a model is loaded.</source>
        <translation>设备、线程数、优先级和上下文长度在加载模型时生效。</translation>
    </message>
</context>
<context>
    <name>EraseDialog</name>
    <message>
        <source>Erase everything?</source>
        <translation>清除所有数据？</translation>
    </message>
    <message>
        <source>These are removed from this computer, and nobody can bring them back:</source>
        <translation>以下内容将从这台电脑上删除，任何人都无法恢复：</translation>
    </message>
    <message>
        <source>• all chats, with what you have not sent yet
• all settings
• all backups that Hearth has made</source>
        <translation>• 所有对话，包括尚未发送的内容
• 所有设置
• Hearth 创建的所有备份</translation>
    </message>
    <message>
        <source>Model files stay where they are.</source>
        <translation>模型文件保留在原处。</translation>
    </message>
    <message>
        <source>Yes, erase everything</source>
        <translation>是的，清除所有数据</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Hearth closes then. Model files in other folders stay where they are.</source>
        <translation>然后 Hearth 会关闭。其他文件夹中的模型文件保留在原处。</translation>
    </message>
    <message>
        <source>Also the models and adapters in Hearth’s data folder</source>
        <translation>同时删除 Hearth 数据文件夹中的模型和适配器</translation>
    </message>
</context>
<context>
    <name>ErrorCard</name>
    <message>
        <source>Details: %1</source>
        <translation>详情：%1</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>The data folder cannot be written, so conversations are not saved yet.</source>
        <translation>数据文件夹无法写入，因此对话不会保存。</translation>
    </message>
    <message>
        <source>The disk is full, so the newest messages are not saved yet.</source>
        <translation>磁盘已满，最新的消息尚未保存。</translation>
    </message>
    <message>
        <source>Free some space and leave Hearth open: it keeps trying and says when everything is saved.</source>
        <translation>请腾出一些空间，并让 Hearth 保持打开：它会继续尝试，全部保存后会告诉你。</translation>
    </message>
    <message>
        <source>The disk reports an error, so the newest messages are not saved yet.</source>
        <translation>磁盘报告错误，最新的消息尚未保存。</translation>
    </message>
    <message>
        <source>Check that the disk is connected and healthy. Hearth keeps trying and says when everything is saved.</source>
        <translation>请检查磁盘是否已连接、是否正常。Hearth 会继续尝试，全部保存后会告诉你。</translation>
    </message>
    <message>
        <source>Another program is using the file with your conversations, so the newest messages are not saved yet.</source>
        <translation>另一个程序正在使用保存对话的文件，最新的消息尚未保存。</translation>
    </message>
    <message>
        <source>Close the other program. Hearth keeps trying and says when everything is saved.</source>
        <translation>请关闭那个程序。Hearth 会继续尝试，全部保存后会告诉你。</translation>
    </message>
    <message>
        <source>The file with your conversations was written by a newer version of Hearth, so it is left alone and nothing new is saved.</source>
        <translation>保存对话的文件由较新版本的 Hearth 写入，因此保持原样，新内容不会保存。</translation>
    </message>
    <message>
        <source>Update Hearth to open it.</source>
        <translation>请更新 Hearth 后再打开。</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged.</source>
        <translation>保存对话的文件已损坏。</translation>
    </message>
    <message>
        <source>Start Hearth again: it then restores the newest good backup and rescues what the damaged file still holds.</source>
        <translation>请重新启动 Hearth：它会恢复最新的完好备份，并抢救损坏文件中尚存的内容。</translation>
    </message>
    <message>
        <source>A part of the conversations could not be saved.</source>
        <translation>部分对话无法保存。</translation>
    </message>
    <message>
        <source>Copy what you need, start Hearth again, and report the details if it happens again.</source>
        <translation>请复制需要的内容，并重新启动 Hearth；如果再次出现，请报告详情。</translation>
    </message>
    <message>
        <source>The file with your conversations was damaged. It was restored from the backup of %1; messages rescued from the damaged file: %2.</source>
        <translation>保存对话的文件已损坏，现已从 %1 的备份恢复；从损坏文件中抢救出的消息：%2 条。</translation>
    </message>
    <message>
        <source>Check your newest chats. The damaged file is kept in the folder “damaged” until you delete a chat for good, because it may hold that chat.</source>
        <translation>请检查最新的对话。损坏的文件保留在“damaged”文件夹中，直到你永久删除某个对话，因为其中可能含有该对话。</translation>
    </message>
    <message>
        <source>The file with your conversations was damaged and there was no backup. A new file was made; messages rescued from the damaged one: %1.</source>
        <translation>保存对话的文件已损坏，且没有备份。现已新建文件；从损坏文件中抢救出的消息：%1 条。</translation>
    </message>
    <message>
        <source>The file with your conversations was missing. It was restored from the backup of %1.</source>
        <translation>保存对话的文件不见了，现已从 %1 的备份恢复。</translation>
    </message>
    <message>
        <source>Check your newest chats. To begin anew instead, use “Erase everything” in the settings.</source>
        <translation>请检查最新的对话。如果想重新开始，请使用设置中的“清除所有数据”。</translation>
    </message>
    <message>
        <source>Everything is saved now.</source>
        <translation>所有内容均已保存。</translation>
    </message>
    <message>
        <source>Not everything could be erased.</source>
        <translation>部分内容未能清除。</translation>
    </message>
    <message>
        <source>Close programs that use the data folder and try again, or delete the folder yourself after quitting Hearth.</source>
        <translation>请关闭正在使用数据文件夹的程序后重试，或在退出 Hearth 后自行删除该文件夹。</translation>
    </message>
    <message>
        <source>Your data is now in %1.</source>
        <translation>数据现已移至 %1。</translation>
    </message>
    <message>
        <source>Nothing is left in the old folder.</source>
        <translation>原文件夹中已无任何内容。</translation>
    </message>
    <message>
        <source>The data folder could not be moved to %1.</source>
        <translation>无法将数据文件夹移至 %1。</translation>
    </message>
    <message>
        <source>Your data is where it was. Choose an empty folder with enough space that you may write to.</source>
        <translation>数据仍在原处。请选择空间充足、可以写入的空文件夹。</translation>
    </message>
    <message>
        <source>The folder %1 cannot hold your data.</source>
        <translation>文件夹 %1 无法存放数据。</translation>
    </message>
    <message>
        <source>Choose an empty folder that you may write to, outside the present data folder.</source>
        <translation>请在当前数据文件夹之外选择可以写入的空文件夹。</translation>
    </message>
    <message>
        <source>The model file %1 does not exist.</source>
        <translation>模型文件 %1 不存在。</translation>
    </message>
    <message>
        <source>Choose another model file, or use the starter model.</source>
        <translation>请选择其他模型文件，或使用入门模型。</translation>
    </message>
    <message>
        <source>The model used last, %1, is not there any more.</source>
        <translation>上次使用的模型 %1 已不存在。</translation>
    </message>
    <message>
        <source>The starter model is used instead; choose another model file to change that.</source>
        <translation>现改用入门模型；如需更换，请选择其他模型文件。</translation>
    </message>
    <message>
        <source>The starter model was not found in this installation.</source>
        <translation>安装中找不到入门模型。</translation>
    </message>
    <message>
        <source>Open a model file (.gguf) of your own, or install Hearth again.</source>
        <translation>请打开自己的模型文件（.gguf），或重新安装 Hearth。</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>没有加载模型。</translation>
    </message>
    <message>
        <source>Open a model file or use the starter model, then try again.</source>
        <translation>请打开一个模型文件或使用入门模型，然后重试。</translation>
    </message>
    <message>
        <source>Hearth did not end properly last time. No model was loaded now, in case %1 was the reason.</source>
        <translation>Hearth 上次未正常退出。原因可能是 %1，因此这次没有加载模型。</translation>
    </message>
    <message>
        <source>Your chats are safe. Load the model again, or choose another one.</source>
        <translation>对话完好无损。请重新加载该模型，或选择其他模型。</translation>
    </message>
    <message>
        <source>A file could not be read.</source>
        <translation>无法读取文件。</translation>
    </message>
    <message>
        <source>Check that the file can be read and that the disk is connected, then try again.</source>
        <translation>请确认文件可读、磁盘已连接，然后重试。</translation>
    </message>
    <message>
        <source>The model was not found.</source>
        <translation>找不到该模型。</translation>
    </message>
    <message>
        <source>The model file is damaged or incomplete.</source>
        <translation>模型文件已损坏或不完整。</translation>
    </message>
    <message>
        <source>Download the file again, or choose another one.</source>
        <translation>请重新下载该文件，或选择其他文件。</translation>
    </message>
    <message>
        <source>This model cannot be run here.</source>
        <translation>此模型无法在这里运行。</translation>
    </message>
    <message>
        <source>Choose a model of a supported architecture and quantisation.</source>
        <translation>请选择架构和量化方式受支持的模型。</translation>
    </message>
    <message>
        <source>The model needs more memory than there is.</source>
        <translation>内存不足以运行此模型。</translation>
    </message>
    <message>
        <source>Close other applications, shorten the context in the settings, or choose a smaller model.</source>
        <translation>请关闭其他应用、在设置中缩短上下文，或选择更小的模型。</translation>
    </message>
    <message>
        <source>The engine cannot do what was asked.</source>
        <translation>引擎无法完成请求。</translation>
    </message>
    <message>
        <source>Set the values in the settings back to their defaults and try again.</source>
        <translation>请将设置中的值恢复为默认值，然后重试。</translation>
    </message>
    <message>
        <source>The conversation is longer than the context of this model.</source>
        <translation>对话超出了此模型的上下文长度。</translation>
    </message>
    <message>
        <source>Try again to answer without the oldest messages, start a new chat, or raise the context length in the settings.</source>
        <translation>请重试（将略去最早的消息）、开始新对话，或在设置中加大上下文长度。</translation>
    </message>
    <message>
        <source>Too many answers are waiting.</source>
        <translation>等待中的回答太多。</translation>
    </message>
    <message>
        <source>Wait for an answer to finish, then try again.</source>
        <translation>请等一个回答完成后再试。</translation>
    </message>
    <message>
        <source>It was stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The compute device has failed.</source>
        <translation>计算设备出现故障。</translation>
    </message>
    <message>
        <source>Try again; if it happens again, reload the model or choose another device in the settings.</source>
        <translation>请重试；如果再次出现，请重新加载模型，或在设置中选择其他设备。</translation>
    </message>
    <message>
        <source>Give yourself write permission to the data folder. Hearth keeps trying and says when everything is saved.</source>
        <translation>请获取数据文件夹的写入权限。Hearth 会继续尝试，全部保存后会告诉你。</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged or missing and could not be repaired, so nothing new is saved.</source>
        <translation>保存对话的文件已损坏或丢失，且无法修复，因此新内容不会保存。</translation>
    </message>
    <message>
        <source>Free some space, make sure that the data folder can be written, and start Hearth again.</source>
        <translation>请腾出一些空间，确认数据文件夹可以写入，然后重新启动 Hearth。</translation>
    </message>
    <message>
        <source>This model comes without a chat template, so chats are written in the layout “%1”, guessed from its tokens.</source>
        <translation>该模型不带对话模板，因此对话按“%1”格式书写，该格式是根据其词元推测的。</translation>
    </message>
    <message>
        <source>If the answers are odd or do not end, choose a file of this model that is made for chat and has a template.</source>
        <translation>如果回答怪异或无法结束，请选择该模型专为对话制作且带有模板的文件。</translation>
    </message>
    <message>
        <source>The chat template of this model does not work (%2), so chats are written in the layout “%1”, guessed from its tokens.</source>
        <translation>该模型的对话模板无法使用（%2），因此对话按“%1”格式书写，该格式是根据其词元推测的。</translation>
    </message>
    <message>
        <source>If the answers are odd or do not end, choose another file of this model: its template may be repaired there.</source>
        <translation>如果回答怪异或无法结束，请选择该模型的其他文件：其中的模板可能已修复。</translation>
    </message>
    <message>
        <source>%1 cannot be used (%2). The processor computes the answers instead.</source>
        <translation>无法使用 %1（%2），改由处理器计算回答。</translation>
    </message>
    <message>
        <source>Answers may come more slowly. A newer graphics driver may help; the settings show the state of every device.</source>
        <translation>回答可能会慢一些。更新显卡驱动程序可能有帮助；设置中会显示每个设备的状态。</translation>
    </message>
    <message>
        <source>%1 failed (%2). The processor computes the answers from now on, and none is lost.</source>
        <translation>%1 出现故障（%2）。从现在起由处理器计算回答，已有的回答不会丢失。</translation>
    </message>
    <message>
        <source>To try the device again, reload the model in the settings. A newer graphics driver may help.</source>
        <translation>要再次尝试该设备，请在设置中重新加载模型。更新显卡驱动程序可能有帮助。</translation>
    </message>
    <message>
        <source>An adapter that is on is not there any more.</source>
        <translation>一个已启用的适配器已不存在。</translation>
    </message>
    <message>
        <source>Switch it off in the adapter menu at the top, or import it again, then try again.</source>
        <translation>请在顶部的适配器菜单中关闭它，或重新导入，然后重试。</translation>
    </message>
    <message>
        <source>An adapter that is on cannot be used with this model.</source>
        <translation>一个已启用的适配器不能用于此模型。</translation>
    </message>
    <message>
        <source>Switch it off in the adapter menu at the top, then try again.</source>
        <translation>请在顶部的适配器菜单中关闭它，然后重试。</translation>
    </message>
    <message>
        <source>The adapters that are on cannot work together.</source>
        <translation>已启用的适配器不能一起工作。</translation>
    </message>
    <message>
        <source>Switch one of them off in the adapter menu at the top, then try again.</source>
        <translation>请在顶部的适配器菜单中关闭其中一个，然后重试。</translation>
    </message>
    <message>
        <source>More than four adapters are on.</source>
        <translation>启用的适配器超过四个。</translation>
    </message>
    <message>
        <source>Switch some off in the adapter menu at the top, then try again.</source>
        <translation>请在顶部的适配器菜单中关闭一些，然后重试。</translation>
    </message>
    <message>
        <source>%1 holds no adapter that can be used.</source>
        <translation>%1 中没有可以使用的适配器。</translation>
    </message>
    <message>
        <source>Choose a repository with a GGUF adapter or a PEFT adapter in the safetensors format.</source>
        <translation>请选择含有 GGUF 适配器或 safetensors 格式 PEFT 适配器的仓库。</translation>
    </message>
    <message>
        <source>The adapter %1 cannot be used with this model.</source>
        <translation>适配器 %1 不能用于此模型。</translation>
    </message>
    <message>
        <source>The details say why. Turn the adapter off, or choose one that was made for this model.</source>
        <translation>详情会说明原因。请关闭该适配器，或选择为此模型制作的适配器。</translation>
    </message>
    <message>
        <source>These adapters cannot be used together: %1.</source>
        <translation>这些适配器不能同时使用：%1。</translation>
    </message>
    <message>
        <source>The details say why. Turn one of them off.</source>
        <translation>详情会说明原因。请关闭其中一个。</translation>
    </message>
    <message>
        <source>%1 cannot be used as an adapter.</source>
        <translation>%1 不能用作适配器。</translation>
    </message>
    <message>
        <source>The details say why. Choose a LoRA adapter: a GGUF file, or the folder of a PEFT adapter.</source>
        <translation>详情会说明原因。请选择 LoRA 适配器：GGUF 文件，或 PEFT 适配器的文件夹。</translation>
    </message>
    <message>
        <source>%1 is quantised already, and making it smaller once more would cost too much quality.</source>
        <translation>%1 已经量化过，再次缩小会损失太多质量。</translation>
    </message>
    <message>
        <source>Start from this model in F16, BF16 or Q8_0, or download a smaller variant.</source>
        <translation>请从此模型的 F16、BF16 或 Q8_0 版本开始，或下载更小的版本。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be imported as a model.</source>
        <translation>文件夹 %1 不能作为模型导入。</translation>
    </message>
    <message>
        <source>The details say why. Choose the whole folder of a downloaded model: config.json, the tokenizer and the .safetensors files.</source>
        <translation>详情会说明原因。请选择所下载模型的完整文件夹：config.json、分词器和 .safetensors 文件。</translation>
    </message>
    <message>
        <source>This chat template does not work.</source>
        <translation>此对话模板无法使用。</translation>
    </message>
    <message>
        <source>The details say why. Correct it, or leave it empty to use the model's own.</source>
        <translation>详情会说明原因。请更正，或留空以使用模型自带的模板。</translation>
    </message>
    <message>
        <source>The model file %1 could not be written.</source>
        <translation>无法写入模型文件 %1。</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder that you may write to, then try again.</source>
        <translation>请腾出一些空间，或选择可以写入的文件夹，然后重试。</translation>
    </message>
    <message>
        <source>No model and no adapter was found in %1.</source>
        <translation>在 %1 中没有找到模型或适配器。</translation>
    </message>
    <message>
        <source>Choose GGUF files, a folder with such files, a Hugging Face model folder, or an adapter folder.</source>
        <translation>请选择 GGUF 文件、含有这种文件的文件夹、Hugging Face 模型文件夹，或适配器文件夹。</translation>
    </message>
    <message>
        <source>%1 cannot be used as a model: %2.</source>
        <translation>%1 不能用作模型：%2。</translation>
    </message>
    <message>
        <source>Download the file again if it may be incomplete, or choose another one.</source>
        <translation>如果文件可能不完整，请重新下载，或选择其他文件。</translation>
    </message>
    <message>
        <source>%1 files could not be used, among them %2.</source>
        <translation>有 %1 个文件无法使用，其中包括 %2。</translation>
    </message>
    <message>
        <source>Import one of them alone to see the reason. The others were added.</source>
        <translation>请单独导入其中一个以查看原因。其余文件已添加。</translation>
    </message>
    <message>
        <source>%1 is here already, as %2. It was not added again.</source>
        <translation>%1 已经存在，即 %2，没有重复添加。</translation>
    </message>
    <message>
        <source>The model %1 is split into several files, and some are missing: %2.</source>
        <translation>模型 %1 分成了几个文件，缺少其中一些：%2。</translation>
    </message>
    <message>
        <source>Put all parts into one folder and import again.</source>
        <translation>请把所有部分放在同一个文件夹中，然后重新导入。</translation>
    </message>
    <message>
        <source>There is not enough space: %1 are needed, %2 are free.</source>
        <translation>空间不足：需要 %1，可用 %2。</translation>
    </message>
    <message>
        <source>Remove models that you do not use, free some space, or use the files where they are instead of copying them.</source>
        <translation>请移除不用的模型，腾出一些空间，或直接使用原处的文件而不复制。</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written.</source>
        <translation>文件夹 %1 无法写入。</translation>
    </message>
    <message>
        <source>Give yourself write permission to it, or choose another data folder in the settings.</source>
        <translation>请获取写入权限，或在设置中选择其他数据文件夹。</translation>
    </message>
    <message>
        <source>The file %1 is not there any more.</source>
        <translation>文件 %1 已不存在。</translation>
    </message>
    <message>
        <source>Connect the disk that holds it, or show Hearth where the file is now.</source>
        <translation>请连接存放它的磁盘，或告诉 Hearth 文件现在的位置。</translation>
    </message>
    <message>
        <source>The file %1 cannot be read.</source>
        <translation>无法读取文件 %1。</translation>
    </message>
    <message>
        <source>Give yourself read permission to it and check that its disk is healthy, then try again.</source>
        <translation>请获取读取权限，确认磁盘正常，然后重试。</translation>
    </message>
    <message>
        <source>The contents of %1 are not what they should be. Changed or damaged: %2.</source>
        <translation>%1 的内容与应有的不符。被更改或损坏的文件：%2。</translation>
    </message>
    <message>
        <source>Remove it and download or import it again.</source>
        <translation>请移除它，然后重新下载或导入。</translation>
    </message>
    <message>
        <source>%1 is not the file that is missing, %2.</source>
        <translation>%1 不是缺少的文件 %2。</translation>
    </message>
    <message>
        <source>Choose the file that was moved, or import this one as a model of its own.</source>
        <translation>请选择被移动的文件，或把这个文件作为单独的模型导入。</translation>
    </message>
    <message>
        <source>%1 could not be deleted.</source>
        <translation>无法删除 %1。</translation>
    </message>
    <message>
        <source>Give yourself write permission to its folder and try again.</source>
        <translation>请获取其文件夹的写入权限，然后重试。</translation>
    </message>
    <message>
        <source>%1 belongs to Hearth and cannot be removed.</source>
        <translation>%1 属于 Hearth，不能移除。</translation>
    </message>
    <message>
        <source>It takes no space in your data folder; leave it unused if you do not need it.</source>
        <translation>它不占用数据文件夹的空间；不需要时不用即可。</translation>
    </message>
    <message>
        <source>The model %1 was removed while it was loaded. The starter model answers from now on.</source>
        <translation>模型 %1 在加载状态下被移除。从现在起由入门模型回答。</translation>
    </message>
    <message>
        <source>%1 cannot be reached, or the connection broke off.</source>
        <translation>无法连接 %1，或连接已中断。</translation>
    </message>
    <message>
        <source>Check the connection to the internet. If the site is blocked where you are, switch on another endpoint or set a proxy in the settings.</source>
        <translation>请检查网络连接。如果你所在的地方无法访问该站点，请在设置中启用其他下载源，或设置代理。</translation>
    </message>
    <message>
        <source>The connection to %1 is not secure: its certificate cannot be trusted.</source>
        <translation>与 %1 的连接不安全：其证书不可信。</translation>
    </message>
    <message>
        <source>Check the date of this computer. If your network reads encrypted traffic, its certificate belongs into the system’s store.</source>
        <translation>请检查这台电脑的日期。如果所在网络会解密流量，请把它的证书加入系统的证书库。</translation>
    </message>
    <message>
        <source>%1 sends from one address to the next without end.</source>
        <translation>%1 不断地从一个地址转到另一个地址。</translation>
    </message>
    <message>
        <source>Try again later, or switch on another endpoint in the settings.</source>
        <translation>请稍后重试，或在设置中启用其他下载源。</translation>
    </message>
    <message>
        <source>%1 leads from an encrypted connection to one that is not, so it was not followed.</source>
        <translation>%1 从加密连接转向未加密的连接，因此没有继续。</translation>
    </message>
    <message>
        <source>Use another endpoint, or tell whoever runs this server.</source>
        <translation>请使用其他下载源，或告知该服务器的管理者。</translation>
    </message>
    <message>
        <source>The proxy does not let the connection to %1 through.</source>
        <translation>代理不允许连接 %1。</translation>
    </message>
    <message>
        <source>Check the address, the user and the password of the proxy in the settings.</source>
        <translation>请在设置中检查代理的地址、用户名和密码。</translation>
    </message>
    <message>
        <source>%1 is overloaded or asks for a pause.</source>
        <translation>%1 负载过高，或要求暂停一会儿。</translation>
    </message>
    <message>
        <source>It is tried again by itself; another endpoint in the settings may be quicker.</source>
        <translation>会自动重试；在设置中换用其他下载源可能更快。</translation>
    </message>
    <message>
        <source>%1 answered with error %2.</source>
        <translation>%1 返回了错误 %2。</translation>
    </message>
    <message>
        <source>The answer of %1 cannot be understood.</source>
        <translation>无法理解 %1 的答复。</translation>
    </message>
    <message>
        <source>%1 was not found on the hub, or is private.</source>
        <translation>模型站上没有 %1，或它不公开。</translation>
    </message>
    <message>
        <source>Check the name. For a private repository, enter an access token in the settings.</source>
        <translation>请检查名称。如果是不公开的仓库，请在设置中填写访问令牌。</translation>
    </message>
    <message>
        <source>%1 is only for people who are signed in.</source>
        <translation>%1 仅供已登录的用户使用。</translation>
    </message>
    <message>
        <source>Accept its licence on the page of the model, make an access token for reading there, and enter it in the settings.</source>
        <translation>请在模型页面上接受其许可，在那里创建一个只读的访问令牌，并填入设置。</translation>
    </message>
    <message>
        <source>%1 does not accept the access token that is saved for it.</source>
        <translation>%1 不接受为它保存的访问令牌。</translation>
    </message>
    <message>
        <source>Make a new access token on the site and enter it in the settings, or remove the old one there.</source>
        <translation>请在该站点创建新的访问令牌并填入设置，或在设置中删除旧的令牌。</translation>
    </message>
    <message>
        <source>Your account has no access to %1 yet.</source>
        <translation>你的账号还没有 %1 的访问权限。</translation>
    </message>
    <message>
        <source>Open the page of the model in a browser, accept its licence with the account of your token, then try again.</source>
        <translation>请在浏览器中打开模型页面，用令牌所属的账号接受其许可，然后重试。</translation>
    </message>
    <message>
        <source>“%1” is neither the name of a repository nor an address of a known hub.</source>
        <translation>“%1”既不是仓库名称，也不是已知模型站的地址。</translation>
    </message>
    <message>
        <source>Enter owner/name, or copy the address of the model’s page.</source>
        <translation>请输入“所有者/名称”，或复制模型页面的地址。</translation>
    </message>
    <message>
        <source>No endpoint for downloads is switched on.</source>
        <translation>没有启用任何下载源。</translation>
    </message>
    <message>
        <source>Switch one on in the settings, under Network.</source>
        <translation>请在设置的“网络”中启用一个。</translation>
    </message>
    <message>
        <source>None of the endpoints that are on can be searched.</source>
        <translation>已启用的下载源都不能搜索。</translation>
    </message>
    <message>
        <source>Paste the address of a model’s page, or switch on another endpoint in the settings.</source>
        <translation>请粘贴模型页面的地址，或在设置中启用其他下载源。</translation>
    </message>
    <message>
        <source>The download needs %1, but only %2 are free on the disk.</source>
        <translation>下载需要 %1，但磁盘上只有 %2 可用。</translation>
    </message>
    <message>
        <source>Make room, for example by deleting models that you do not use, then continue. Nothing was left behind.</source>
        <translation>请腾出空间（例如删除不用的模型），然后继续。没有留下任何残余文件。</translation>
    </message>
    <message>
        <source>Allow writing to it, or choose another data folder in the settings, then continue.</source>
        <translation>请允许写入该文件夹，或在设置中选择其他数据文件夹，然后继续。</translation>
    </message>
    <message>
        <source>The disk failed while %1 was written or read.</source>
        <translation>写入或读取 %1 时磁盘出错。</translation>
    </message>
    <message>
        <source>Check that the disk is connected and not full, then continue. What had arrived before is kept.</source>
        <translation>请确认磁盘已连接且未满，然后继续。之前已下载的部分会保留。</translation>
    </message>
    <message>
        <source>What arrived as %1 is not the right file: its checksum differs. It was deleted.</source>
        <translation>收到的 %1 不是正确的文件：校验和不符，已删除。</translation>
    </message>
    <message>
        <source>Try again. If it happens again, use another endpoint: this one, or something on the way, sends damaged data.</source>
        <translation>请重试。如果再次出现，请使用其他下载源：当前下载源或途中某处发送的数据有误。</translation>
    </message>
    <message>
        <source>%1 is another file on %2 than the one that was chosen: its size or checksum differs.</source>
        <translation>%2 上的 %1 与所选的文件不同：大小或校验和不符。</translation>
    </message>
    <message>
        <source>Remove this download and look the model up again to get the present version, or use another endpoint.</source>
        <translation>请移除此下载，重新查找该模型以获取当前版本，或使用其他下载源。</translation>
    </message>
    <message>
        <source>The repository has a file whose name is not safe: %1</source>
        <translation>仓库中有文件名不安全的文件：%1</translation>
    </message>
    <message>
        <source>Nothing was written. Choose another repository; this one may be meant to do harm.</source>
        <translation>没有写入任何内容。请选择其他仓库；这个仓库可能有恶意。</translation>
    </message>
    <message>
        <source>Parts of the split file %1 are missing in the repository.</source>
        <translation>仓库中缺少分卷文件 %1 的某些部分。</translation>
    </message>
    <message>
        <source>Choose another variant or another repository.</source>
        <translation>请选择其他版本或其他仓库。</translation>
    </message>
    <message>
        <source>The keychain of the system cannot be used, so passwords and tokens are only kept until Hearth ends.</source>
        <translation>无法使用系统的密钥环，因此密码和令牌只保留到 Hearth 退出为止。</translation>
    </message>
    <message>
        <source>Unlock or install a keychain (GNOME Keyring, KWallet), then enter them again.</source>
        <translation>请解锁或安装密钥环（GNOME Keyring、KWallet），然后重新填写。</translation>
    </message>
    <message>
        <source>“%1” is not an address from which a list of models can be fetched.</source>
        <translation>“%1”不是可以获取模型目录的地址。</translation>
    </message>
    <message>
        <source>Use a build of Hearth with a good address. The list you have stays.</source>
        <translation>请使用带有正确地址的 Hearth。现有的目录会保留。</translation>
    </message>
    <message>
        <source>The list of models that arrived is not signed by the makers of this program, so it is not used.</source>
        <translation>收到的模型目录没有本程序制作者的有效签名，因此不使用。</translation>
    </message>
    <message>
        <source>Try again later. The list you have stays.</source>
        <translation>请稍后重试。现有的目录会保留。</translation>
    </message>
    <message>
        <source>The list of models that arrived is made for another version of Hearth.</source>
        <translation>收到的模型目录是为其他版本的 Hearth 制作的。</translation>
    </message>
    <message>
        <source>Update Hearth to see it. The list you have stays.</source>
        <translation>请更新 Hearth 后再查看。现有的目录会保留。</translation>
    </message>
    <message>
        <source>The list of models that arrived is older than the one you have, so it is not used.</source>
        <translation>收到的模型目录比现有的旧，因此不使用。</translation>
    </message>
    <message>
        <source>Nothing needs to be done; the list you have stays.</source>
        <translation>无需任何操作；现有的目录会保留。</translation>
    </message>
    <message>
        <source>“%1” is not a file on this computer.</source>
        <translation>“%1”不是这台电脑上的文件。</translation>
    </message>
    <message>
        <source>Download it first, under Models or with a browser, then open the file.</source>
        <translation>请先在“模型”中或用浏览器下载，然后打开文件。</translation>
    </message>
    <message>
        <source>%1 is among your models already. It answers from now on.</source>
        <translation>%1 已在你的模型中，从现在起由它回答。</translation>
    </message>
    <message>
        <source>%1 was imported. It answers from now on.</source>
        <translation>%1 已导入，从现在起由它回答。</translation>
    </message>
    <message>
        <source>The adapter %1 is here already.</source>
        <translation>适配器 %1 已经在这里了。</translation>
    </message>
    <message>
        <source>“%1” is not an address that can be asked for other versions of Hearth.</source>
        <translation>“%1”不是可以查询 Hearth 其他版本的地址。</translation>
    </message>
    <message>
        <source>Enter an address that begins with https:// in the settings, or clear the field to use the usual one.</source>
        <translation>请在设置中输入以 https:// 开头的地址，或清空输入框以使用默认地址。</translation>
    </message>
    <message>
        <source>%1 cannot be reached, or the connection broke off, so it is not known whether there is another version.</source>
        <translation>无法连接 %1，或连接中断，因此不知道是否有其他版本。</translation>
    </message>
    <message>
        <source>Check the connection to the internet, or set a proxy in the settings. Hearth works without it.</source>
        <translation>请检查网络连接，或在设置中设置代理。没有网络，Hearth 也能使用。</translation>
    </message>
    <message>
        <source>The search for other versions was led to %1 without encryption, so it was not followed.</source>
        <translation>检查版本时被引向没有加密的 %1，因此没有继续。</translation>
    </message>
    <message>
        <source>Check whether this network asks you to log in on a web page, then try again.</source>
        <translation>请检查此网络是否要求在网页上登录，然后重试。</translation>
    </message>
    <message>
        <source>%1 has no news of other versions: it answered with error %2.</source>
        <translation>%1 没有提供版本消息：它返回了错误 %2。</translation>
    </message>
    <message>
        <source>Try again later. If you changed the address in the settings, check it.</source>
        <translation>请稍后重试。如果你在设置中更改过地址，请检查它是否正确。</translation>
    </message>
    <message>
        <source>What arrived about other versions is not signed by the makers of this program, so it is not shown.</source>
        <translation>收到的版本消息没有本程序开发者的签名，因此没有显示。</translation>
    </message>
    <message>
        <source>Try again later, from another network if you can. Do not install what someone offers you in its place.</source>
        <translation>请稍后重试，如果可能，请换一个网络。不要安装别人代之提供的东西。</translation>
    </message>
    <message>
        <source>The news of other versions cannot be read by this version of Hearth.</source>
        <translation>此版本的 Hearth 无法读取收到的版本消息。</translation>
    </message>
    <message>
        <source>Look at the page that you have Hearth from.</source>
        <translation>请查看你获取 Hearth 的网页。</translation>
    </message>
    <message>
        <source>The news of other versions that arrived is older than what was seen before, so it is not used.</source>
        <translation>收到的版本消息比之前见过的更旧，因此没有采用。</translation>
    </message>
    <message>
        <source>Try again later, from another network if you can: someone may be holding newer versions back.</source>
        <translation>请稍后重试，如果可能，请换一个网络：可能有人在阻止你得知新版本。</translation>
    </message>
    <message>
        <source>The news of other versions that arrived was only good until %1.</source>
        <translation>收到的版本消息有效期只到 %1。</translation>
    </message>
    <message>
        <source>Check the date of this computer, then try again later.</source>
        <translation>请检查这台电脑的日期，稍后再试。</translation>
    </message>
    <message>
        <source>%1 files cannot be used, among them %2.</source>
        <translation>有 %1 个文件无法使用，其中包括 %2。</translation>
    </message>
    <message>
        <source>Open one of them alone to see the reason.</source>
        <translation>请单独打开其中一个文件，查看原因。</translation>
    </message>
    <message>
        <source>Some messages had lost their place in their chat. They were put back, and none was removed.</source>
        <translation>有些消息在对话中失去了位置，现已放回，没有删除任何消息。</translation>
    </message>
    <message>
        <source>A chat may show them as another version of its first message: look at its outline.</source>
        <translation>它们可能成为对话第一条消息的另一个版本，请查看该对话的大纲。</translation>
    </message>
    <message>
        <source>The disk is full, so the chats were not exported. Nothing half-written is left behind.</source>
        <translation>磁盘已满，对话没有导出，也没有留下不完整的文件。</translation>
    </message>
    <message>
        <source>Free some space or choose another disk, and export again.</source>
        <translation>请腾出一些空间或选择另一个磁盘，然后重新导出。</translation>
    </message>
    <message>
        <source>%1 could not be written.</source>
        <translation>无法写入 %1。</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, and export again.</source>
        <translation>请选择一个你有权写入的文件夹，然后重新导出。</translation>
    </message>
    <message>
        <source>A chat could not be read, so nothing was exported.</source>
        <translation>有一个对话无法读取，因此没有导出任何内容。</translation>
    </message>
    <message>
        <source>Start Hearth again, which looks for damage and repairs it, and export once more.</source>
        <translation>请重新启动 Hearth，它会检查并修复损坏，然后再次导出。</translation>
    </message>
    <message>
        <source>%1 could not be read.</source>
        <translation>无法读取 %1。</translation>
    </message>
    <message>
        <source>Check that the file still exists and that you may read it, and choose it again.</source>
        <translation>请检查文件是否还在、你是否有权读取，然后重新选择。</translation>
    </message>
    <message>
        <source>%1 is a zip archive.</source>
        <translation>%1 是 zip 压缩包。</translation>
    </message>
    <message>
        <source>Extract it first, then choose the file “conversations.json” from it.</source>
        <translation>请先解压，再选择其中的“conversations.json”。</translation>
    </message>
    <message>
        <source>%1 is not a file with chats: it is not JSON, or it is damaged.</source>
        <translation>%1 不是对话文件：它不是 JSON，或者已损坏。</translation>
    </message>
    <message>
        <source>Export the chats again in the other program and choose that file.</source>
        <translation>请在另一个程序中重新导出对话，然后选择那个文件。</translation>
    </message>
    <message>
        <source>%1 ends in the middle, as if it had not been copied or downloaded completely. Nothing was imported.</source>
        <translation>%1 在中途就结束了，可能没有完整复制或下载。没有导入任何内容。</translation>
    </message>
    <message>
        <source>Copy or download it again and choose it once more.</source>
        <translation>请重新复制或下载，然后再次选择。</translation>
    </message>
    <message>
        <source>A single chat in %1 is larger than %2 and was refused.</source>
        <translation>%1 中有一个对话大于 %2，因此被拒绝。</translation>
    </message>
    <message>
        <source>Remove pictures from that chat in the other program, export it again and choose that file.</source>
        <translation>请在另一个程序中删除该对话里的图片，重新导出，然后选择那个文件。</translation>
    </message>
    <message>
        <source>%1 was written by a newer version of Hearth.</source>
        <translation>%1 是由更新版本的 Hearth 写出的。</translation>
    </message>
    <message>
        <source>Update Hearth to import it.</source>
        <translation>请更新 Hearth 后再导入。</translation>
    </message>
    <message>
        <source>There are no chats in %1 that Hearth can read.</source>
        <translation>%1 中没有 Hearth 能读取的对话。</translation>
    </message>
    <message>
        <source>Choose an export of Hearth, ChatGPT (conversations.json), Open WebUI or LM Studio, or a list of messages as JSON.</source>
        <translation>请选择 Hearth、ChatGPT（conversations.json）、Open WebUI 或 LM Studio 的导出文件，或 JSON 格式的消息列表。</translation>
    </message>
    <message>
        <source>A chat could not be stored, so the import stopped. Chats imported before it are complete.</source>
        <translation>有一个对话无法保存，导入因此停止。在它之前导入的对话是完整的。</translation>
    </message>
    <message>
        <source>Free some space and import the file again: chats that are here already are skipped.</source>
        <translation>请腾出一些空间，然后重新导入该文件：已经存在的对话会跳过。</translation>
    </message>
    <message>
        <source>This backup is damaged, so it was not restored. Your chats are as they were.</source>
        <translation>这份备份已损坏，因此没有恢复。你的对话保持原样。</translation>
    </message>
    <message>
        <source>Choose another backup.</source>
        <translation>请选择另一份备份。</translation>
    </message>
    <message>
        <source>This backup was made by a newer version of Hearth, so it was not restored. Your chats are as they were.</source>
        <translation>这份备份由更新版本的 Hearth 制作，因此没有恢复。你的对话保持原样。</translation>
    </message>
    <message>
        <source>Update Hearth, or choose another backup.</source>
        <translation>请更新 Hearth，或选择另一份备份。</translation>
    </message>
    <message>
        <source>The backup could not be restored. Your chats are as they were.</source>
        <translation>备份无法恢复。你的对话保持原样。</translation>
    </message>
    <message>
        <source>Free some space, make sure that the data folder can be written, and try again.</source>
        <translation>请腾出一些空间，确认数据文件夹可以写入，然后重试。</translation>
    </message>
    <message>
        <source>Some messages are not saved yet, so no backup can be restored now.</source>
        <translation>还有消息没有保存，现在不能恢复备份。</translation>
    </message>
    <message>
        <source>Free some space, wait until everything is saved, and try again.</source>
        <translation>请腾出一些空间，等全部保存后再试。</translation>
    </message>
    <message>
        <source>Your chats are now those of the backup of %1.</source>
        <translation>你的对话现在是 %1 的备份中的对话。</translation>
    </message>
    <message>
        <source>What was there before is the newest backup in the list.</source>
        <translation>之前的内容是列表中最新的一份备份。</translation>
    </message>
    <message>
        <source>%1 could not be saved.</source>
        <translation>无法保存 %1。</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder that you may write to, then save it again.</source>
        <translation>请腾出一些空间，或选择一个可以写入的文件夹，然后重新保存。</translation>
    </message>
    <message>
        <source>The earlier conversation could not be summarised.</source>
        <translation>无法为之前的对话写摘要。</translation>
    </message>
    <message>
        <source>Try again, or choose in the menu of the context, beside the message, that the oldest messages are left out.</source>
        <translation>请重试，或在消息旁的上下文菜单中选择略去最早的消息。</translation>
    </message>
</context>
<context>
    <name>ExchangeProgress</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ExpertMap</name>
    <message>
        <source>Map of the experts, %1 layers with %2 experts each</source>
        <translation>专家分布图，%1 层，每层 %2 个专家</translation>
    </message>
</context>
<context>
    <name>ExpertShares</name>
    <message>
        <source>The least used expert does %1 of a fair share, the most used one %2.</source>
        <translation>最少用的专家承担平均份额的 %1，最常用的为 %2。</translation>
    </message>
    <message>
        <source>Work of the experts</source>
        <translation>专家的分工</translation>
    </message>
    <message>
        <source>How often each expert was chosen, in each layer that has experts; the line is a fair share.</source>
        <translation>在每个有专家的层中，各专家被选中的次数；横线表示平均份额。</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>第 %1 层</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Markdown</source>
        <translation>Markdown</translation>
    </message>
    <message>
        <source>Plain text that any editor opens.</source>
        <translation>任何编辑器都能打开的纯文本。</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>网页（HTML）</translation>
    </message>
    <message>
        <source>One file for any browser, light or dark as the reader's system is. It loads nothing from the network.</source>
        <translation>一个文件，任何浏览器都能打开，随读者的系统显示浅色或深色，不从网络加载任何内容。</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Pages to print or to send.</source>
        <translation>可以打印或发送的页面。</translation>
    </message>
    <message>
        <source>Hearth file (JSON)</source>
        <translation>Hearth 文件（JSON）</translation>
    </message>
    <message>
        <source>Everything: all versions, thinking, models, adapters and numbers. Hearth can import it again.</source>
        <translation>包含全部内容：所有版本、思考过程、模型、适配器和数据。Hearth 可以再次导入。</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>导出所有对话</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>导出这个对话</translation>
    </message>
    <message>
        <source>Kind of file</source>
        <translation>文件类型</translation>
    </message>
    <message>
        <source>Also the other versions of questions and answers, after what is shown</source>
        <translation>在显示的内容之后，也导出问题和回答的其他版本</translation>
    </message>
    <message>
        <source>Also what the model thought before it answered</source>
        <translation>也导出模型回答之前的思考过程</translation>
    </message>
    <message>
        <source>Exporting chats…</source>
        <translation>正在导出对话…</translation>
    </message>
    <message>
        <source>Exporting the chat…</source>
        <translation>正在导出对话…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Choose a folder for the exported chats</source>
        <translation>选择存放导出对话的文件夹</translation>
    </message>
</context>
<context>
    <name>FactRow</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>FileDrop</name>
    <message>
        <source>Drop to import models or adapters</source>
        <translation>拖放到此处以导入模型或适配器</translation>
    </message>
    <message>
        <source>Looking at the files…</source>
        <translation>正在查看文件…</translation>
    </message>
    <message>
        <source>GGUF files, adapters, and folders with them. In a chat, text files become attachments.</source>
        <translation>GGUF 文件、适配器，以及包含它们的文件夹。在聊天中，文本文件会成为附件。</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>没有匹配</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>第 %1 条，共 %2 条</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一处匹配</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一处匹配</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>FitLabel</name>
    <message>
        <source>Shows the numbers behind it</source>
        <translation>显示具体数字</translation>
    </message>
</context>
<context>
    <name>FitNumbers</name>
    <message>
        <source>Computed from the sizes and from what is free now; speeds are estimates.</source>
        <translation>根据大小和当前可用空间计算；速度为估计值。</translation>
    </message>
</context>
<context>
    <name>FitText</name>
    <message>
        <source>%1, %2</source>
        <comment>where it runs, how fast</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Runs on the GPU</source>
        <translation>在 GPU 上运行</translation>
    </message>
    <message>
        <source>GPU and memory</source>
        <translation>GPU 和内存</translation>
    </message>
    <message>
        <source>Processor only</source>
        <translation>仅用处理器</translation>
    </message>
    <message>
        <source>Too large for this computer</source>
        <translation>对这台电脑来说太大</translation>
    </message>
    <message>
        <source>Weights without experts</source>
        <translation>权重（不含专家）</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Memory of a chat (%1)</source>
        <translation>对话缓存（%1）</translation>
    </message>
    <message>
        <source>Working memory</source>
        <translation>工作空间</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Of it on %1</source>
        <translation>其中在 %1 上</translation>
    </message>
    <message>
        <source>Of it in the computer's memory</source>
        <translation>其中在电脑内存里</translation>
    </message>
    <message>
        <source>Free on %1 now</source>
        <translation>%1 当前可用</translation>
    </message>
    <message>
        <source>Used there by programs now</source>
        <translation>其上程序当前占用</translation>
    </message>
    <message>
        <source>Free memory now</source>
        <translation>当前可用内存</translation>
    </message>
    <message>
        <source>Used by programs now</source>
        <translation>程序当前占用</translation>
    </message>
</context>
<context>
    <name>FolderMenu</name>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Delete, keep the chats</source>
        <translation>删除，保留其中的对话</translation>
    </message>
</context>
<context>
    <name>FolderPicker</name>
    <message>
        <source>%1, the chat is there</source>
        <translation>%1，对话在其中</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>不放入文件夹</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
</context>
<context>
    <name>HubAdapterCard</name>
    <message>
        <source>%1, for %2</source>
        <translation>%1，用于 %2</translation>
    </message>
    <message>
        <source>For %1</source>
        <translation>用于 %1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Needs an account of the hub and a token (in the settings).</source>
        <translation>需要模型站的账号和访问令牌（在设置中填写）。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>IconButton</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
</context>
<context>
    <name>ImportChatsDialog</name>
    <message>
        <source>Import chats</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Hearth reads its own exports, those of ChatGPT (conversations.json), Open WebUI and LM Studio, and lists of messages as JSON.</source>
        <translation>Hearth 能读取自己导出的文件，ChatGPT（conversations.json）、Open WebUI 和 LM Studio 的导出文件，以及 JSON 格式的消息列表。</translation>
    </message>
    <message>
        <source>Versions of questions and answers are kept. Pictures and files are named, but not taken along.</source>
        <translation>问题和回答的各个版本都会保留。图片和文件只注明名称，不会带过来。</translation>
    </message>
    <message>
        <source>They come as new chats, with their own dates. Nothing that is here changes, and chats that were imported before are skipped.</source>
        <translation>它们会成为新的对话，保留原来的日期。现有内容不会改变，以前导入过的对话会跳过。</translation>
    </message>
    <message>
        <source>Importing chats…</source>
        <translation>正在导入对话…</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Choose another file…</source>
        <translation>选择另一个文件…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Choose a file with chats</source>
        <translation>选择含有对话的文件</translation>
    </message>
    <message>
        <source>Chats (*.json)</source>
        <translation>对话 (*.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>Import %n files or folders</source>
        <translation>
            <numerusform>导入 %n 个文件或文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>Import models</source>
        <translation>导入模型</translation>
    </message>
    <message>
        <source>GGUF files, folders with such files, and model folders as Hugging Face has them. Each file is read and checked first; adapters go to their own page.</source>
        <translation>GGUF 文件、含有这种文件的文件夹，以及 Hugging Face 格式的模型文件夹。每个文件都会先读取并检查；适配器会放到它们自己的页面。</translation>
    </message>
    <message>
        <source>What happens with the files</source>
        <translation>如何处理文件</translation>
    </message>
    <message>
        <source>Leave the files where they are</source>
        <translation>文件留在原处</translation>
    </message>
    <message>
        <source>Takes no space. If they are moved or deleted, the model is shown as missing.</source>
        <translation>不占空间。文件被移动或删除时，模型会显示为缺失。</translation>
    </message>
    <message>
        <source>Copy them into Hearth's folder</source>
        <translation>复制到 Hearth 的文件夹</translation>
    </message>
    <message>
        <source>Takes their size again. Nothing else can take them away.</source>
        <translation>再占一份同样大小的空间，但不会因别处的改动而丢失。</translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>From %1</source>
        <translation>来自 %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Choose model files</source>
        <translation>选择模型文件</translation>
    </message>
    <message>
        <source>Models and adapters (*.gguf *.safetensors)</source>
        <translation>模型和适配器 (*.gguf *.safetensors)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a folder with models</source>
        <translation>选择含有模型的文件夹</translation>
    </message>
    <message numerus="yes">
        <source>… and %n more</source>
        <translation>
            <numerusform>… 以及另外 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Use this model as soon as it is imported</source>
        <translation>导入后立即使用此模型</translation>
    </message>
</context>
<context>
    <name>InstalledAdapters</name>
    <message>
        <source>Adapters on this computer</source>
        <translation>本机的适配器</translation>
    </message>
    <message>
        <source>An adapter adds knowledge or a style to a model that it was made for. Switch adapters on in the header of a chat; several work together.</source>
        <translation>适配器为与之配套的模型增添知识或风格。在对话顶部启用适配器；可以同时使用几个。</translation>
    </message>
    <message>
        <source>No adapters yet</source>
        <translation>还没有适配器</translation>
    </message>
    <message>
        <source>An adapter (LoRA) adds knowledge or a style to a model that it was made for: medicine, law, a way of writing. Import one, drop it onto the window, or look for one on the hub.</source>
        <translation>适配器（LoRA）为与之配套的模型增添知识或风格：医疗、法律或某种文风。可以导入、拖放到窗口，或在模型站上寻找。</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件…</translation>
    </message>
    <message>
        <source>Get adapters</source>
        <translation>获取适配器</translation>
    </message>
</context>
<context>
    <name>InstalledMenu</name>
    <message>
        <source>Settings of this model…</source>
        <translation>此模型的设置…</translation>
    </message>
    <message>
        <source>Make a smaller variant…</source>
        <translation>制作较小的版本…</translation>
    </message>
    <message>
        <source>Model card…</source>
        <translation>模型说明…</translation>
    </message>
    <message>
        <source>Verify files</source>
        <translation>校验文件</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Remove from the list…</source>
        <translation>从列表中移除…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
</context>
<context>
    <name>InstalledModel</name>
    <message>
        <source>Damaged: the files are not as they were. Get the model again.</source>
        <translation>已损坏：文件与原来不同。请重新获取该模型。</translation>
    </message>
    <message>
        <source>Files verified on %1</source>
        <translation>文件于 %1 校验</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>two sentences</comment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>InstalledRow</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1, missing</source>
        <translation>%1，缺失</translation>
    </message>
    <message>
        <source>%1, in use</source>
        <translation>%1，使用中</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>Comes with Hearth</source>
        <translation>Hearth 自带</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>已链接</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>有单独设置</translation>
    </message>
    <message>
        <source>Not found: %1</source>
        <translation>未找到：%1</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>定位…</translation>
    </message>
    <message>
        <source>Locate %1</source>
        <translation>定位 %1</translation>
    </message>
    <message>
        <source>More for “%1”</source>
        <translation>“%1”的更多操作</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>未加载</translation>
    </message>
</context>
<context>
    <name>InstalledTab</name>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Download one under Discover, or import a file.</source>
        <translation>请在“发现”中下载，或导入文件。</translation>
    </message>
</context>
<context>
    <name>JobCard</name>
    <message>
        <source>Details: %1</source>
        <translation>详情：%1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>JobsModel</name>
    <message>
        <source>Importing %1</source>
        <translation>正在导入 %1</translation>
    </message>
    <message>
        <source>Copying %1</source>
        <translation>正在复制 %1</translation>
    </message>
    <message>
        <source>Verifying %1</source>
        <translation>正在校验 %1</translation>
    </message>
    <message>
        <source>Making a smaller variant of %1</source>
        <translation>正在制作 %1 的较小版本</translation>
    </message>
    <message>
        <source>Converting %1</source>
        <translation>正在转换 %1</translation>
    </message>
    <message>
        <source>Merging adapters into %1</source>
        <translation>正在把适配器合并到 %1</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>%1%</source>
        <translation>%1%</translation>
    </message>
</context>
<context>
    <name>JumpButton</name>
    <message>
        <source>Jump to the latest message</source>
        <translation>跳到最新消息</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this link?</source>
        <translation>打开这个链接？</translation>
    </message>
    <message>
        <source>This link cannot be opened</source>
        <translation>无法打开这个链接</translation>
    </message>
    <message>
        <source>It was written by the model. It opens in another application.</source>
        <translation>链接由模型写出，将在其他应用中打开。</translation>
    </message>
    <message>
        <source>Only web and mail addresses can be opened from an answer.</source>
        <translation>回答中只能打开网页和邮件地址。</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>It was written by the makers of Hearth. It opens in another application.</source>
        <translation>它由 Hearth 的开发者提供，将在其他应用程序中打开。</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Hearth</source>
        <translation>Hearth</translation>
    </message>
    <message>
        <source>%1 — Hearth</source>
        <translation>%1 — Hearth</translation>
    </message>
</context>
<context>
    <name>MathBlock</name>
    <message>
        <source>Formula: %1</source>
        <translation>公式：%1</translation>
    </message>
    <message>
        <source>Copy formula source</source>
        <translation>复制公式源码</translation>
    </message>
</context>
<context>
    <name>MemoryPart</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>MergePart</name>
    <message>
        <source>Use %1</source>
        <translation>使用 %1</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Enter saves · Shift+Enter starts a new line · Esc cancels</source>
        <translation>Enter 保存 · Shift+Enter 换行 · Esc 取消</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>MessageFooter</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Show the answers side by side</source>
        <translation>并排显示这些回答</translation>
    </message>
    <message>
        <source>Continue the answer</source>
        <translation>继续回答</translation>
    </message>
    <message>
        <source>More for the answer</source>
        <translation>回答的更多操作</translation>
    </message>
    <message>
        <source>Edited</source>
        <translation>已编辑</translation>
    </message>
</context>
<context>
    <name>MessageMenu</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Answer again with…</source>
        <translation>换种方式重新回答…</translation>
    </message>
    <message>
        <source>Continue the answer</source>
        <translation>继续回答</translation>
    </message>
    <message>
        <source>Branch from here</source>
        <translation>从这里分支</translation>
    </message>
    <message>
        <source>Outline of the chat</source>
        <translation>对话大纲</translation>
    </message>
    <message>
        <source>Delete the message</source>
        <translation>删除消息</translation>
    </message>
    <message>
        <source>Copy as plain text</source>
        <translation>复制为纯文本</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Variant</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>%1 of %2 for each token</source>
        <translation>每个词元用 %2 个中的 %1 个</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>源自</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Good at</source>
        <translation>擅长</translation>
    </message>
    <message>
        <source>Data sets</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>%1 % in English, %2 % in Chinese</source>
        <translation>英语 %1%，中文 %2%</translation>
    </message>
    <message>
        <source>Right answers about Hearth, to wordings never seen before</source>
        <translation>关于 Hearth、以未见过的问法提问时的正确率</translation>
    </message>
    <message>
        <source>Other questions that it passes on</source>
        <translation>其他问题中请用户换用更大模型的比例</translation>
    </message>
</context>
<context>
    <name>ModelCardDialog</name>
    <message>
        <source>Parts of the card</source>
        <translation>说明的各部分</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Training data</source>
        <translation>训练数据</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>打开其页面</translation>
    </message>
    <message>
        <source>Fetching the card…</source>
        <translation>正在获取说明…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>There is no text about this model here.</source>
        <translation>这里没有关于此模型的文字。</translation>
    </message>
    <message>
        <source>Fetch it from the hub</source>
        <translation>从模型站获取</translation>
    </message>
    <message>
        <source>The rest of this long card is on its page.</source>
        <translation>说明很长，其余部分见其页面。</translation>
    </message>
</context>
<context>
    <name>ModelChip</name>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Model: %1, %2</source>
        <translation>模型：%1，%2</translation>
    </message>
    <message>
        <source>Opens the model menu</source>
        <translation>打开模型菜单</translation>
    </message>
</context>
<context>
    <name>ModelDialogs</name>
    <message>
        <source>Where is the file now?</source>
        <translation>文件现在在哪里？</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 模型 (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>ModelNotice</name>
    <message>
        <source>This chat used %1.</source>
        <translation>此对话使用的是 %1。</translation>
    </message>
    <message>
        <source>Load %1</source>
        <translation>加载 %1</translation>
    </message>
    <message>
        <source>Go on with %1</source>
        <translation>继续使用 %1</translation>
    </message>
</context>
<context>
    <name>ModelPanel</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Runs on %1</source>
        <translation>运行于 %1</translation>
    </message>
    <message>
        <source>Reads up to %1 tokens of a chat</source>
        <translation>最多读取一次对话的 %1 个词元</translation>
    </message>
    <message>
        <source>The starter model is tiny. A larger one (a .gguf file) writes far better.</source>
        <translation>入门模型非常小。更大的模型（.gguf 文件）写得好得多。</translation>
    </message>
    <message>
        <source>Open a model file…</source>
        <translation>打开模型文件…</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>使用入门模型</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Model settings…</source>
        <translation>模型设置…</translation>
    </message>
    <message>
        <source>Load %1</source>
        <translation>加载 %1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>所有模型…</translation>
    </message>
</context>
<context>
    <name>ModelStatus</name>
    <message>
        <source>Loading %1%</source>
        <translation>正在加载 %1%</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>未加载</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>%1 of %2 experts</source>
        <translation>%2 个专家中启用 %1 个</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Parts of the page</source>
        <translation>页面的各部分</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Discover</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>ModelsViewModel</name>
    <message>
        <source>Others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>可用 %1</translation>
    </message>
    <message>
        <source>%1 used</source>
        <translation>已用 %1</translation>
    </message>
    <message>
        <source>%1 used, %2 free</source>
        <translation>已用 %1，可用 %2</translation>
    </message>
    <message>
        <source>Its files are deleted, which frees %1.</source>
        <translation>它的文件会被删除，释放 %1。</translation>
    </message>
    <message>
        <source>Its files are gone already; only the entry of the list is removed.</source>
        <translation>它的文件已不存在，只移除列表中的条目。</translation>
    </message>
    <message>
        <source>Files that lie outside Hearth's folder are only forgotten: they stay where they are.</source>
        <translation>Hearth 文件夹之外的文件只从列表中移除，文件保留在原处。</translation>
    </message>
    <message>
        <source>It is the model in use; Hearth goes on with another one.</source>
        <translation>它正在使用中；Hearth 会改用其他模型。</translation>
    </message>
    <message>
        <source>You can download it again.</source>
        <translation>之后可以重新下载。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>two sentences</comment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>NetworkSettings</name>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>下载源</translation>
    </message>
    <message>
        <source>Models are searched and fetched from those that are on, the first one first. A download goes on with the next one where one fails.</source>
        <translation>按顺序从已启用的下载源搜索和获取模型。一个失败时，下载会从下一个继续。</translation>
    </message>
    <message>
        <source>Own server</source>
        <translation>自有服务器</translation>
    </message>
    <message>
        <source>Address of a server that answers like huggingface.co. Switch it on above.</source>
        <translation>与 huggingface.co 接口相同的服务器的地址。请在上方启用它。</translation>
    </message>
    <message>
        <source>models.example.org</source>
        <translation>例如 models.example.org</translation>
    </message>
    <message>
        <source>Bandwidth limit</source>
        <translation>带宽限制</translation>
    </message>
    <message>
        <source>Of all downloads together, in kilobytes a second.</source>
        <translation>所有下载合计，单位为千字节每秒。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>NetworkSettingsModel</name>
    <message>
        <source>The hub where most models are published.</source>
        <translation>大多数模型发布的模型站。</translation>
    </message>
    <message>
        <source>A mirror of huggingface.co, reachable from mainland China. It is run by others, who see what you download.</source>
        <translation>huggingface.co 的镜像，中国大陆可以访问。由第三方运营，他们能看到你下载的内容。</translation>
    </message>
    <message>
        <source>A hub in China with many of the same models. It cannot be searched here; paste the address of a page.</source>
        <translation>中国的模型站，有许多相同的模型。不能在这里搜索；请粘贴页面地址。</translation>
    </message>
    <message>
        <source>Own server</source>
        <translation>自有服务器</translation>
    </message>
    <message>
        <source>A server that answers like huggingface.co, at the address below.</source>
        <translation>与 huggingface.co 接口相同的服务器，地址见下方。</translation>
    </message>
    <message>
        <source>This is no address of a server. Write it as https://models.example.org.</source>
        <translation>这不是服务器地址。请写成 https://models.example.org 的形式。</translation>
    </message>
    <message>
        <source>Without https nobody is kept from reading along, and no access token is sent.</source>
        <translation>没有 https，任何人都可能读取传输内容，并且不会发送访问令牌。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>Two whole sentences, one after the other.</extracomment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>NoticeBanner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>NoticeRules</name>
    <message>
        <source>Answer is ready</source>
        <translation>回答已完成</translation>
    </message>
    <message>
        <source>Answer has failed</source>
        <translation>回答失败</translation>
    </message>
    <message>
        <source>Download is complete</source>
        <translation>下载完成</translation>
    </message>
    <message>
        <source>Download has failed</source>
        <translation>下载失败</translation>
    </message>
    <message>
        <source>%1 tasks have ended</source>
        <translation>%1 项任务已结束</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>What ended, and the title of the chat or the model.</extracomment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>…</source>
        <translation>…</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>The publisher wants to be asked first: agree on the page of the model, then put your access token into Settings.</source>
        <translation>发布者要求先征得同意：请在模型页面上同意，然后在设置中填写访问令牌。</translation>
    </message>
    <message>
        <source>Asking for the files…</source>
        <translation>正在查询文件…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>This repository has no file that Hearth can use (.gguf).</source>
        <translation>此仓库没有 Hearth 能使用的文件（.gguf）。</translation>
    </message>
    <message>
        <source>Model card</source>
        <translation>模型说明</translation>
    </message>
</context>
<context>
    <name>OfferHeader</name>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Needs permission</source>
        <translation>需要许可</translation>
    </message>
</context>
<context>
    <name>OfferVariantRow</name>
    <message>
        <source>recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Recommended</source>
        <translation>推荐</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download %1 %2, %3</source>
        <translation>下载 %1 %2，%3</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use %1 %2</source>
        <translation>使用 %1 %2</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>OpeningModel</name>
    <message>
        <source>Adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Model folder, will be converted</source>
        <translation>模型文件夹，将进行转换</translation>
    </message>
</context>
<context>
    <name>OptionBox</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>OutlinePanel</name>
    <message>
        <source>Outline</source>
        <translation>大纲</translation>
    </message>
    <message>
        <source>Find a message</source>
        <translation>查找消息</translation>
    </message>
    <message>
        <source>Messages of the chat</source>
        <translation>对话中的消息</translation>
    </message>
    <message>
        <source>The chat has no messages.</source>
        <translation>此对话没有消息。</translation>
    </message>
    <message>
        <source>No message has these words.</source>
        <translation>没有消息包含这些文字。</translation>
    </message>
</context>
<context>
    <name>OutlineRow</name>
    <message>
        <source>(no text)</source>
        <translation>（没有文字）</translation>
    </message>
    <message>
        <source>Question: %1</source>
        <translation>问题：%1</translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation>回答：%1</translation>
    </message>
    <message>
        <source>%1, version %2 of %3</source>
        <translation>%1，第 %2 个版本，共 %3 个</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>OwnRow</name>
    <message>
        <source>As in Settings: %1</source>
        <translation>与设置相同：%1</translation>
    </message>
    <message>
        <source>As in Settings</source>
        <translation>与设置相同</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>单独设置</translation>
    </message>
</context>
<context>
    <name>PageEntry</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
</context>
<context>
    <name>PageFrame</name>
    <message>
        <source>Show the sidebar</source>
        <translation>显示侧栏</translation>
    </message>
    <message>
        <source>Back to the chat</source>
        <translation>返回对话</translation>
    </message>
</context>
<context>
    <name>PageNotices</name>
    <message>
        <source>Use the starter model</source>
        <translation>使用入门模型</translation>
    </message>
    <message>
        <source>Open another model…</source>
        <translation>打开其他模型…</translation>
    </message>
    <message>
        <source>Load again</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Load %1</source>
        <translation>加载 %1</translation>
    </message>
</context>
<context>
    <name>PanelAction</name>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
</context>
<context>
    <name>PerformanceModel</name>
    <message>
        <source>Reading the prompt, %1%</source>
        <translation>正在读取提示词，%1%</translation>
    </message>
    <message>
        <source>%1 of %2 prompt tokens from the cache</source>
        <translation>%2 个提示词元中有 %1 个来自缓存</translation>
    </message>
    <message>
        <source>%1, the others at %2 tokens/s</source>
        <translation>%1，其余以 %2 词元/秒读取</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 at %2 tokens/s</source>
        <translation>%1，%2 词元/秒</translation>
    </message>
    <message>
        <source>First token after %1 s</source>
        <translation>%1 秒后出现第一个词元</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Context memory</source>
        <translation>上下文内存</translation>
    </message>
    <message>
        <source>Working memory</source>
        <translation>工作内存</translation>
    </message>
    <message>
        <source>Room for adapters</source>
        <translation>为适配器预留</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>电脑</translation>
    </message>
    <message>
        <source>The busiest expert did %1 times its fair share; %2% did not work at all.</source>
        <translation>最忙的专家做了平均份额的 %1 倍；%2% 的专家完全没有工作。</translation>
    </message>
    <message>
        <source>%1% of the work of experts was done on the device of their layer, the rest by the processor.</source>
        <translation>专家的工作有 %1% 在其所在层的设备上完成，其余由处理器完成。</translation>
    </message>
    <message>
        <source>Layer %1, expert %2: chosen %3 times, %4 times its fair share</source>
        <translation>第 %1 层，专家 %2：被选中 %3 次，为平均份额的 %4 倍</translation>
    </message>
</context>
<context>
    <name>PerformancePanel</name>
    <message>
        <source>Performance</source>
        <translation>性能</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Ask something: then this shows how fast the answer is written, and what works on it.</source>
        <translation>先提一个问题：这里会显示回答写得有多快，以及哪些部分在工作。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>A row for each layer, a column for each expert: the deeper the colour, the more it worked on this answer.</source>
        <translation>每行是一层，每列是一个专家：颜色越深，它为这次回答做的工作越多。</translation>
    </message>
    <message>
        <source>Reading the prompt</source>
        <translation>正在读取提示词</translation>
    </message>
</context>
<context>
    <name>PolicyDialog</name>
    <message>
        <source>New rule</source>
        <translation>新建规则</translation>
    </message>
    <message>
        <source>Edit the rule</source>
        <translation>编辑规则</translation>
    </message>
    <message>
        <source>Name of the rule</source>
        <translation>规则名称</translation>
    </message>
    <message>
        <source>What it looks for</source>
        <translation>查找内容</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>正则表达式</translation>
    </message>
    <message>
        <source>Words, divided by commas or lines</source>
        <translation>词语，用逗号或换行分隔</translation>
    </message>
    <message>
        <source>Words, divided by commas or lines. Upper and lower case are the same; words of languages with spaces match whole.</source>
        <translation>词语用逗号或换行分隔。不区分大小写；使用空格分词的语言按整词匹配。</translation>
    </message>
    <message>
        <source>A regular expression as in Perl. Upper and lower case are the same. It sees up to 1024 characters of one match.</source>
        <translation>Perl 风格的正则表达式，不区分大小写。一处匹配最长 1024 个字符。</translation>
    </message>
    <message>
        <source>Where it looks</source>
        <translation>查找范围</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>处理方式</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>拦截</translation>
    </message>
    <message>
        <source>What is found is coloured where it is shown.</source>
        <translation>找到的内容会以颜色标出。</translation>
    </message>
    <message>
        <source>A message is not sent and stays in its box. An answer stops before what was found.</source>
        <translation>消息不会发送，保留在输入框中。回答会在找到的内容之前停止。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>PolicyModel</name>
    <message>
        <source>Your rule “%1” is left out: its pattern takes too long. Make it simpler in the settings.</source>
        <translation>你的规则“%1”已停用：它的表达式耗时过长。请在设置中将其简化。</translation>
    </message>
    <message>
        <source>Give the rule a name.</source>
        <translation>请给规则起个名字。</translation>
    </message>
    <message>
        <source>Say what the rule looks for.</source>
        <translation>请填写规则要查找的内容。</translation>
    </message>
    <message>
        <source>A rule can have 1000 words. Divide the list among several rules.</source>
        <translation>一条规则最多包含 1000 个词。请将列表拆分为多条规则。</translation>
    </message>
    <message>
        <source>This is too long for a rule.</source>
        <translation>内容太长，无法作为规则。</translation>
    </message>
    <message>
        <source>This is no regular expression: %1.</source>
        <translation>这不是有效的正则表达式：%1。</translation>
    </message>
    <message>
        <source>This is no regular expression: %1, at character %2.</source>
        <translation>这不是有效的正则表达式：%1，位于第 %2 个字符。</translation>
    </message>
    <message>
        <source>This pattern also matches where there is nothing, so it would match everywhere.</source>
        <translation>这个表达式连空内容也会匹配，因此会匹配所有位置。</translation>
    </message>
    <message>
        <source>This pattern can take very long, for example because a repeated part repeats something itself, as in (a+)+. Make it simpler.</source>
        <translation>这个表达式可能耗时极长，例如重复的部分内部又有重复，如 (a+)+。请将其简化。</translation>
    </message>
    <message>
        <source>Not sent: your rule “%1” blocks “%2”. Change the message, or the rule in the settings.</source>
        <translation>未发送：你的规则“%1”拦截了“%2”。请修改消息，或在设置中修改规则。</translation>
    </message>
</context>
<context>
    <name>PolicyNote</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>PolicyRow</name>
    <message>
        <source>in your messages</source>
        <translation>（你的消息）</translation>
    </message>
    <message>
        <source>in answers</source>
        <translation>（回答）</translation>
    </message>
    <message>
        <source>in messages and answers</source>
        <translation>（消息和回答）</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>拦截</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>words</source>
        <translation>词语</translation>
    </message>
    <message>
        <source>a pattern</source>
        <translation>表达式</translation>
    </message>
    <message>
        <source>%1 %2 %3</source>
        <translation>%1%2%3</translation>
    </message>
    <message>
        <source>Left out: its pattern takes too long. Make it simpler.</source>
        <translation>已停用：表达式耗时过长，请将其简化。</translation>
    </message>
    <message>
        <source>Edit the rule “%1”</source>
        <translation>编辑规则“%1”</translation>
    </message>
    <message>
        <source>Delete the rule “%1”</source>
        <translation>删除规则“%1”</translation>
    </message>
</context>
<context>
    <name>PolicySettings</name>
    <message>
        <source>Content rules</source>
        <translation>内容规则</translation>
    </message>
    <message>
        <source>Use content rules</source>
        <translation>使用内容规则</translation>
    </message>
    <message>
        <source>Your own rules about words, checked on this computer: they mark what they find, or block it. They are no protection against what a model may say in other words.</source>
        <translation>你自己的词语规则，在本机检查：可标记或拦截找到的内容。模型换一种说法时，规则无法防范。</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>There is no rule yet.</source>
        <translation>还没有规则。</translation>
    </message>
    <message>
        <source>Add a rule…</source>
        <translation>添加规则…</translation>
    </message>
    <message>
        <source>Note of origin on exports</source>
        <translation>导出时附加来源说明</translation>
    </message>
    <message>
        <source>Exported chats end with a line that says which model wrote them, and when.</source>
        <translation>导出的对话末尾会有一行，说明由哪个模型在何时写成。</translation>
    </message>
</context>
<context>
    <name>PresetChoice</name>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Values that differ from it: %1</source>
        <translation>与它不同的值：%1</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PrivateNote</name>
    <message>
        <source>This chat is private: it is not saved anywhere and is gone when you close it or quit Hearth.</source>
        <translation>这是私密对话：不会保存在任何地方，关闭它或退出 Hearth 后就会消失。</translation>
    </message>
    <message>
        <source>Close the private chat</source>
        <translation>关闭私密对话</translation>
    </message>
</context>
<context>
    <name>ProxySettings</name>
    <message>
        <source>Proxy</source>
        <translation>代理</translation>
    </message>
    <message>
        <source>“System” uses what this computer is set to. Addresses of this computer itself are never asked through a proxy that is entered here.</source>
        <translation>“跟随系统”使用这台电脑的代理设置。访问本机地址时不会使用在这里填写的代理。</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>HTTP</source>
        <translation>HTTP</translation>
    </message>
    <message>
        <source>SOCKS5</source>
        <translation>SOCKS5</translation>
    </message>
    <message>
        <source>Proxy address</source>
        <translation>代理地址</translation>
    </message>
    <message>
        <source>proxy.example.org</source>
        <translation>例如 proxy.example.org</translation>
    </message>
    <message>
        <source>Proxy port</source>
        <translation>代理端口</translation>
    </message>
    <message>
        <source>Proxy user, if it asks for one</source>
        <translation>代理用户名（如果需要）</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Proxy password</source>
        <translation>代理密码</translation>
    </message>
    <message>
        <source>Saved in the keychain</source>
        <translation>已保存在密钥环中</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Remove password</source>
        <translation>移除密码</translation>
    </message>
</context>
<context>
    <name>Readable</name>
    <message>
        <source>%1 %2</source>
        <comment>number and unit</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <comment>two numbers and their unit</comment>
        <translation>%1/%2 %3</translation>
    </message>
    <message>
        <source>%1 %2/s</source>
        <comment>number and unit, per second</comment>
        <translation>%1 %2/秒</translation>
    </message>
    <message numerus="yes">
        <source>%n s left</source>
        <translation>
            <numerusform>剩余 %n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min left</source>
        <translation>
            <numerusform>剩余 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h left</source>
        <translation>
            <numerusform>剩余 %n 小时</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days left</source>
        <translation>
            <numerusform>剩余 %n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 M</source>
        <comment>millions of parameters</comment>
        <translation>%1M</translation>
    </message>
    <message>
        <source>%1 B</source>
        <comment>billions of parameters</comment>
        <translation>%1B</translation>
    </message>
    <message>
        <source>%1, %2 active</source>
        <comment>parameters</comment>
        <translation>%1，激活 %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>%1k tokens</source>
        <comment>thousands of tokens</comment>
        <translation>%1k 词元</translation>
    </message>
    <message>
        <source>about %1 tokens/s</source>
        <translation>约 %1 词元/秒</translation>
    </message>
    <message>
        <source>more than %1 tokens/s</source>
        <translation>超过 %1 词元/秒</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Remove %1?</source>
        <translation>移除 %1？</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>Restore this backup?</source>
        <translation>恢复这份备份？</translation>
    </message>
    <message>
        <source>All chats become those of %1, at once. Chats and messages that came later are no longer shown, and answers under way are stopped.</source>
        <translation>所有对话会立即变回 %1 时的样子。之后的对话和消息不再显示，正在进行的回答会停止。</translation>
    </message>
    <message>
        <source>A backup of the present chats is made first, so that you can come back in the same way. Settings, models and adapters stay as they are.</source>
        <translation>会先备份现有的对话，你可以用同样的方法换回来。设置、模型和适配器保持不变。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>SamplingValues</name>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Higher is more varied, lower more predictable; 0 always takes the likeliest word.</source>
        <translation>越高越多样，越低越稳定；0 总是选最可能的词。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Chooses among this many words at most.</source>
        <translation>最多从这么多个词中选择。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Keeps the likeliest words up to this share; 1 keeps all.</source>
        <translation>只保留累计概率达到此值的词；1 表示全部保留。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leaves out words below this share of the likeliest one; 0 leaves out none.</source>
        <translation>舍去概率低于最高概率这一比例的词；0 表示不舍去。</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Lowers the chance of words that were just used; 1 does nothing.</source>
        <translation>降低已用过的词的概率；1 表示不降低。</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>Lowers the chance of words that were used at all, however often; 0 does nothing.</source>
        <translation>只要用过的词，不论次数，都降低其概率；0 表示不降低。</translation>
    </message>
    <message>
        <source>Reach of the penalties</source>
        <translation>惩罚的回看范围</translation>
    </message>
    <message>
        <source>How many tokens back both penalties look.</source>
        <translation>两种惩罚向前回看多少个词元。</translation>
    </message>
</context>
<context>
    <name>SaveTextDialog</name>
    <message>
        <source>Save the code as</source>
        <translation>代码另存为</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>SearchHint</name>
    <message>
        <source>Narrow it down: %1. Names with spaces stand in quotes.</source>
        <translation>缩小范围：%1。名称中有空格时用引号括起来。</translation>
    </message>
</context>
<context>
    <name>SearchModel</name>
    <message>
        <source>Titles</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>There is no filter “%1:”, so it is searched as text. There are folder, model, adapter, before and after.</source>
        <translation>没有“%1:”这个筛选条件，因此按文字搜索。可用的有 folder、model、adapter、before 和 after。</translation>
    </message>
    <message>
        <source>Write a date right after “%1:”, like %1:2026-01-31.</source>
        <translation>请在“%1:”后面直接写日期，例如 %1:2026-01-31。</translation>
    </message>
    <message>
        <source>Write a name right after “%1:”, in quotes if it has spaces.</source>
        <translation>请在“%1:”后面直接写名称，有空格时用引号括起来。</translation>
    </message>
    <message>
        <source>“%1” is not a date. Write it like 2026-01-31.</source>
        <translation>“%1”不是日期。请写成 2026-01-31 这样。</translation>
    </message>
    <message>
        <source>No day is both after and before these dates.</source>
        <translation>没有哪一天同时符合这两个日期。</translation>
    </message>
    <message>
        <source>No folder is called “%1”.</source>
        <translation>没有名为“%1”的文件夹。</translation>
    </message>
</context>
<context>
    <name>SearchResultRow</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1, %2: %3</source>
        <translation>%1，%2：%3</translation>
    </message>
</context>
<context>
    <name>SearchResults</name>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Nothing found for “%1”</source>
        <translation>没有找到“%1”</translation>
    </message>
    <message>
        <source>Titles and messages of all chats were searched. Try fewer or other words.</source>
        <translation>已搜索所有对话的标题和消息。请减少或更换关键词再试。</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
</context>
<context>
    <name>SeedField</name>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>固定</translation>
    </message>
</context>
<context>
    <name>Segmented</name>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>SelectionMenu</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Select the message</source>
        <translation>选择这条消息</translation>
    </message>
    <message>
        <source>Select the conversation</source>
        <translation>选择整个对话</translation>
    </message>
</context>
<context>
    <name>SendButton</name>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Send after this answer</source>
        <translation>在本次回答后发送</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>No setting matches “%1”.</source>
        <translation>没有与“%1”匹配的设置。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About Hearth %1</source>
        <translation>关于 Hearth %1</translation>
    </message>
    <message>
        <source>Show the welcome again</source>
        <translation>再次显示欢迎页</translation>
    </message>
</context>
<context>
    <name>SettingsModel</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Not available in this version or on this computer.</source>
        <translation>在此版本或这台电脑上不可用。</translation>
    </message>
    <message>
        <source>With %1 tokens the model needs %2: weights %3, chat memory %4, working space %5. Free now: %6.</source>
        <translation>上下文为 %1 个词元时，模型需要 %2：权重 %3，对话缓存 %4，工作空间 %5。当前可用：%6。</translation>
    </message>
    <message>
        <source>%1 of %2 free.</source>
        <translation>可用 %1，共 %2。</translation>
    </message>
    <message>
        <source>Will be tested before its first use.</source>
        <translation>首次使用前会进行测试。</translation>
    </message>
    <message>
        <source>Tested.</source>
        <translation>已通过测试。</translation>
    </message>
    <message>
        <source>It failed its test, so it is not used (%1).</source>
        <translation>未通过测试，因此不使用（%1）。</translation>
    </message>
    <message>
        <source>Not chosen automatically: it computes on the processor, only slower.</source>
        <translation>不会自动选用：它在处理器上计算，只会更慢。</translation>
    </message>
    <message>
        <source>Not chosen automatically: it shares the memory with the processor, which is as fast.</source>
        <translation>不会自动选用：它与处理器共用内存，而处理器同样快。</translation>
    </message>
    <message>
        <source>At present: %1</source>
        <translation>目前：%1</translation>
    </message>
    <message>
        <source>Of it %1 go to the device, the rest to the computer’s memory.</source>
        <translation>其中 %1 放在该设备上，其余放在电脑内存里。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>Two whole sentences, one after the other.</extracomment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>ShortcutGroup</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Change the keys for “%1”</source>
        <translation>更改“%1”的按键</translation>
    </message>
</context>
<context>
    <name>ShortcutRecorder</name>
    <message>
        <source>Another action has these keys now. Change that one first.</source>
        <translation>这些按键现在用于其他操作。请先更改那一项。</translation>
    </message>
    <message>
        <source>Change the keys</source>
        <translation>更改按键</translation>
    </message>
    <message>
        <source>Press the new keys for “%1”.</source>
        <translation>请按下“%1”的新按键。</translation>
    </message>
    <message>
        <source>New keys</source>
        <translation>新按键</translation>
    </message>
    <message>
        <source>New keys: %1</source>
        <translation>新按键：%1</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Click keys to change them.</source>
        <translation>点击按键即可更改。</translation>
    </message>
    <message>
        <source>Reset all keys</source>
        <translation>重置所有按键</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Next chat</source>
        <translation>下一个对话</translation>
    </message>
    <message>
        <source>Previous chat</source>
        <translation>上一个对话</translation>
    </message>
    <message>
        <source>Rename the chat</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Delete the chat</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>In the list of chats</source>
        <translation>在对话列表中</translation>
    </message>
    <message>
        <source>Open the chat</source>
        <translation>打开对话</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>撰写</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Go to the message box</source>
        <translation>转到消息输入框</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>阅读</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>复制最后一个回答</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一处匹配</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一处匹配</translation>
    </message>
    <message>
        <source>Page up</source>
        <translation>向上翻页</translation>
    </message>
    <message>
        <source>Page down</source>
        <translation>向下翻页</translation>
    </message>
    <message>
        <source>With the conversation focused</source>
        <translation>焦点在对话中时</translation>
    </message>
    <message>
        <source>Scroll up</source>
        <translation>向上滚动</translation>
    </message>
    <message>
        <source>Scroll down</source>
        <translation>向下滚动</translation>
    </message>
    <message>
        <source>To the first message</source>
        <translation>转到第一条消息</translation>
    </message>
    <message>
        <source>To the latest message</source>
        <translation>转到最新消息</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Open a model file</source>
        <translation>打开模型文件</translation>
    </message>
    <message>
        <source>Model menu</source>
        <translation>模型菜单</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Show or hide the sidebar</source>
        <translation>显示或隐藏侧栏</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>窗口的下一区域</translation>
    </message>
    <message>
        <source>Previous part of the window</source>
        <translation>窗口的上一区域</translation>
    </message>
    <message>
        <source>Next control</source>
        <translation>下一个控件</translation>
    </message>
    <message>
        <source>Previous control</source>
        <translation>上一个控件</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>恢复默认文字大小</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Quit Hearth</source>
        <translation>退出 Hearth</translation>
    </message>
    <message>
        <source>Stop the answer, or close a search, panel or page</source>
        <translation>停止回答，或关闭搜索、面板或页面</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapters of the chat</source>
        <translation>对话的适配器</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Compare answers</source>
        <translation>比较回答</translation>
    </message>
    <message>
        <source>Undo what was done last, while it is offered</source>
        <translation>撤销上一步操作（显示提示时）</translation>
    </message>
    <message>
        <source>More actions, for a message too</source>
        <translation>更多操作（也用于消息）</translation>
    </message>
    <message>
        <source>Answer again with another model or other settings</source>
        <translation>用其他模型或设置重新回答</translation>
    </message>
    <message>
        <source>Continue a stopped answer</source>
        <translation>继续停止的回答</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>编辑最后一个问题</translation>
    </message>
    <message>
        <source>Take back the last change of the chat</source>
        <translation>撤销对话的上一次更改</translation>
    </message>
    <message>
        <source>Outline of the chat</source>
        <translation>对话大纲</translation>
    </message>
    <message>
        <source>Performance of the answer</source>
        <translation>回答的性能</translation>
    </message>
    <message>
        <source>New private chat</source>
        <translation>新建私密对话</translation>
    </message>
    <message>
        <source>Go to a chat</source>
        <translation>前往对话</translation>
    </message>
    <message>
        <source>Settings of this chat</source>
        <translation>此对话的设置</translation>
    </message>
    <message>
        <source>%1 is the key for “%2”. Change that one first.</source>
        <translation>%1 已用于“%2”。请先更改那一项。</translation>
    </message>
    <message>
        <source>%1 belongs to every box for text.</source>
        <translation>%1 是所有文本框共用的按键。</translation>
    </message>
    <message>
        <source>%1 writes a letter. Hold Ctrl or Alt with it.</source>
        <translation>%1 会输入字符。请同时按住 Ctrl 或 Alt。</translation>
    </message>
    <message>
        <source>%1 is needed in every part of the window.</source>
        <translation>窗口各处都需要用到 %1。</translation>
    </message>
    <message>
        <source>Select one message more or less, upwards</source>
        <translation>向上多选或少选一条消息</translation>
    </message>
    <message>
        <source>Select one message more or less, downwards</source>
        <translation>向下多选或少选一条消息</translation>
    </message>
    <message>
        <source>Copy the selection as Markdown</source>
        <translation>将所选内容复制为 Markdown</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Hearth</source>
        <translation>Hearth</translation>
    </message>
    <message>
        <source>Hide the sidebar</source>
        <translation>隐藏侧栏</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>New private chat</source>
        <translation>新建私密对话</translation>
    </message>
</context>
<context>
    <name>SidebarFoot</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Adapters</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>SmallerDialog</name>
    <message>
        <source>Make a smaller variant</source>
        <translation>制作较小的版本</translation>
    </message>
    <message>
        <source>The model stays as it is; the smaller one is made beside it. It needs less memory and answers faster, and loses some of its precision.</source>
        <translation>原模型保持不变，较小的版本另外制作。它占用内存更少，回答更快，但会损失一些精度。</translation>
    </message>
    <message>
        <source>This model was made smaller already. Making it smaller again loses more than starting from the original (F16) would.</source>
        <translation>此模型已经缩小过。再次缩小的损失比从原版（F16）开始更大。</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>正在读取文件…</translation>
    </message>
    <message>
        <source>It cannot be made any smaller.</source>
        <translation>不能再缩小。</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>制作</translation>
    </message>
    <message>
        <source>Make %1</source>
        <translation>制作 %1</translation>
    </message>
</context>
<context>
    <name>SmallerVariantsModel</name>
    <message>
        <source>As good as the original</source>
        <translation>与原版一样好</translation>
    </message>
    <message>
        <source>Hardly worse</source>
        <translation>几乎没有差别</translation>
    </message>
    <message>
        <source>A little worse</source>
        <translation>略差</translation>
    </message>
    <message>
        <source>Noticeably worse</source>
        <translation>明显变差</translation>
    </message>
    <message>
        <source>Much worse</source>
        <translation>差很多</translation>
    </message>
    <message>
        <source>%1 are free on the disk.</source>
        <translation>磁盘可用 %1。</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>每个权重 %1 位</translation>
    </message>
    <message>
        <source>You have this variant already.</source>
        <translation>你已经有这个版本。</translation>
    </message>
    <message>
        <source>Not enough disk space.</source>
        <translation>磁盘空间不足。</translation>
    </message>
</context>
<context>
    <name>SnippetDialog</name>
    <message>
        <source>New prompt</source>
        <translation>新建提示词</translation>
    </message>
    <message>
        <source>Edit the prompt</source>
        <translation>编辑提示词</translation>
    </message>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Words in {braces} are filled in when the prompt is used: Tab leads from one to the next.</source>
        <translation>使用提示词时填写{花括号}中的内容：按 Tab 跳到下一处。</translation>
    </message>
    <message>
        <source>Type / at the start of a message to use one.</source>
        <translation>在消息开头输入 / 即可选用。</translation>
    </message>
    <message>
        <source>Edit %1</source>
        <translation>编辑 %1</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>删除 %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Text of the prompt</source>
        <translation>提示词内容</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>SnippetMenu</name>
    <message>
        <source>Prompts</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Manage prompts…</source>
        <translation>管理提示词…</translation>
    </message>
</context>
<context>
    <name>SpeedPlot</name>
    <message>
        <source>Speed over time: up to %1 tokens/s in %2 s</source>
        <translation>速度随时间的变化：%2 秒内最高 %1 词元/秒</translation>
    </message>
    <message>
        <source>Up to %1 tokens/s</source>
        <translation>最高 %1 词元/秒</translation>
    </message>
</context>
<context>
    <name>StarterNote</name>
    <message>
        <source>Find a model…</source>
        <translation>寻找模型…</translation>
    </message>
    <message>
        <source>Ember, the starter model, is tiny: it answers questions about Hearth, tells small stories, and knows little else. For real work, get a larger model; the list says which ones this computer can run.</source>
        <translation>入门模型 Ember 非常小：它回答关于 Hearth 的问题，讲小故事，此外几乎什么都不知道。要认真工作，请换用更大的模型；列表会告诉你这台电脑能运行哪些。</translation>
    </message>
</context>
<context>
    <name>StopStrings</name>
    <message>
        <source>Remove %1</source>
        <translation>移除 %1</translation>
    </message>
    <message>
        <source>Text to stop at</source>
        <translation>遇到此文本即停止</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
</context>
<context>
    <name>StrengthSlider</name>
    <message>
        <source>Strength of %1: %2</source>
        <translation>%1 的强度：%2</translation>
    </message>
    <message>
        <source>Strength of %1 back to 1</source>
        <translation>将 %1 的强度恢复为 1</translation>
    </message>
</context>
<context>
    <name>SuggestionCard</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>SwitcherRow</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>已归档</translation>
    </message>
</context>
<context>
    <name>TableBlock</name>
    <message numerus="yes">
        <source>Table with %n row(s)</source>
        <translation>
            <numerusform>%n 行的表格</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplateEditor</name>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Jinja, as in the files of models. Leave it alone unless answers look broken.</source>
        <translation>Jinja 格式，与模型文件中的相同。除非回答看起来有问题，否则请不要改动。</translation>
    </message>
    <message>
        <source>The model's own is used.</source>
        <translation>使用模型自带的模板。</translation>
    </message>
    <message>
        <source>Preview…</source>
        <translation>预览…</translation>
    </message>
    <message>
        <source>Preview: what the model gets</source>
        <translation>预览：模型收到的内容</translation>
    </message>
</context>
<context>
    <name>TextSizeSetting</name>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>%1 and %2 change it anywhere, %3 sets it to 100%.</source>
        <translation>随时可用 %1 和 %2 调整，%3 恢复为 100%。</translation>
    </message>
    <message>
        <source>%1%</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>Text of an answer</source>
        <translation>回答的文字</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>%1. Hide the reasoning</source>
        <translation>%1。隐藏思考过程</translation>
    </message>
    <message>
        <source>%1. Show the reasoning</source>
        <translation>%1。显示思考过程</translation>
    </message>
</context>
<context>
    <name>TokenSetting</name>
    <message>
        <source>Access token for %1</source>
        <translation>%1 的访问令牌</translation>
    </message>
    <message>
        <source>For models that ask you to accept a licence. It is kept in the keychain of this computer and sent to this host only, over https.</source>
        <translation>用于需要接受许可的模型。它保存在这台电脑的密钥环中，只通过 https 发送给此主机。</translation>
    </message>
    <message>
        <source>A token is saved.</source>
        <translation>已保存令牌。</translation>
    </message>
    <message>
        <source>Paste a token</source>
        <translation>粘贴令牌</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show Hearth</source>
        <translation>显示 Hearth</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Hearth is still running</source>
        <translation>Hearth 仍在运行</translation>
    </message>
    <message>
        <source>Its icon in the notification area shows the window again. “Quit” there ends it.</source>
        <translation>通知区域中的图标可以重新显示窗口，那里的“退出”会结束程序。</translation>
    </message>
</context>
<context>
    <name>UndoToast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>UnsavedDialog</name>
    <message>
        <source>Not everything is saved</source>
        <translation>部分内容尚未保存</translation>
    </message>
    <message>
        <source>Hearth could not write your latest messages to the disk. It may be full or read-only. Free some space or make the folder writable, then try again. If you close now, what is not saved is lost.</source>
        <translation>Hearth 无法将最新的消息写入磁盘。磁盘可能已满或为只读。请腾出一些空间或使文件夹可写，然后重试。如果现在关闭，未保存的内容将会丢失。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>仍然关闭</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>UpdateCard</name>
    <message>
        <source>Hearth %1</source>
        <translation>Hearth %1</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1：%2，%3</translation>
    </message>
    <message>
        <source>SHA-256 %1</source>
        <translation>SHA-256 %1</translation>
    </message>
    <message>
        <source>Hearth does not download or install it. Your chats and models stay when you install it over this version.</source>
        <translation>Hearth 不会下载或安装它。直接安装即可替换现有版本，对话和模型都会保留。</translation>
    </message>
    <message>
        <source>Open its page…</source>
        <translation>打开其网页…</translation>
    </message>
    <message>
        <source>Do not skip it</source>
        <translation>不再跳过</translation>
    </message>
    <message>
        <source>Skip this version</source>
        <translation>跳过此版本</translation>
    </message>
</context>
<context>
    <name>UpdateCheck</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Check for updates</source>
        <translation>检查更新</translation>
    </message>
</context>
<context>
    <name>UpdateNotice</name>
    <message>
        <source>What is new</source>
        <translation>更新内容</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>UpdateSettings</name>
    <message>
        <source>Updates</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Newer versions</source>
        <translation>新版本</translation>
    </message>
    <message>
        <source>Hearth looks for a newer version only when you ask it to. It sends nothing about you or this computer, and downloads nothing by itself.</source>
        <translation>只有在你要求时，Hearth 才会检查新版本。它不发送任何关于你或这台电脑的信息，也不会自行下载任何东西。</translation>
    </message>
    <message>
        <source>Look once a week</source>
        <translation>每周检查一次</translation>
    </message>
    <message>
        <source>A line above the chat says when there is a newer version.</source>
        <translation>有新版本时，对话上方会显示一行提示。</translation>
    </message>
    <message>
        <source>Previews</source>
        <translation>预览版</translation>
    </message>
    <message>
        <source>Also tells of versions that are still being tried out.</source>
        <translation>也告知仍在试用中的版本。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Where Hearth looks. HEARTH_UPDATE_URL sets this address, so it cannot be changed here.</source>
        <translation>Hearth 检查更新的地址。它由 HEARTH_UPDATE_URL 设定，因此不能在这里更改。</translation>
    </message>
    <message>
        <source>Where Hearth looks. What it finds there is used only with the signature of the makers of Hearth.</source>
        <translation>Hearth 检查更新的地址。只有带有 Hearth 开发者签名的内容才会被采用。</translation>
    </message>
</context>
<context>
    <name>UpdatesModel</name>
    <message>
        <source>Package for Debian and Ubuntu</source>
        <translation>Debian 和 Ubuntu 软件包</translation>
    </message>
    <message>
        <source>Portable archive for Linux</source>
        <translation>Linux 便携压缩包</translation>
    </message>
    <message>
        <source>Installer for Windows</source>
        <translation>Windows 安装程序</translation>
    </message>
    <message>
        <source>Looking for a newer version…</source>
        <translation>正在检查新版本…</translation>
    </message>
    <message>
        <source>Hearth %1 is available. You skipped it.</source>
        <translation>Hearth %1 可供使用，你已跳过它。</translation>
    </message>
    <message>
        <source>Hearth %1 is available.</source>
        <translation>Hearth %1 可供使用。</translation>
    </message>
    <message>
        <source>This is the newest version.</source>
        <translation>已是最新版本。</translation>
    </message>
    <message>
        <source>Last looked: %1</source>
        <translation>上次检查：%1</translation>
    </message>
    <message>
        <source>%1 · preview</source>
        <translation>%1 · 预览版</translation>
    </message>
</context>
<context>
    <name>UsageBar</name>
    <message>
        <source>Disk: %1</source>
        <translation>磁盘：%1</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
</context>
<context>
    <name>UserMessage</name>
    <message>
        <source>You: %1</source>
        <translation>你：%1</translation>
    </message>
    <message>
        <source>Copy the question</source>
        <translation>复制问题</translation>
    </message>
    <message>
        <source>Edit the question</source>
        <translation>编辑问题</translation>
    </message>
    <message>
        <source>Save and answer</source>
        <translation>保存并回答</translation>
    </message>
    <message>
        <source>More for the question</source>
        <translation>问题的更多操作</translation>
    </message>
</context>
<context>
    <name>VariantSettingsDialog</name>
    <message>
        <source>Settings of this model</source>
        <translation>此模型的设置</translation>
    </message>
    <message>
        <source>Context, device and template take effect when the model is loaded again.</source>
        <translation>上下文、设备和模板在重新加载模型时生效。</translation>
    </message>
    <message>
        <source>Reload now</source>
        <translation>立即重新加载</translation>
    </message>
    <message>
        <source>Context length</source>
        <translation>上下文长度</translation>
    </message>
    <message>
        <source>Tokens of one chat; the model was trained for %1.</source>
        <translation>一次对话的词元数；该模型按 %1 训练。</translation>
    </message>
    <message>
        <source>Tokens of one chat that the model can see; more needs more memory.</source>
        <translation>模型能看到的一次对话的词元数；越多越占内存。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>What computes the answers.</source>
        <translation>用于计算回答的硬件。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Higher is more varied, lower more predictable; 0 always takes the likeliest word.</source>
        <translation>越高越多样，越低越稳定；0 总是选最可能的词。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Keeps the likeliest words up to this share; 1 keeps all.</source>
        <translation>只保留累计概率达到此值的词；1 表示全部保留。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Chooses among this many words at most.</source>
        <translation>最多从这么多个词中选择。</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leaves out words below this share of the likeliest one; 0 leaves out none.</source>
        <translation>舍去概率低于最高概率这一比例的词；0 表示不舍去。</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Lowers the chance of words that were just used; 1 does nothing.</source>
        <translation>降低已用过的词的概率；1 表示不降低。</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word.</source>
        <translation>以词元计；一个汉字约为一个词元。</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Instructions that the model reads before every chat.</source>
        <translation>模型在每次对话前先读的说明。</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Everything as in Settings</source>
        <translation>全部与设置相同</translation>
    </message>
</context>
<context>
    <name>VariantSettingsModel</name>
    <message>
        <source>Hello!</source>
        <translation>你好！</translation>
    </message>
    <message>
        <source>Good day. What can I do for you?</source>
        <translation>你好，有什么可以帮你？</translation>
    </message>
    <message>
        <source>Tell me a story.</source>
        <translation>给我讲个故事。</translation>
    </message>
    <message>
        <source>%1 for %2 of a chat; %3 with the model, %4 are free.</source>
        <translation>%2的对话需要 %1；连同模型共 %3，可用 %4。</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>Previous version of the question</source>
        <translation>问题的上一个版本</translation>
    </message>
    <message>
        <source>Previous answer</source>
        <translation>上一个回答</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Question %1 of %2</source>
        <translation>第 %1 个问题，共 %2 个</translation>
    </message>
    <message>
        <source>Answer %1 of %2</source>
        <translation>第 %1 个回答，共 %2 个</translation>
    </message>
    <message>
        <source>Next version of the question</source>
        <translation>问题的下一个版本</translation>
    </message>
    <message>
        <source>Next answer</source>
        <translation>下一个回答</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message>
        <source>Not sent: %1</source>
        <translation>未发送：%1</translation>
    </message>
    <message>
        <source>Waiting: %1</source>
        <translation>等待发送：%1</translation>
    </message>
    <message numerus="yes">
        <source>%1 (%n file(s))</source>
        <translation>
            <numerusform>%1（%n 个文件）</numerusform>
        </translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>立即发送</translation>
    </message>
    <message>
        <source>Edit the waiting message</source>
        <translation>编辑等待发送的消息</translation>
    </message>
    <message>
        <source>Remove the waiting message</source>
        <translation>移除等待发送的消息</translation>
    </message>
</context>
<context>
    <name>WelcomeDevice</name>
    <message>
        <source>Answers can be computed by the processor or by a graphics processor. A short test shows whether it computes properly; Automatic takes the fastest one that does.</source>
        <translation>回答可以由处理器或图形处理器计算。一个简短的测试会检查它是否计算正确；“自动”会选用其中最快的。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Stop the test</source>
        <translation>停止测试</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>重新测试</translation>
    </message>
</context>
<context>
    <name>WelcomeDialog</name>
    <message>
        <source>Welcome to Hearth</source>
        <translation>欢迎使用 Hearth</translation>
    </message>
    <message>
        <source>What this computer can do</source>
        <translation>这台电脑的能力</translation>
    </message>
    <message>
        <source>Your first model</source>
        <translation>你的第一个模型</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Start with Ember</source>
        <translation>从 Ember 开始</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
</context>
<context>
    <name>WelcomeLook</name>
    <message>
        <source>Hearth lets you chat with AI models on this computer. Nothing you write leaves it, and it uses the network only when you ask for a download.</source>
        <translation>Hearth 让你在这台电脑上与 AI 模型聊天。你写的内容不会离开电脑，只有在你要求下载时才会使用网络。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>System</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
</context>
<context>
    <name>WelcomeModel</name>
    <message>
        <source>Looking for devices…</source>
        <translation>正在查找设备…</translation>
    </message>
    <message>
        <source>Testing %1. This takes a few seconds.</source>
        <translation>正在测试 %1，需要几秒钟。</translation>
    </message>
    <message>
        <source>%1 works.</source>
        <translation>%1 工作正常。</translation>
    </message>
    <message>
        <source>%1 cannot be used.</source>
        <translation>%1 无法使用。</translation>
    </message>
    <message>
        <source>%1 cannot be used: %2.</source>
        <translation>%1 无法使用：%2。</translation>
    </message>
    <message>
        <source>The test was stopped. The device is tested before its first use.</source>
        <translation>测试已停止。首次使用该设备前会进行测试。</translation>
    </message>
    <message>
        <source>The processor computes instead. A newer driver often helps; after installing one the device is tested again.</source>
        <translation>将改由处理器计算。更新驱动程序往往有用；安装后会重新测试该设备。</translation>
    </message>
    <message>
        <source>Answers are computed by %1.</source>
        <translation>回答由 %1 计算。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>Two whole sentences, one after the other.</extracomment>
        <translation>%1%2</translation>
    </message>
    <message>
        <source>%1 of its %2 of memory are free.</source>
        <translation>它的 %2 内存中有 %1 可用。</translation>
    </message>
    <message>
        <source>Models of up to about %1 fit on this computer.</source>
        <translation>这台电脑最大可以运行约 %1 的模型。</translation>
    </message>
</context>
<context>
    <name>WelcomeStart</name>
    <message>
        <source>Ember is here already</source>
        <translation>Ember 已经就绪</translation>
    </message>
    <message>
        <source>A tiny model that comes with Hearth: a guide to the application that runs on every computer. It knows little else; for real work choose a larger model.</source>
        <translation>Hearth 自带的微型模型：它是使用本程序的向导，在任何电脑上都能运行。除此之外它懂得很少；要认真使用，请选择更大的模型。</translation>
    </message>
    <message>
        <source>Recommended for this computer: %1</source>
        <translation>推荐这台电脑使用：%1</translation>
    </message>
    <message>
        <source>A larger model</source>
        <translation>更大的模型</translation>
    </message>
    <message>
        <source>The list of models says which of them fit this computer.</source>
        <translation>模型列表会说明哪些适合这台电脑。</translation>
    </message>
    <message>
        <source>Download: %1 (%2)</source>
        <translation>下载：%1（%2）</translation>
    </message>
    <message>
        <source>Compared with the original: %1</source>
        <translation>与原模型相比：%1</translation>
    </message>
    <message>
        <source>Download %1</source>
        <translation>下载（%1）</translation>
    </message>
    <message>
        <source>Look at all models</source>
        <translation>查看所有模型</translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>Open a model</source>
        <translation>打开模型</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 模型 (*.gguf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Chat with an AI model on this computer.

Files and folders are opened as on a double click: a model that is among your models already is used, others are offered for import, adapters too. If Hearth is running, its window opens them.

HEARTH_HOME names the folder with chats, settings and models. Without a display, hearth-cli chat FILE talks in a terminal.</source>
        <translation>在这台电脑上与 AI 模型聊天。

打开文件和文件夹与双击相同：已在你的模型中的模型会直接使用，其他模型和适配器会询问是否导入。如果 Hearth 正在运行，则由它的窗口打开。

HEARTH_HOME 指定存放对话、设置和模型的文件夹。没有显示器时，可在终端中用 hearth-cli chat FILE 聊天。</translation>
    </message>
    <message>
        <source>Use the model in FILE as it is, without importing it.</source>
        <translation>直接使用 FILE 中的模型，不导入。</translation>
    </message>
    <message>
        <source>Models, adapters, or folders with them.</source>
        <translation>模型、适配器，或包含它们的文件夹。</translation>
    </message>
</context>
</TS>
