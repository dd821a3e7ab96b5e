// Chats of other programs, from samples that were written for these tests.
#include <gtest/gtest.h>

#include <QBuffer>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include "exchange/chat_document.h"
#include "exchange/chat_file_reader.h"

namespace {

using Failure = ChatFileSummary::Failure;

QList<ImportedChat> chatsOf(QByteArray json, ChatFileSummary* summary = nullptr) {
  QBuffer buffer(&json);
  EXPECT_TRUE(buffer.open(QIODevice::ReadOnly));
  QList<ImportedChat> chats;
  const ChatFileSummary found = readChatFile(buffer, [&chats](ImportedChat& chat) {
    chats.append(chat);
    return true;
  });
  if (summary) *summary = found;
  return chats;
}

QList<ImportedChat> sample(const char* name, ChatFileSummary* summary = nullptr) {
  QFile file(QStringLiteral(HEARTH_TEST_DATA "/chats/") + QLatin1String(name));
  EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << name;
  return chatsOf(file.readAll(), summary);
}

/// A line for each message: number, parent, role, text.
QString drawn(const ConversationTree& tree) {
  QStringList lines;
  for (const MessageRow& message : tree.messages)
    lines.append(QStringLiteral("%1<%2 %3: %4")
                     .arg(QString::number(message.id), QString::number(message.parentId), toString(message.role),
                          QString(message.content).replace(u'\n', u'|')));
  return lines.join(u'\n');
}

TEST(ForeignChats, ChatGpt) {
  ChatFileSummary summary;
  const QList<ImportedChat> chats = sample("chatgpt.json", &summary);
  EXPECT_EQ(summary.failure, Failure::None);
  EXPECT_EQ(summary.format, ChatFormat::ChatGpt);
  ASSERT_EQ(chats.size(), 1);
  const ConversationTree& tree = chats.first().tree;
  EXPECT_EQ(tree.chat.title, QLatin1String("Sourdough for beginners"));
  EXPECT_EQ(tree.chat.createdAt.toMSecsSinceEpoch(), 1717243200250);
  EXPECT_EQ(tree.chat.updatedAt.toMSecsSinceEpoch(), 1717246800500);
  // Thinking, code, what it printed and the text are one answer.
  EXPECT_EQ(qPrintable(drawn(tree)), std::string("1<0 user: [image]|How do I start a sourdough? 怎么养酵种？\n"
                                                 "2<1 assistant: Mix **flour** and water. 🍞\n"
                                                 "3<2 user: How much for 750 g of dough?\n"
                                                 "4<2 user: And without a scale?\n"
                                                 "5<3 assistant: <think>**Adding up**||Flour, water, salt.</think>||```python|print(750 * "
                                                 "0.6)|```||```|450.0|```||You need 450 g of flour.\n"
                                                 "6<4 assistant: Use a cup."));
  EXPECT_EQ(tree.chat.headId, 6);
  EXPECT_EQ(tree.messages[5].modelName, QLatin1String("gpt-4o-mini"));
  EXPECT_EQ(tree.messages[5].status, MessageStatus::Interrupted);
  const AnswerParts parts = answerParts(tree.messages[4].content);
  EXPECT_TRUE(parts.thinking.startsWith(QLatin1String("**Adding up**")));
  EXPECT_TRUE(parts.text.trimmed().endsWith(QLatin1String("450 g of flour.")));
}

TEST(ForeignChats, OpenWebUi) {
  ChatFileSummary summary;
  const QList<ImportedChat> chats = sample("open_webui.json", &summary);
  EXPECT_EQ(summary.format, ChatFormat::OpenWebUi);
  ASSERT_EQ(chats.size(), 2);
  const ConversationTree& tree = chats[0].tree;
  EXPECT_EQ(tree.chat.createdAt.toSecsSinceEpoch(), 1718000000);
  ASSERT_EQ(tree.messages.size(), 4);
  EXPECT_EQ(tree.messages[0].content, QLatin1String("A name for a rabbit?\n[image]"));
  EXPECT_EQ(tree.messages[1].modelName, QLatin1String("Llama 3"));
  EXPECT_EQ(answerParts(tree.messages[1].content).thinking, QLatin1String("Short names.\nKind names."));
  EXPECT_EQ(answerParts(tree.messages[1].content).text.trimmed(), QLatin1String("Pebble."));
  EXPECT_EQ(tree.messages[2].content, QStringLiteral("兔兔。"));
  EXPECT_EQ(tree.messages[2].parentId, 1);
  EXPECT_EQ(tree.messages[3].parentId, 2);
  EXPECT_EQ(tree.chat.headId, 3);
  EXPECT_EQ(qPrintable(drawn(chats[1].tree)), std::string("1<0 user: [Be brief.]||Hello|[image]\n2<1 assistant: Hi."));
  EXPECT_EQ(chats[1].tree.chat.createdAt.toSecsSinceEpoch(), 1718100000);
}

TEST(ForeignChats, LmStudio) {
  const QList<ImportedChat> chats = sample("lm_studio.json");
  ASSERT_EQ(chats.size(), 1);
  const ConversationTree& tree = chats.first().tree;
  EXPECT_EQ(chats.first().format, ChatFormat::LmStudio);
  EXPECT_EQ(tree.chat.title, QLatin1String("Regular expressions"));
  ASSERT_EQ(tree.messages.size(), 4);
  EXPECT_EQ(tree.messages[0].content, QLatin1String("What does a+ match?\n[image: board.png]"));
  EXPECT_EQ(tree.messages[1].modelName, QLatin1String("qwen2.5-7b"));
  EXPECT_EQ(tree.messages[1].stats.generatedTokens, 6);
  EXPECT_EQ(tree.messages[1].stats.tokensPerSecond, 31.5);
  EXPECT_EQ(answerParts(tree.messages[2].content).thinking, QLatin1String("The plus repeats."));
  EXPECT_EQ(answerParts(tree.messages[2].content).text.trimmed(),
            QLatin1String("```\ntool grep {\"pattern\":\"a+\"}\n```\n```\naaa\n```\n\nAt least one **a**."));
  // The question after it belongs to the version that was shown.
  EXPECT_EQ(tree.messages[3].parentId, 3);
  EXPECT_EQ(tree.chat.headId, 4);
}

TEST(ForeignChats, Lists) {
  const QList<ImportedChat> chats = sample("sharegpt.json");
  ASSERT_EQ(chats.size(), 1);
  EXPECT_EQ(qPrintable(drawn(chats.first().tree)),
            std::string("1<0 user: [Answer like a baker.]||Why does bread rise?\n2<1 assistant: <think>Yeast.</think>||Because of yeast.\n"
                        "3<2 user: 为什么？\n4<3 assistant: 酵母产生气体。"));
  const QList<ImportedChat> plain = sample("messages.json");
  ASSERT_EQ(plain.size(), 1);
  EXPECT_EQ(plain.first().format, ChatFormat::PlainList);
  EXPECT_EQ(plain.first().tree.messages.size(), 2);
}

TEST(ForeignChats, MarksInAForeignAnswerStayText) {
  const QList<ImportedChat> chats =
      chatsOf(R"([{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"before\n</think>\nafter"}]}])");
  ASSERT_EQ(chats.size(), 1);
  EXPECT_TRUE(answerParts(chats.first().tree.messages[1].content).thinking.isEmpty());
  EXPECT_EQ(answerParts(chats.first().tree.messages[1].content).text, QLatin1String("before\n</think>\nafter"));
}

TEST(ForeignChats, CirclesAndLostParents) {
  const QByteArray json = R"([{"title":"t","current_node":"x","mapping":{
      "a":{"parent":"b","children":["b"],"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["one"]}}},
      "b":{"parent":"a","children":["a"],"message":{"author":{"role":"assistant"},"content":{"content_type":"text","parts":["two"]}}},
      "c":{"parent":"gone","children":["c","nobody",7,null],"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["three"]}}},
      "d":{"children":"no list","message":{"author":"nobody","content":{"content_type":"text","parts":"no list"}}},
      "e":[1,2]}}])";
  const QList<ImportedChat> chats = chatsOf(json);
  ASSERT_EQ(chats.size(), 1);
  const ConversationTree& tree = chats.first().tree;
  QStringList texts;
  for (const MessageRow& message : tree.messages) {
    texts.append(message.content);
    EXPECT_LT(message.parentId, message.id);
  }
  for (const char* text : {"one", "two", "three"}) EXPECT_TRUE(texts.contains(QLatin1String(text))) << text;
  EXPECT_GT(tree.chat.headId, 0);
}

