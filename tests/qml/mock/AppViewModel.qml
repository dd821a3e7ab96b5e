import QtQml
import Hearth.App

// Same properties and functions as the real view-model; every call is recorded in `calls`.
QtObject {
    id: mock

    property ChatListModel chats: ChatListModel {}
    property ConversationModel conversation: ConversationModel {}
    property ModelStatus model: ModelStatus {}
    property SettingsModel settings: SettingsModel {
        reducedMotion: true
    }
    property PolicyModel policy: PolicyModel {}
    property NetworkSettingsModel network: NetworkSettingsModel {}
    property AboutModel about: AboutModel {}
    property PerformanceModel performance: PerformanceModel {}
    property ChatSettingsModel chatSettings: ChatSettingsModel {}
    property UpdatesModel updates: UpdatesModel {}
    property ChatExchangeModel exchange: ChatExchangeModel {}
    property BackupsModel backups: BackupsModel {}
    property WelcomeModel welcome: WelcomeModel {}
    property ModelsViewModel models: ModelsViewModel {}
    property OpeningModel opening: OpeningModel {}
    property SearchModel search: SearchModel {
        onOpened: row => mock.record("openResult", [row])
    }
    property ChatFilingModel filing: ChatFilingModel {
        app: mock
    }
    property SwitcherModel switcher: SwitcherModel {
        app: mock
    }
    property ConversationFinder finder: ConversationFinder {}
    property AdaptersViewModel adapters: AdaptersViewModel {
        app: mock
    }
    property ChatAdaptersModel chatAdapters: ChatAdaptersModel {
        app: mock
    }
    property OutlineModel outline: OutlineModel {
        app: mock
    }
    property ComposerModel composer: ComposerModel {
        app: mock
    }
    property ContextModel context: ContextModel {}
    property SnippetsModel snippets: SnippetsModel {
        app: mock
    }
    property ComparisonModel comparison: ComparisonModel {
        app: mock
    }
    property var currentChatId: 0
    property bool privateChat: false
    property string currentTitle: ""
    property string draft: ""
    property bool busy: false
    property int queuedCount: 0
    property string undoText: ""
    property string notice: ""
    property string noticeNextStep: ""
    property string noticeTone: "warning"
    property var markedMessageId: 0
    property bool unsaved: false
    property string dataFolder: "/home/anna/.local/share/hearth"
    property bool dataFolderFixed: false
    property string dataFolderNote: ""
    property bool storageReadOnly: false
    property var calls: []

    property Component blockList: Component {
        BlockListModel {}
    }

    signal raiseRequested
    signal pageRequested(string name)
    signal leaveRequested
    signal quitComing
    signal jumpRequested(int row)

    function record(name: string, args: var) {
        calls = calls.concat([[name].concat(args)]);
    }
    function quit() {
        record("quit", []);
    }
    function lastCall(): var {
        return calls.length === 0 ? [] : calls[calls.length - 1];
    }

    function newChat() {
        record("newChat", []);
    }
    function newPrivateChat() {
        record("newPrivateChat", []);
    }
    function openChat(id: var) {
        record("openChat", [id]);
    }
    function renameChat(id: var, title: string) {
        record("renameChat", [id, title]);
    }
    function deleteChat(id: var) {
        record("deleteChat", [id]);
    }
    function undoDelete() {
        record("undoDelete", []);
    }
    function undo() {
        record("undo", []);
    }
    function retryWith(messageId: var, options: var) {
        record("retryWith", [messageId, options]);
    }
    function resume(messageId: var) {
        record("resume", [messageId]);
    }
    function resumeLast() {
        record("resumeLast", []);
    }
    function saveEdit(messageId: var) {
        record("saveEdit", [messageId]);
    }
    function branchFrom(messageId: var) {
        record("branchFrom", [messageId]);
    }
    function deleteMessage(messageId: var) {
        record("deleteMessage", [messageId]);
    }
    function send(text: string) {
        record("send", [text]);
    }
    function stop() {
        record("stop", []);
    }
    function retry(messageId: var) {
        record("retry", [messageId]);
    }
    function copyText(text: string) {
        record("copyText", [text]);
    }
    function suggestedFile(name: string): url {
        return "file:///home/anna/Documents/" + name;
    }
    function saveText(url: url, text: string) {
        record("saveText", [String(url), text]);
    }
    function dismissNotice() {
        record("dismissNotice", []);
        notice = "";
    }
    function openModelFile(url: url) {
        record("openModelFile", [String(url)]);
    }
    function useStarterModel() {
        record("useStarterModel", []);
    }
    function reloadModel() {
        record("reloadModel", []);
    }

    function nextChat() {
        record("nextChat", []);
    }
    function previousChat() {
        record("previousChat", []);
    }
    function copyLastAnswer() {
        record("copyLastAnswer", []);
    }
    function retryLast() {
        record("retryLast", []);
    }
    function deleteCurrentChat() {
        record("deleteCurrentChat", []);
    }
    function showVersion(messageId: var, step: int) {
        record("showVersion", [messageId, step]);
    }
    function saveNow() {
        record("saveNow", []);
    }
    function eraseEverything() {
        record("eraseEverything", []);
    }
    function eraseWithModels() {
        record("eraseWithModels", []);
    }
    function openDataFolder() {
        record("openDataFolder", []);
    }
    function chooseDataFolder(url: url) {
        record("chooseDataFolder", [String(url)]);
    }

    // Fills a conversation: text for the user's turns, lists of blocks for answers.
    function addQuestion(text: string, values: var) {
        conversation.append(Object.assign({
            messageId: conversation.count + 1,
            role: "user",
            text: text,
            blocks: blockList.createObject(mock)
        }, values ?? {}));
    }
    function addAnswer(blocks: var, values: var): BlockListModel {
        const list = blockList.createObject(mock);
        for (const block of blocks)
            list.append(block);
        conversation.append(Object.assign({
            messageId: conversation.count + 1,
            role: "assistant",
            text: blocks.map(b => b.html ?? b.code ?? "").join("\n"),
            blocks: list
        }, values ?? {}));
        return list;
    }
}
