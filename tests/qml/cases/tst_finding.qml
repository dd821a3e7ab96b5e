import QtQuick
import QtTest
import Hearth.Ui

// Pinned chats, folders, the archive, and the switcher.
WindowCase {
    name: "Finding"

    function fill() {
        app.chats.clear();
        app.filing.folders = [{folderId: 7, name: "Work"}, {folderId: 8, name: "Trips"}];
        app.chats.append({chatId: 1, title: "Pinned one", section: "Pinned", pinned: true});
        app.chats.append({kind: "folder", folderId: 7, title: "Work", section: "Folders", size: 1});
        app.chats.append({chatId: 2, title: "Filed one", section: "Folders", folderId: 7, inside: true});
        app.chats.append({kind: "folder", folderId: 8, title: "Trips", section: "Folders", collapsed: true, size: 3});
        app.chats.append({chatId: 3, title: "Loose one", section: "Today", current: true});
        app.chats.append({kind: "archive", title: "Archived", section: "", collapsed: true, size: 2});
        waitForRendering(window.contentItem);
    }
    function focusRow(index: int) {
        find("chatList").currentIndex = index;
        find("chatList").forceActiveFocus();
        tryVerify(() => row(index).activeFocus);
    }
    // Opens the menu of a row by key and returns one of its items.
    function action(index: int, name: string) {
        focusRow(index);
        keyClick(Qt.Key_F10, Qt.ShiftModifier);
        const item = findChild(row(index), name);
        tryVerify(() => item.visible && item.menu.opened);
        waitForRendering(item);  // its place in the menu is settled
        return item;
    }

    function test_rows_say_what_they_are() {
        fill();
        compare(row(1).Accessible.name, "Folder Work, chats: 1, open");
        compare(row(3).Accessible.name, "Folder Trips, chats: 3, closed");
        compare(row(5).Accessible.name, "Archive, chats: 2, closed");
        compare(row(2).Accessible.name, "Filed one");
        verify(row(2).leftPadding > row(4).leftPadding);
    }
    // What stands above the rows, from top to bottom.
    function headings(): var {
        const out = [];
        const items = find("chatList").contentItem.children;
        for (let i = 0; i < items.length; ++i) {
            if (items[i].visible && items[i].topPadding !== undefined && items[i].section !== undefined && items[i].section !== "")
                out.push({y: items[i].y, text: items[i].text});
        }
        return out.sort((a, b) => a.y - b.y).map(at => at.text);
    }
    function test_headings_follow_what_is_in_them() {
        fill();
        compare(headings(), ["Pinned", "Folders", "Today"]);
        app.chats.change(0, {section: "Yesterday"});
        tryVerify(() => headings()[0] === "Yesterday");
        app.chats.change(4, {section: "上周"});
        tryVerify(() => headings()[2] === "上周");
    }
    function test_folders_open_and_close_by_click_and_keys() {
        fill();
        mouseClick(row(1));
        compare(app.lastCall(), ["setCollapsed", 7, true]);
        focusRow(3);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["setCollapsed", 8, false]);
        keyClick(Qt.Key_Left);
        compare(app.calls.length, 2, "it is closed");
        keyClick(Qt.Key_Right);
        compare(app.calls.length, 3);
        compare(app.lastCall(), ["setCollapsed", 8, false]);
        mouseClick(row(5));
        compare(app.lastCall(), ["setCollapsed", 0, false]);
    }
    function test_pin_and_archive_by_the_menu() {
        fill();
        compare(action(4, "pinAction").text, "Pin");
        findChild(row(4), "pinAction").triggered();
        compare(app.lastCall(), ["pin", 3, true]);
        compare(findChild(row(0), "pinAction").text, "Unpin");
        findChild(row(0), "pinAction").triggered();
        compare(app.lastCall(), ["pin", 1, false]);
        findChild(row(4), "archiveAction").triggered();
        compare(app.lastCall(), ["archive", 3, true]);
        app.chats.change(4, {archived: true});
        compare(findChild(row(4), "archiveAction").text, "Back to the list");
        verify(!findChild(row(4), "pinAction").enabled);
    }
    function test_moving_to_a_folder() {
        fill();
        mouseClick(action(2, "moveAction"));
        const picker = find("folderPicker");
        tryVerify(() => picker.opened);
        compare(picker.count, 4);
        compare(picker.itemAt(0).text, "Work");
        compare(picker.itemAt(0).Accessible.name, "Work, the chat is there");
        compare(picker.itemAt(1).Accessible.name, "Trips");
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["move", 2, 8]);
        mouseClick(action(2, "moveAction"));
        tryVerify(() => picker.opened);
        picker.itemAt(2).triggered();
        compare(app.lastCall(), ["move", 2, 0]);
        app.filing.folders = [];
        compare(picker.count, 2);
    }
    function test_a_new_folder_for_a_chat() {
        fill();
        mouseClick(action(4, "moveAction"));
        const picker = find("folderPicker");
        tryVerify(() => picker.opened);
        verify(!picker.itemAt(2).enabled, "it is in none");
        mouseClick(picker.itemAt(3));
        const dialog = find("folderDialog");
        tryVerify(() => dialog.opened);
        const field = findChild(dialog.contentItem, "folderName");
        verify(field.activeFocus);
        verify(!findChild(dialog.contentItem, "createFolder").enabled);
        keyClick(Qt.Key_Return);
        verify(dialog.opened);
        type("Recipes");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["addFolder", "Recipes", 3]);
        tryVerify(() => !dialog.visible);
    }
    function test_renaming_and_deleting_a_folder() {
        fill();
        focusRow(1);
        keyClick(Qt.Key_F2);
        const field = findChild(row(1), "renameField");
        tryVerify(() => field.activeFocus);
        compare(field.Accessible.name, "Name of the folder");
        type("Jobs");
        keyClick(Qt.Key_Return);
        compare(app.lastCall(), ["renameFolder", 7, "Jobs"]);
        focusRow(1);
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        compare(app.lastCall(), ["removeFolder", 7]);
        mouseClick(action(3, "deleteFolderAction"));
        compare(app.lastCall(), ["removeFolder", 8]);
    }
    function test_the_archive_has_no_menu_and_no_name_to_change() {
        fill();
        focusRow(5);
        const calls = app.calls.length;
        keyClick(Qt.Key_F2);
        keyClick(Qt.Key_Delete, Qt.ShiftModifier);
        keyClick(Qt.Key_F10, Qt.ShiftModifier);
        compare(app.calls.length, calls);
        verify(!row(5).renaming);
    }

    function openSwitcher() {
        app.switcher.append({chatId: 5, title: "Packing list", folder: "Trips"});
        app.switcher.append({chatId: 6, title: "用中文打招呼"});
        app.switcher.append({chatId: 9, title: "", archived: true});
        keyClick(Qt.Key_K, Qt.ControlModifier);
        tryVerify(() => find("chatSwitcher").opened);
    }
    function test_switcher_opens_with_the_focus_in_its_field() {
        openSwitcher();
        const popup = find("chatSwitcher");
        const field = findChild(popup.contentItem, "switcherField");
        verify(field.activeFocus);
        compare(app.lastCall(), ["openSwitcher"]);
        const list = findChild(popup.contentItem, "switcherList");
        compare(list.currentIndex, 0);
        compare(list.itemAtIndex(0).Accessible.name, "Packing list, Trips");
        compare(findChild(list.itemAtIndex(0), "switcherFolder").text, "Trips");
        compare(list.itemAtIndex(2).Accessible.name, "New chat, Archived");
        compare(field.Accessible.description, "Packing list, Trips");
        fuzzyCompare(popup.x + popup.width / 2, window.width / 2, 2);
    }
    function test_switcher_goes_by_keys() {
        openSwitcher();
        type("p");
        compare(app.switcher.query, "p");
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Down);
        keyClick(Qt.Key_Up);
        keyClick(Qt.Key_Return);
        compare(app.calls[app.calls.length - 2], ["chooseChat", 6]);
        tryVerify(() => !find("chatSwitcher").visible);
        verify(find("composer").activeFocus);
    }
    function test_switcher_goes_by_click() {
        openSwitcher();
        const list = findChild(find("chatSwitcher").contentItem, "switcherList");
        mouseClick(list.itemAtIndex(2));
        compare(app.calls[app.calls.length - 2], ["chooseChat", 9]);
    }
    function test_switcher_closes_by_escape_and_changes_nothing() {
        find("composer").forceActiveFocus();
        openSwitcher();
        app.switcher.clear();
        verify(findChild(find("chatSwitcher").contentItem, "switcherNothing").visible);
        keyClick(Qt.Key_Return);
        verify(find("chatSwitcher").opened);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !find("chatSwitcher").visible);
        compare(app.lastCall(), ["closeSwitcher"]);
        verify(find("composer").activeFocus);
    }
}
