import Hearth.App
import Hearth.Ui

// Marks on a text of the conversation: `target` is its textDocument.
PolicyColouring {
    rules: Policy.marks
    ink: Theme.warning
    paper: Theme.warningSoft
}
