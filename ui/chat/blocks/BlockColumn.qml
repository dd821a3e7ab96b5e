pragma ComponentBehavior: Bound
import QtQuick
import Qt.labs.qmlmodels
import Hearth.App
import Hearth.Ui

// The blocks of one answer, one small delegate per kind.
Column {
    id: column

    required property BlockListModel blocks

    signal copyRequested(string text)
    signal saveRequested(string text, string name)
    signal linkRequested(string link)

    spacing: Theme.space3

    Repeater {
        model: column.blocks
        delegate: DelegateChooser {
            role: "kind"
            DelegateChoice {
                roleValue: "paragraph"
                ParagraphBlock {
                    width: column.width
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "heading"
                HeadingBlock {
                    width: column.width
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "list"
                ListBlock {
                    width: column.width
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "code"
                CodeBlock {
                    width: column.width
                    blocks: column.blocks
                    onCopyRequested: text => column.copyRequested(text)
                    onSaveRequested: (text, name) => column.saveRequested(text, name)
                }
            }
            DelegateChoice {
                roleValue: "table"
                TableBlock {
                    width: Math.min(column?.width ?? 0, implicitWidth)
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "quote"
                QuoteBlock {
                    width: column.width
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "rule"
                RuleBlock {
                    width: column.width
                }
            }
            DelegateChoice {
                roleValue: "math"
                MathBlock {
                    width: column.width
                    onCopyRequested: text => column.copyRequested(text)
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
            DelegateChoice {
                roleValue: "thinking"
                ThinkingBlock {
                    width: column.width
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
        }
    }
}
