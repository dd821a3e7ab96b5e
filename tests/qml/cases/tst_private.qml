import QtQuick
import QtTest
import Hearth.Ui

// A private chat says what it is, and offers nothing that would write it down.
WindowCase {
    id: test
    name: "Private chat"

    function test_a_button_begins_one() {
        mouseClick(find("newPrivateChatButton"));
        compare(app.lastCall(), ["newPrivateChat"]);
    }
    function test_it_is_marked_and_explained() {
        verify(!find("privateNote").visible);
        verify(!find("privateBadge").visible);
        app.currentChatId = 4503599627370497;
        app.currentTitle = "Private chat";
        verify(find("headerExportButton").visible);
        app.privateChat = true;
        verify(find("privateNote").visible);
        verify(find("privateBadge").visible);
        verify(find("privateNote").Accessible.name.includes("not saved anywhere"));
        verify(!find("headerExportButton").visible);
        mouseClick(find("closePrivateButton"));
        compare(app.lastCall(), ["deleteCurrentChat"]);
    }
    function test_the_list_offers_no_export() {
        app.chats.append({chatId: 4503599627370497, title: "Private chat", section: "Private", privateChat: true});
        app.chats.append({chatId: 9, title: "Other"});
        const list = find("chatList");
        tryCompare(list, "count", 5);
        tryVerify(() => list.itemAtIndex(3) !== null && list.itemAtIndex(4) !== null);
        const row = list.itemAtIndex(3);
        verify(row.privateChat);
        verify(!findChild(row, "exportAction").visible);
        compare(findChild(row, "deleteAction").text, "Close for good");
        compare(findChild(list.itemAtIndex(4), "deleteAction").text, "Delete");
    }
}
