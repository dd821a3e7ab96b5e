import QtQml
import Hearth.App

// Named states of the conversation and the list of chats, see Scenes.
QtObject {
    id: scenes

    required property AppViewModel app
    // Called once the window is there, as "objectName.function", and what is set after that, by "objectName.property".
    property var opens: []
    property var sets: ({})
    readonly property string stats: "41.8 tokens/s · 0.2 s to first token · 212 tokens"

    property ContextScenes context: ContextScenes {
        parent: scenes
    }

    function contextGauge() {
        context.gauge();
    }
    function contextFull() {
        context.full();
    }
    function contextSummary() {
        context.summary();
    }
    function sidebar() {
        const rows = [[1, "The little fox and the moon", "Today", true, false], [2, "Explain quicksort with a table of running times and a very long title", "Today", false, true], [3, "用中文打招呼", "Today", false, false],
            [4, "Packing list for the weekend", "Yesterday", false, false], [5, "A letter to the landlord", "Yesterday", false, false], [6, "Names for a rabbit", "Previous 7 days", false, false],
            [7, "Regular expressions", "Previous 7 days", false, false], [8, "Bread without kneading", "Previous 7 days", false, false], [9, "Why is the sky blue?", "October", false, false]];
        for (const r of rows)
            app.chats.append({chatId: r[0], title: r[1], section: r[2], current: r[3], busy: r[4]});
        app.currentChatId = 1;
        app.currentTitle = rows[0][1];
    }
    function empty() {
        sidebar();
        app.chats.change(0, {current: false});
        app.currentTitle = "";
    }
    function firstrun() {
    }
    function welcome() {
        opens = ["welcomeDialog.start"];
    }
    function welcomedevice() {
        welcome();
        app.welcome.pass();
        sets = {"welcomeDialog.step": 1};
    }
    function welcomefailed() {
        welcomedevice();
        app.welcome.fail();
    }
    function welcomestart() {
        welcome();
        app.welcome.recommend();
        sets = {"welcomeDialog.step": 2};
    }
    function story() {
        sidebar();
        app.addQuestion("Tell me a short story about a little fox and the moon.");
        app.addAnswer([{html: "Once upon a time there was a little fox who lived at the edge of a big, quiet forest. Every night she looked up at the moon and wondered who had hung it there."},
            {html: "One evening she climbed the tallest hill. “Moon,” she said, “are you lonely up there?” The moon shone on her fur and made it silver, and the little fox felt warm all over."},
            {html: "<b>The end.</b> Would you like <i>another</i> story?"}], {stats: stats});
        app.addQuestion("Yes please, but shorter!");
        app.addAnswer([{html: "A frog found a red key under a leaf. He opened a tiny door in a tree. Inside was", open: true}], {status: "streaming", stats: "40.2 tokens/s · 0.2 s to first token · 23 tokens"});
        app.busy = true;
    }
    function control() {
        story();
        app.chatSettings.systemPrompt = "Answer as a friendly librarian, in three sentences at most.";
        app.chatSettings.preset = "creative";
        app.chatSettings.temperature.number = 0.9;
        app.chatSettings.stop = ["END", "\\n\\n"];
        app.chatSettings.seed = "42";
        app.chatSettings.asksForModel = true;
        opens = ["chatSettingsPanel.open"];
    }
    function rich() {
        sidebar();
        app.currentTitle = "Explain quicksort with a table of running times and a very long title that never seems to end";
        app.model.name = "DeepSeek-V2-Lite-Chat";
        app.model.isStarter = false;
        app.addQuestion("Explain quicksort. Show code and the running times in a table.");
        app.addAnswer([{kind: "thinking", title: "Thought for 12 s", html: "<p>The user wants quicksort, code, and a table.</p><p>I should keep it short.</p>"}, {kind: "heading", level: 2, html: "Quicksort"},
            {html: "Quicksort picks a <b>pivot</b>, splits the list into smaller and larger items, and sorts both parts the same way. See <a href='https://en.wikipedia.org/wiki/Quicksort'>the article</a> or call <code>sorted()</code>."},
            {kind: "code", language: "python", code: "def quicksort(items):\n    if len(items) <= 1:\n        return items\n    pivot, *rest = items\n    smaller = [x for x in rest if x < pivot]  # a comment that makes this line much longer than the block is wide, so it scrolls\n    larger = [x for x in rest if x >= pivot]\n    return quicksort(smaller) + [pivot] + quicksort(larger)"},
            {kind: "heading", level: 3, html: "Running times"},
            {kind: "table", rows: [["Case", "Time", "Memory", "When"], ["Best", "<code>O(n log n)</code>", "O(log n)", "balanced pivots"], ["Average", "<code>O(n log n)</code>", "O(log n)", "random input"], ["Worst", "<code>O(n²)</code>", "O(n)", "sorted input, first item as pivot"]], alignments: ["left", "right", "right", "left"]},
            {kind: "list", html: "<ul><li>It sorts <b>in place</b> with a partition scheme.</li><li>It is not stable:<ul><li>equal items may swap;</li><li>use merge sort instead.</li></ul></li></ul>"},
            {kind: "list", html: "<ol><li>Choose a pivot.</li><li>Partition.</li><li>Recurse.</li></ol>"},
            {kind: "quote", html: "<p>Premature optimization is the root of all evil.</p>"}, {kind: "rule"},
            {html: "An unbroken word: " + "Donaudampfschifffahrtsgesellschaft".repeat(6)}], {stats: "18.2 tokens/s · 0.9 s to first token · 412 tokens", modelName: "DeepSeek-V2-Lite-Chat"});
        app.addQuestion("Thanks!");
        app.addAnswer([], {status: "reading", statusText: "Reading your message: 43%"});
        app.busy = true;
    }
    function selected() {
        rich();
        app.addAnswer([{html: "A formula:"}, {kind: "math", code: "$$x$$", html: "<i>x</i>", formula: [[[{kind: "text", html: "<i>x</i> = 1", above: "", below: "", rows: [], aligned: false}]]]}], {stats: stats});
        opens = ["conversationSelection.selectAll"];
    }
    function writing() {
        sidebar();
        app.addQuestion("", {files: [{name: "prices-2026.csv", detail: "48 kB", text: "day;price"}], ownText: "Which month was the cheapest?"});
        app.addAnswer([{html: "February, with an average of 1.12."}], {status: "streaming"});
        app.busy = true;
        app.draft = "Compare them";
        app.composer.waiting = [{text: "And which one was the most expensive?", files: 1, held: false}];
        app.composer.problem = "“photo.png” is no text file.";
        app.composer.attachments = [{name: "report.md", detail: "12 kB · about 3,400 tokens", part: "whole", tooLong: false}, {name: "access.log", detail: "1.2 MB · about 410,000 tokens", part: "first", tooLong: true}];
    }
    function manyCards() {
        writing();
        app.composer.waiting = Array.from({length: 5}, (unused, at) => ({text: "Question " + (at + 2) + " of the row", files: at % 2, held: at < 2}));
    }
    function editFiles() {
        sidebar();
        const files = [{name: "prices-2026.csv", detail: "48 kB", text: "day;price"}, {name: "notes.md", detail: "2 kB", text: "notes"}];
        app.addQuestion("", {messageId: 50, files: files, ownText: "Which month was the cheapest?"});
        app.addAnswer([{html: "February, with an average of 1.12."}]);
        app.conversation.startEdit(50);
    }
    function undoToast() {
        editFiles();
        app.undoText = "Branch opened as a chat";
    }
    function prompts() {
        sidebar();
        app.snippets.all = [{snippetId: 1, name: "Mail", text: "Write a friendly mail to {name} about {topic}."}, {snippetId: 2, name: "Translate", text: "Translate into {language}:\n{text}"}];
        sets = {"composer.text": "/"};
    }
    function promptDialog() {
        prompts();
        sets = {};
        opens = ["snippetDialog.show"];
    }
    function errors() {
        sidebar();
        app.notice = "Chats cannot be saved: the folder /home/anna/.local/share/hearth is read-only.";
        app.noticeNextStep = "Give yourself the right to write to this folder, then restart Hearth. Until then chats live in memory only.";
        app.addQuestion("Tell me everything about the universe.");
        app.addAnswer([{html: "The universe is very, very big and"}], {status: "stopped", statusText: "You stopped this answer.", stats: stats});
        app.addQuestion("Go on.");
        app.addAnswer([], {status: "failed", errorCause: "The answer could not be computed: the message is longer than the context of 1,024 tokens.", errorNextStep: "Shorten the message, or set a longer context in Settings and reload the model."});
        app.undoText = "Chat deleted";
    }
    function failed() {
        sidebar();
        app.model.state = "failed";
        app.model.stateText = "Failed";
        app.model.name = "mixtral-8x7b-instruct-v0.1.Q4_K_M.gguf";
        app.model.isStarter = false;
        app.model.errorCause = "This file is not complete: it ends at 1.2 GB but its header promises 26.4 GB.";
        app.model.errorNextStep = "Download the file again, or open another model.";
        app.addQuestion("Hello?", {status: "queued", statusText: "Waiting for the model"});
    }
    function loading() {
        sidebar();
        app.model.state = "loading";
        app.model.progress = 0.43;
        app.model.stateText = "Loading 43%";
        app.queuedCount = 1;
        app.addQuestion("Hello!", {status: "queued", statusText: "Sent when the model is ready"});
    }
    function chinese() {
        sidebar();
        app.currentTitle = "用中文打招呼";
        app.addQuestion("你好！请用中文介绍一下你自己，并写一小段代码。");
        app.addAnswer([{kind: "heading", level: 2, html: "自我介绍"}, {html: "你好！我是 <b>Ember</b>，Hearth 内置的小型模型。我会讲简单的故事，也会聊天。很长的中文段落也应该自动换行，不会超出阅读宽度，标点符号与行距看起来要舒服，读起来不累。"},
            {kind: "code", language: "python", code: "print(\"你好，世界\")  # 打印"}, {kind: "list", html: "<ul><li>本地运行</li><li>无需账号</li></ul>"}], {stats: stats});
    }
    function longchat() {
        sidebar();
        for (let i = 0; i < 60; ++i) {
            app.addQuestion("Question number " + (i + 1) + ": what happened next?");
            app.addAnswer([{html: ("The fox walked on through the snow, and behind every tree there was another story. ").repeat(1 + i % 5)}], {stats: stats});
        }
    }
    function folders() {
        sidebar();
        app.chats.clear();
        app.filing.folders = [{folderId: 1, name: "Recipes"}, {folderId: 2, name: "Work"}];
        const rows = [{chatId: 5, title: "A letter to the landlord", section: "Pinned", pinned: true}, {kind: "folder", folderId: 1, title: "Recipes", section: "Folders", size: 2},
            {chatId: 8, title: "Bread without kneading", section: "Folders", inside: true, folderId: 1}, {chatId: 9, title: "用中文打招呼", section: "Folders", inside: true, folderId: 1},
            {kind: "folder", folderId: 2, title: "Work", section: "Folders", collapsed: true, size: 14}, {chatId: 1, title: "The little fox and the moon", section: "Today", current: true},
            {chatId: 4, title: "Packing list for the weekend", section: "Yesterday"}, {kind: "archive", title: "Archived", section: "", collapsed: true, size: 31}];
        for (const row of rows)
            app.chats.append(row);
        app.search.hint = "“31.01.2026” is not a date. Write it like 2026-01-31.";
    }
    function switcher() {
        folders();
        app.search.hint = "";
        for (const row of [["The little fox and the moon", "", false], ["Packing list for the weekend", "", false], ["Bread without kneading", "Recipes", false], ["用中文打招呼", "Recipes", false], ["Old plans", "", true]])
            app.switcher.append({title: row[0], folder: row[1], archived: row[2]});
        opens = ["chatSwitcher.open"];
    }
    function search() {
        story();
        app.search.query = "fox";
        app.search.append({chatId: 1, title: "The little fox and the moon", snippet: "The little <b>fox</b> and the moon", section: "Titles", when: "Today"});
        app.search.append({chatId: 1, messageId: 1, title: "The little fox and the moon", snippet: "Tell me a short story about a little <b>fox</b> and the moon.", when: "14:05"});
        app.search.append({chatId: 4, messageId: 12, title: "Packing list for the weekend", snippet: "…a warm jacket, boots, a torch, and the picture book with the <b>fox</b> on its cover, because without it nobody will fall asleep on the train", when: "Yesterday"});
        app.search.append({chatId: 3, messageId: 15, title: "用中文打招呼", snippet: "…森林边上住着一只小狐狸，大家都叫她 <b>Fox</b>。每天晚上她都抬头看月亮，想知道是谁把它挂在那里的，可是没有人能告诉她…", when: "12 Oct"});
        opens = ["chatSearch.forceActiveFocus"];
    }
    function nothing() {
        story();
        app.search.query = "hippopotamus on a very long bicycle";
        opens = ["chatSearch.forceActiveFocus"];
    }
    function find() {
        story();
        app.finder.query = "moon";
        app.finder.count = 5;
        app.finder.current = 2;
        app.markedMessageId = 2;
        opens = ["findBar.start"];
    }
    function held() {
        sidebar();
        app.model.state = "held";
        app.model.stateText = "Not loaded";
        app.model.name = "mixtral-8x7b-instruct-v0.1.Q4_K_M.gguf";
        app.model.isStarter = false;
        app.model.errorCause = "Hearth did not end properly the last time, while this model was in use.";
        app.model.errorNextStep = "It was not loaded again by itself. Load it if you think that something else was the reason; otherwise open another model.";
        app.addQuestion("Hello?", {status: "queued", statusText: "Waiting for the model"});
    }
    function detail() {
        failed();
        app.model.errorDetail = "gguf: tensor blk.17.ffn_down_exps.weight: offset 1288490188 + 94371840 bytes is beyond the end of the file (/home/anna/Downloads/models/mixtral-8x7b-instruct-v0.1.Q4_K_M.gguf, 1288501248 bytes); read 203 of 995 tensors";
        app.addQuestion("Go on.");
        app.addAnswer([], {status: "failed", errorCause: "The answer could not be computed.", errorNextStep: "Reload the model, then try again.", errorDetail: "linear: device CPU (AVX2): row 128 of 32000 is not finite", versionIndex: 2, versionCount: 3});
    }
    function versions() {
        sidebar();
        app.notice = "Hearth was closed in the middle of an answer.";
        app.noticeNextStep = "What had been written of it is in the chat.";
        app.noticeTone = "info";
        app.addQuestion("Give me a name for a rabbit.");
        app.addAnswer([{html: "<b>Clover</b> is a good name for a rabbit."}], {stats: stats, versionIndex: 2, versionCount: 3});
        app.addQuestion("Another one?");
        app.addAnswer([{html: "Pepper."}], {stats: stats});
    }
}