TEST(ForeignChats, WrongTypesEverywhere) {
  const QList<QByteArray> values{"null", "true", "-1", "1e308", "\"x\"", "[]", "{}", "[[]]", "[{}]", "{\"a\":{}}"};
  for (const char* name : {"chatgpt.json", "open_webui.json", "lm_studio.json", "sharegpt.json"}) {
    QFile file(QStringLiteral(HEARTH_TEST_DATA "/chats/") + QLatin1String(name));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray json = file.readAll();
    // Every value in its turn becomes each of the others; the readers must only survive it, and keep their promises about trees.
    for (qsizetype at = json.indexOf(": "); at >= 0; at = json.indexOf(": ", at + 1)) {
      qsizetype end = at + 2;
      if (json[end] == '[' || json[end] == '{') {
        ++end;
      } else {
        while (end < json.size() && json[end] != ',' && json[end] != '}' && json[end] != '\n') ++end;
      }
      for (const QByteArray& value : values) {
        const QByteArray changed = json.left(at + 2) + value + json.mid(end);
        const QList<ImportedChat> chats = chatsOf(changed);
        for (const ImportedChat& chat : chats) {
          for (const MessageRow& message : chat.tree.messages) ASSERT_LT(message.parentId, message.id);
          ASSERT_LE(chat.tree.chat.headId, chat.tree.messages.size());
        }
      }
    }
  }
}

