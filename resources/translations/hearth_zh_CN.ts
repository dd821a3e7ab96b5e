<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AnswerMessage</name>
    <message>
        <source>Answer of %1: %2</source>
        <translation>%1 的回答：%2</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
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
</context>
<context>
    <name>AppDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>AppViewModel</name>
    <message>
        <source>Chat deleted</source>
        <translation>对话已删除</translation>
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
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Ctrl+N</source>
        <translation>Ctrl+N</translation>
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
        <source>Load again</source>
        <translation>重新加载</translation>
    </message>
    <message>
        <source>Open another model…</source>
        <translation>打开其他模型…</translation>
    </message>
    <message>
        <source>Use the starter model</source>
        <translation>使用入门模型</translation>
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
        <source>F2</source>
        <translation>F2</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Shift+Del</source>
        <translation>Shift+Del</translation>
    </message>
</context>
<context>
    <name>ChatService</name>
    <message>
        <source>No model is loaded.</source>
        <translation>没有加载模型。</translation>
    </message>
    <message>
        <source>Open a model file or use the starter model, then try again.</source>
        <translation>请打开一个模型文件或使用入门模型，然后重试。</translation>
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
        <source>The conversation has become too long for this model. Try again to answer without its oldest messages, or start a new chat.</source>
        <translation>对话对这个模型来说太长了。重试会略去最早的消息，也可以开始新对话。</translation>
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
    <name>EngineClient</name>
    <message>
        <source>Check that the file can be read and that the disk is connected, then try again.</source>
        <translation>请确认文件可读、磁盘已连接，然后重试。</translation>
    </message>
    <message>
        <source>Choose another model file, or use the starter model.</source>
        <translation>请选择其他模型文件，或使用入门模型。</translation>
    </message>
    <message>
        <source>The file is probably incomplete: download it again, or choose another one.</source>
        <translation>文件可能不完整：请重新下载，或选择其他文件。</translation>
    </message>
    <message>
        <source>Choose a model of a supported architecture and quantisation.</source>
        <translation>请选择架构和量化方式受支持的模型。</translation>
    </message>
    <message>
        <source>Close other applications, shorten the context in the settings, or choose a smaller model.</source>
        <translation>请关闭其他应用、在设置中缩短上下文，或选择更小的模型。</translation>
    </message>
    <message>
        <source>Start a new chat, or raise the context length in the settings.</source>
        <translation>请开始新对话，或在设置中加大上下文长度。</translation>
    </message>
    <message>
        <source>Wait for an answer to finish, then try again.</source>
        <translation>请等一个回答完成后再试。</translation>
    </message>
    <message>
        <source>Try again; if it happens again, reload the model.</source>
        <translation>请重试；如果再次出现，请重新加载模型。</translation>
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
        <source>These two take effect when a model is loaded.</source>
        <translation>这两项在加载模型时生效。</translation>
    </message>
    <message>
        <source>Reload now</source>
        <translation>立即重新加载</translation>
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
</context>
<context>
    <name>ModelService</name>
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
        <source>The model file %1 does not exist.</source>
        <translation>模型文件 %1 不存在。</translation>
    </message>
    <message>
        <source>Choose another model file, or use the starter model.</source>
        <translation>请选择其他模型文件，或使用入门模型。</translation>
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
    <name>SendButton</name>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
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
        <source>Enter</source>
        <translation>Enter</translation>
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
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
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
    <name>StorageError</name>
    <message>
        <source>The data folder cannot be written, so conversations are not saved.</source>
        <translation>数据文件夹不可写，因此对话不会保存。</translation>
    </message>
    <message>
        <source>The disk is full, so conversations are not saved.</source>
        <translation>磁盘已满，因此对话不会保存。</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged, so it is left alone and nothing new is saved.</source>
        <translation>保存对话的文件已损坏，因此保持原样，也不再保存新内容。</translation>
    </message>
    <message>
        <source>The file with your conversations was written by a newer version of Hearth, so it is left alone and nothing new is saved.</source>
        <translation>保存对话的文件由更新版本的 Hearth 写成，因此保持原样，也不再保存新内容。</translation>
    </message>
    <message>
        <source>Another program is using the file with your conversations, so nothing new is saved.</source>
        <translation>另一个程序正在使用保存对话的文件，因此新内容不会保存。</translation>
    </message>
    <message>
        <source>Conversations cannot be saved (%1).</source>
        <translation>对话无法保存（%1）。</translation>
    </message>
    <message>
        <source>Give yourself write permission to the data folder, or set HEARTH_HOME to another one, and start Hearth again.</source>
        <translation>请获取数据文件夹的写入权限，或将 HEARTH_HOME 设为其他文件夹，然后重新启动 Hearth。</translation>
    </message>
    <message>
        <source>Free some space and start Hearth again.</source>
        <translation>请腾出一些空间，然后重新启动 Hearth。</translation>
    </message>
    <message>
        <source>Restore hearth.db from the folder &quot;backups&quot; beside it, or move it away, and start Hearth again.</source>
        <translation>请从旁边的“backups”文件夹恢复 hearth.db，或将它移走，然后重新启动 Hearth。</translation>
    </message>
    <message>
        <source>Update Hearth to open it.</source>
        <translation>请更新 Hearth 后再打开。</translation>
    </message>
    <message>
        <source>Close the other program and start Hearth again.</source>
        <translation>请关闭另一个程序，然后重新启动 Hearth。</translation>
    </message>
    <message>
        <source>Check the disk and start Hearth again.</source>
        <translation>请检查磁盘，然后重新启动 Hearth。</translation>
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
