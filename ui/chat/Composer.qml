pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic
import Hearth.App
import Hearth.Ui

// Where one writes. Never disabled: text typed while the model loads is queued by the application.
FocusScope {
    id: composer

    required property AppViewModel app
    readonly property bool composing: input.inputMethodComposing || input.preeditText !== ""
    readonly property bool modelAnswers: app.model.name !== "" && (app.model.state === "ready" || app.model.state === "loading")
    readonly property bool blank: input.text.trim() === "" && app.composer.attachments.length === 0
    readonly property string hint: app.queuedCount > 0 && app.model.state === "loading" ? qsTr("Your message is queued. It is sent when the model is ready.")
        : app.model.state === "loading" ? qsTr("The model is loading. You can write already; your message is sent when it is ready.")
        : app.model.state === "held" ? qsTr("No model is loaded. Your message is sent when one is.")
        : !modelAnswers ? qsTr("No model is loaded. Open one from the model menu at the top.")
        : app.busy ? qsTr("Enter lets the message wait for the end of this answer")
        : qsTr("Enter sends · Shift+Enter starts a new line · / for prompts")

    signal sent
    signal settingsRequested(string query)

    // A Tab moves on, in a prompt to its next placeholder: a tab character in a message is worth less than a way out.
    function leave(forward: bool) {
        if (places.step(forward))
            return;
        input.nextItemInFocusChain(forward).forceActiveFocus(forward ? Qt.TabFocusReason : Qt.BacktabFocusReason);
    }
    function focusInput() {
        input.forceActiveFocus();
    }
    function fill(text: string) {
        input.text = text;
        input.cursorPosition = input.length;
        focusInput();
    }
    function send() {
        if (blank)
            return;
        const text = input.text;
        input.text = "";
        composer.app.send(text);
        composer.sent();
    }
    // Enter sends; with Shift or Alt it breaks the line; while an input method composes it does neither.
    function handleEnter(event) {
        if (composing) {
            event.accepted = true;
        } else if (event.modifiers & (Qt.ShiftModifier | Qt.AltModifier)) {
            input.remove(input.selectionStart, input.selectionEnd);
            input.insert(input.cursorPosition, "\n");
            event.accepted = true;
        } else if (snippetMenu.shown) {
            event.accepted = true;
            snippetMenu.accept();
        } else {
            event.accepted = true;
            send();
        }
    }

    // A long text or files become cards; with Shift, text goes into the field as it is.
    function paste(event) {
        const plain = event.key === Qt.Key_V && event.modifiers === (Qt.ControlModifier | Qt.ShiftModifier);
        event.accepted = plain || event.matches(StandardKey.Paste) && app.composer.pasteLong();
        if (plain)
            input.paste();
    }

    implicitHeight: cards.height + frame.height + caption.height + Theme.space2
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Message")

    Connections {
        target: composer.app
        function onDraftChanged() {
            if (input.text !== composer.app.draft)
                input.text = composer.app.draft;
        }
    }

    ComposerCards {
        id: cards
        objectName: "composerCards"
        width: parent.width
        model: composer.app.composer
        busy: composer.app.busy
        onFocusWanted: composer.focusInput()
    }
    Rectangle {
        id: frame
        anchors.top: cards.bottom
        width: parent.width
        height: Math.max(Theme.controlLarge + Theme.space3, flick.height + Theme.space2)
        radius: Theme.radiusCard
        color: Theme.surface
        border.width: 1
        border.color: input.activeFocus ? Theme.accent : Theme.borderStrong

        FontMetrics {
            id: metrics
            font: input.font
        }
        Flickable {
            id: flick
            anchors.left: attachButton.right
            anchors.right: action.left
            anchors.rightMargin: Theme.space1
            anchors.verticalCenter: parent.verticalCenter
            height: Math.min(input.implicitHeight, Math.ceil(metrics.lineSpacing) * Theme.composerLines + input.topPadding + input.bottomPadding)
            contentHeight: input.implicitHeight
            flickableDirection: Flickable.VerticalFlick
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: AppScrollBar {}
            TextArea.flickable: TextArea {
                id: input
                objectName: "composer"
                focus: true
                padding: Theme.space2
                leftPadding: padding
                text: composer.app.draft
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
                selectByMouse: true
                persistentSelection: true
                color: Theme.text
                selectionColor: Theme.selection
                selectedTextColor: Theme.selectionText
                font.pixelSize: Theme.fontBody
                background: null
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("Message")
                Accessible.description: composer.hint
                onTextChanged: {
                    composer.app.draft = text;
                    if (text === "")
                        places.filling = false;
                }
                // Esc would stop the answer.
                Keys.onShortcutOverride: event => event.accepted = snippetMenu.shown && event.key === Qt.Key_Escape
                Keys.onTabPressed: composer.leave(true)
                Keys.onBacktabPressed: composer.leave(false)
                Keys.onPressed: event => {
                    // The text would take this one for "redo".
                    event.accepted = composer.app.undoText !== "" && Shortcuts.matches("undoDelete", event);
                    if (event.accepted)
                        composer.app.undoDelete();
                    else if (!composer.composing && snippetMenu.take(event))
                        event.accepted = true;
                    else
                        composer.paste(event);
                }
                Keys.onReturnPressed: event => composer.handleEnter(event)
                Keys.onEnterPressed: event => composer.handleEnter(event)
                // A placeholder of the controls guesses its text format, and the name of a model is not ours.
                Text {
                    x: input.leftPadding
                    y: input.topPadding
                    width: input.width - input.leftPadding - input.rightPadding
                    visible: input.length === 0 && input.preeditText === ""
                    text: composer.modelAnswers ? qsTr("Message %1").arg(composer.app.model.name) : qsTr("Message")
                    color: Theme.textFaint
                    font: input.font
                    elide: Text.ElideRight
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
        AttachButton {
            id: attachButton
            objectName: "attachButton"
            anchors.left: parent.left
            anchors.leftMargin: Theme.space2
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.space2
            onChosen: urls => {
                composer.app.composer.addFiles(urls);
                composer.focusInput();
            }
        }
        SendButton {
            id: action
            anchors.right: parent.right
            anchors.rightMargin: Theme.space2
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.space2
            busy: composer.app.busy
            canSend: !composer.blank
            onSendRequested: composer.send()
            onStopRequested: composer.app.stop()
        }
        TapHandler {
            onTapped: composer.focusInput()
        }
    }
    SnippetMenu {
        id: snippetMenu
        objectName: "snippetMenu"
        anchors.bottom: frame.top
        anchors.bottomMargin: Theme.space1
        z: 1
        width: parent.width
        snippets: composer.app.snippets
        text: input.text
        onChosen: text => places.begin(text)
        onManagementRequested: {
            input.text = "";
            snippetDialog.show();
        }
    }
    Placeholders {
        id: places
        input: input
    }
    SnippetDialog {
        id: snippetDialog
        objectName: "snippetDialog"
        snippets: composer.app.snippets
        onClosed: composer.focusInput()
    }
    Text {
        id: caption
        objectName: "composerHint"
        anchors.top: frame.bottom
        anchors.topMargin: Theme.space2
        width: parent.width
        leftPadding: width > Theme.panelWidth * 1.5 ? rightPadding : 0
        rightPadding: gauge.visible ? gauge.width + Theme.space2 : 0
        text: composer.hint
        color: Theme.textFaint
        font.pixelSize: Theme.fontCaption
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.Wrap
        maximumLineCount: 2
        elide: Text.ElideRight
        textFormat: Text.PlainText
    }
    ContextGauge {
        id: gauge
        anchors.right: parent.right
        anchors.verticalCenter: caption.verticalCenter
        app: composer.app
        onSizeRequested: composer.settingsRequested(qsTr("Context length"))
    }
}