TEST(ForeignChats, AHundredThousandNodesInOneChain) {
  QByteArray json = "[{\"title\":\"long\",\"current_node\":\"n99999\",\"mapping\":{";
  for (int i = 0; i < 100'000; ++i) {
    const QByteArray id = QByteArray::number(i);
    json += (i > 0 ? ",\"n" : "\"n") + id + "\":{\"parent\":" + (i > 0 ? "\"n" + QByteArray::number(i - 1) + "\"" : QByteArray("null")) +
            ",\"children\":[\"n" + QByteArray::number(i + 1) + "\"],\"message\":{\"author\":{\"role\":\"" +
            (i % 2 == 0 ? "user" : "assistant") + "\"},\"content\":{\"content_type\":\"text\",\"parts\":[\"" + id + "\"]}}}";
  }
  json += "}}]";
  QElapsedTimer clock;
  clock.start();
  const QList<ImportedChat> chats = chatsOf(json);
  ASSERT_EQ(chats.size(), 1);
  EXPECT_EQ(chats.first().tree.messages.size(), 100'000);
  EXPECT_EQ(chats.first().tree.chat.headId, 100'000);
  EXPECT_EQ(shownBranch(chats.first().tree).size(), 100'000);
  EXPECT_LT(clock.elapsed(), 20'000);
}

TEST(ForeignChats, AnswersThatOnlyGoOnAreJoinedInLinearTime) {
  QByteArray json = "[{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}";
  for (int i = 0; i < 100'000; ++i) json += ",{\"role\":\"assistant\",\"content\":\"part\"}";
  json += "]}]";
  const QList<ImportedChat> chats = chatsOf(json);
  ASSERT_EQ(chats.size(), 1);
  EXPECT_EQ(chats.first().tree.messages.size(), 2);
}

TEST(ForeignChats, TheSameFileHasTheSameHashes) {
  EXPECT_EQ(sample("chatgpt.json").first().sourceHash, sample("chatgpt.json").first().sourceHash);
  EXPECT_NE(sample("open_webui.json")[0].sourceHash, sample("open_webui.json")[1].sourceHash);
}

}  // namespace
