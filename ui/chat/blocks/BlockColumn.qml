pragma ComponentBehavior: Bound
import QtQuick
import Qt.labs.qmlmodels
import Hearth.App
import Hearth.Ui

// The blocks of one answer, one small delegate per kind.
Column {
    id: column

    required property BlockListModel blocks
    // Of the conversation, and the message's row in it; null and -1 elsewhere.
    property ConversationSelection selection: null
    property int row: -1
    property bool selected: false

    signal copyRequested(string text)
    signal saveRequested(string text, string name)
    signal linkRequested(string link)

    function showSelection() {
        const touched = selection !== null && selection.touches(row);
        if (!touched && !selected)
            return;
        selected = touched;
        for (let i = 0; i < parts.count; ++i)
            showPart(i);
    }
    function showPart(index: int) {
        const range = selection.rangeIn(row, index);
        if (parts.itemAt(index) !== null)
            parts.itemAt(index).showRange(range.x, range.y);
    }
    // The block and the position in it (x and y of the answer) that are nearest to a place.
    function placeAt(x: real, y: real): point {
        for (let i = 0; i < parts.count; ++i) {
            const item = parts.itemAt(i);
            if (item !== null && y < item.y + item.height)
                return Qt.point(i, y < item.y ? 0 : item.placeAt(x - item.x, y - item.y));
        }
        return Qt.point(Math.max(0, parts.count - 1), 0x7fffffff);
    }

    spacing: Theme.space3

    Repeater {
        id: parts
        model: column.blocks
        onItemAdded: index => {
            if (column.selected)
                column.showPart(index);
        }
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
                    expanded: column.selection?.isThinkingOpen(column.row) ?? false
                    onExpandedChanged: {
                        column.selection?.setThinkingOpen(column.row, expanded);
                        column.showSelection();
                    }
                    onLinkRequested: link => column.linkRequested(link)
                }
            }
        }
    }
}
