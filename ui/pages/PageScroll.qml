import QtQuick
import QtQuick.Controls.Basic
import Hearth.Ui

// A page's content: one column of `columnWidth` in the middle that scrolls.
Flickable {
    id: scroll

    required property int columnWidth
    property int spacing: Theme.space4
    default property alias content: column.data

    function page(down: bool) {
        const step = height - Theme.space12;
        contentY = Math.max(0, Math.min(contentHeight - height, contentY + (down ? step : -step)));
    }

    contentHeight: column.height
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    ScrollBar.vertical: AppScrollBar {
        policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AsNeeded
    }
    Column {
        id: column
        x: (scroll.width - width) / 2
        width: scroll.columnWidth
        topPadding: Theme.space4
        bottomPadding: Theme.space6
        spacing: scroll.spacing
    }
    WheelScroller {
        view: scroll
    }
    FocusKeeper {
        view: scroll
    }
}
