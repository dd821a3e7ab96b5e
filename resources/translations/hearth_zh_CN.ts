<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
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
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
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
    <message>
        <source>code</source>
        <translation>代码</translation>
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
        <source>Enter sends · Shift+Enter starts a new line</source>
        <translation>Enter 发送 · Shift+Enter 换行</translation>
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
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
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
        <source>Removes all chats, settings and backups from this computer for good. Model files stay.</source>
        <translation>从这台电脑上永久删除所有对话、设置和备份。模型文件会保留。</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>清除所有数据…</translation>
    </message>
    <message>
        <source>Choose a folder for your data</source>
        <translation>选择存放数据的文件夹</translation>
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
        <source>Device, threads and context length take effect when a model is loaded.</source>
        <translation>设备、线程数和上下文长度在加载模型时生效。</translation>
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
    <name>IconButton</name>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
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
        <source>Previous answer</source>
        <translation>上一个回答</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Answer %1 of %2</source>
        <translation>第 %1 个回答，共 %2 个</translation>
    </message>
    <message>
        <source>Next answer</source>
        <translation>下一个回答</translation>
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
    <name>NoticeBanner</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
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
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
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
        <source>Hearth %1 · Apache License 2.0</source>
        <translation>Hearth %1 · Apache 许可证 2.0</translation>
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
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
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
        <source>Undo deleting, while it is offered</source>
        <translation>撤销删除（显示提示时）</translation>
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
        <source>More actions for the chat</source>
        <translation>对话的更多操作</translation>
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
        <source>Stop the answer, or close a search or panel</source>
        <translation>停止回答，或关闭已打开的面板</translation>
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
        <source>Your chats will appear here. They stay on this computer.</source>
        <translation>对话会显示在这里，并只保存在这台电脑上。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
</context>
<context>
    <name>StarterNote</name>
    <message>
        <source>Ember, the starter model, is tiny: it tells simple stories and knows almost no facts. For real work, open a larger model (a .gguf file) from the model menu at the top.</source>
        <translation>入门模型 Ember 非常小：它会用英语讲简单的故事，几乎不懂事实。要认真使用，请从顶部的模型菜单打开更大的模型（.gguf 文件）。</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>打开模型…</translation>
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
    <name>TableBlock</name>
    <message numerus="yes">
        <source>Table with %n row(s)</source>
        <translation>
            <numerusform>%n 行的表格</numerusform>
        </translation>
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
    <name>UserMessage</name>
    <message>
        <source>You: %1</source>
        <translation>你：%1</translation>
    </message>
    <message>
        <source>Copy the question</source>
        <translation>复制问题</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Chat with an AI model on this computer.</source>
        <translation>在这台电脑上与 AI 模型对话。</translation>
    </message>
    <message>
        <source>Model file to load.</source>
        <translation>要加载的模型文件。</translation>
    </message>
</context>
</TS>
