// Files with chats, of Hearth and of other programs. What is read is a tree, comes back from our own format as it was, and becomes html
// without a tag that is not ours.
#include <QBuffer>
#include <QRegularExpression>

#include "exchange/chat_file_reader.h"
#include "exchange/chat_html.h"
#include "exchange/chat_json.h"
#include "exchange/chat_markdown.h"
#include "fuzz/fuzz_support.h"

namespace {

using hearth_fuzz::require;

constexpr qsizetype kLargestChat = 1 << 20;

/// Ids count from 1, parents come first, the shown branch ends.
void check_tree(const ConversationTree& tree) {
  for (qsizetype i = 0; i < tree.messages.size(); ++i) {
    require(tree.messages[i].id == i + 1, "ids count from 1");
    require(tree.messages[i].parentId >= 0 && tree.messages[i].parentId <= i, "parents come first");
    require(!isUnderWay(tree.messages[i].status), "nothing imported is under way");
  }
  require(tree.chat.headId > 0 && tree.chat.headId <= tree.messages.size(), "the head is a message");
  require(!shownBranch(tree).isEmpty(), "a branch is shown");
}

ChatFileSummary read(QByteArray json, QList<ImportedChat>& chats) {
  QBuffer buffer(&json);
  require(buffer.open(QIODevice::ReadOnly), "buffers open");
  return readChatFile(
      buffer,
      [&chats](ImportedChat& chat) {
        chats.append(chat);
        return true;
      },
      {}, kLargestChat);
}

void check_documents(const ConversationTree& tree) {
  const DocumentOptions everything{true, true};
  const QString html = chatHtml(tree, everything);
  require(html.count(QLatin1String("<article")) == tree.messages.size(), "every message is there once");
  static const QRegularExpression active(QStringLiteral("<(script|img|iframe|object|embed|link|form|svg|base)|<[a-z]+ [^>]*\\bon[a-z]+="));
  require(!active.match(html).hasMatch(), "nothing in a document is active", html.toStdString());
  require(!chatPrintHtml(tree, everything).isEmpty() && !chatMarkdown(tree, everything).isEmpty(), "documents are made");
  require(!documentFileName(documentTitle(tree)).contains(u'/'), "names are names");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const QByteArray json(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
  QList<ImportedChat> chats;
  const ChatFileSummary summary = read(json, chats);
  require(summary.chats == chats.size(), "chats are counted");
  for (const ImportedChat& chat : std::as_const(chats)) {
    check_tree(chat.tree);
    QList<ImportedChat> again;
    const QByteArray own = chatFileHead(QStringLiteral("fuzz"), {}) + chatJson(chat.tree) + chatFileTail();
    static_cast<void>(read(own, again));
    require(again.size() == 1 && again.first().tree == chat.tree, "our own format loses nothing", own.toStdString());
    check_documents(chat.tree);
  }
  return 0;
}
