// Our own format: everything comes back, and no file can do harm.
#include <gtest/gtest.h>

#include <QBuffer>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>

#include "app/support/random_tree.h"
#include "exchange/chat_file_reader.h"
#include "exchange/chat_json.h"
#include "exchange/json_splitter.h"

namespace {

using Failure = ChatFileSummary::Failure;

struct FileContent {
  ChatFileSummary summary;
  QList<ImportedChat> chats;
};

FileContent readAll(QByteArray json, qsizetype largest = kLargestChatBytes) {
  QBuffer buffer(&json);
  EXPECT_TRUE(buffer.open(QIODevice::ReadOnly));
  FileContent content;
  content.summary = readChatFile(
      buffer,
      [&content](ImportedChat& chat) {
        content.chats.append(chat);
        return true;
      },
      {}, largest);
  return content;
}

QByteArray fileOf(const QList<ConversationTree>& trees) {
  QByteArray json = chatFileHead(QStringLiteral("Hearth 1"), QDateTime::currentDateTimeUtc());
  for (qsizetype i = 0; i < trees.size(); ++i) json += (i > 0 ? ",\n" : "") + chatJson(trees[i]);
  return json + chatFileTail();
}

TEST(ChatFormat, WhatIsExportedComesBackAsItWas) {
  hearth_test::RandomTrees random(20260101);
  for (int round = 0; round < 60; ++round) {
    QList<ConversationTree> trees;
    for (int i = 0; i < 5; ++i) trees.append(random.next());
    const FileContent content = readAll(fileOf(trees));
    ASSERT_EQ(content.summary.failure, Failure::None);
    ASSERT_EQ(content.summary.damaged, 0);
    ASSERT_EQ(content.chats.size(), trees.size());
    for (qsizetype i = 0; i < trees.size(); ++i) {
      EXPECT_EQ(content.chats[i].format, ChatFormat::Hearth);
      ASSERT_EQ(content.chats[i].tree, trees[i]) << "round " << round << ", chat " << i;
    }
  }
}

TEST(ChatFormat, TheFileIsJsonAndNamesItsVersion) {
  hearth_test::RandomTrees random(1);
  const QJsonObject file = QJsonDocument::fromJson(fileOf({random.next(), random.next()})).object();
  EXPECT_EQ(file.value(QLatin1String("format")).toString(), QLatin1String("hearth-chats"));
  EXPECT_EQ(file.value(QLatin1String("version")).toInt(), kChatFormatVersion);
  EXPECT_EQ(file.value(QLatin1String("application")).toString(), QLatin1String("Hearth 1"));
}

TEST(ChatFormat, TheSourceHashIsThatOfTheContent) {
  hearth_test::RandomTrees random(7);
  ConversationTree tree = random.next();
  const QByteArray first = readAll(fileOf({tree})).chats.value(0).sourceHash;
  tree.chat.title += u'x';
  EXPECT_EQ(readAll(fileOf({tree})).chats.value(0).sourceHash, first);
  tree.messages.first().content += u'x';
  EXPECT_NE(readAll(fileOf({tree})).chats.value(0).sourceHash, first);
}

TEST(ChatFormat, UnfinishedAnswersArriveAsInterrupted) {
  ConversationTree tree = hearth_test::RandomTrees(3).next();
  tree.messages.first().status = MessageStatus::Streaming;
  EXPECT_EQ(readAll(fileOf({tree})).chats.value(0).tree.messages.first().status, MessageStatus::Interrupted);
}

TEST(ChatFormat, WrongIdsLoseNoMessage) {
  const QByteArray json =
      R"({"format":"hearth-chats","version":1,"chats":[{"title":"","title_is_custom":false,"head":9,"messages":[
      {"id":7,"parent":5,"role":"user","content":"b"},{"id":5,"parent":7,"role":"user","content":"a"},
      {"id":9,"parent":9,"role":"user","content":"self"},{"id":9,"parent":5,"role":"assistant","content":"twice"},
      {"id":-4,"parent":1000,"role":"user","content":"orphan"},{"role":"user","content":"no id"}]}]})";
  const FileContent content = readAll(json);
  ASSERT_EQ(content.chats.size(), 1);
  const ConversationTree& tree = content.chats.first().tree;
  ASSERT_EQ(tree.messages.size(), 6);
  for (qsizetype i = 0; i < tree.messages.size(); ++i) {
    EXPECT_EQ(tree.messages[i].id, i + 1);
    EXPECT_LT(tree.messages[i].parentId, i + 1);
  }
  EXPECT_EQ(tree.messages[tree.chat.headId - 1].content, QLatin1String("self"));
}

TEST(ChatFormat, EveryCutOfAFileIsRefusedOrShorter) {
  const QByteArray json = fileOf({hearth_test::RandomTrees(11).next(), hearth_test::RandomTrees(12).next()});
  for (qsizetype size = 0; size + 2 < json.size(); size += 1 + size / 40) {
    const ChatFileSummary summary = readAll(json.left(size)).summary;
    EXPECT_TRUE(summary.failure == Failure::CutOff || summary.failure == Failure::NotJson) << size;
  }
}

TEST(ChatFormat, RefusalsSayWhy) {
  EXPECT_EQ(readAll("").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll("PK\3\4 whatever").summary.failure, Failure::Archive);
  EXPECT_EQ(readAll("hello").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll("\xff\xfe[").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll("42").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll("[]").summary.failure, Failure::NoChats);
  EXPECT_EQ(readAll("{}").summary.failure, Failure::NoChats);
  EXPECT_EQ(readAll("[1, 2, {\"a\": 3}]").summary.failure, Failure::NoChats);
  EXPECT_EQ(readAll("[1, 2, {\"a\": 3}]").summary.damaged, 3);
  EXPECT_EQ(readAll("{\"a\": 1} trailing").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll("{]").summary.failure, Failure::NotJson);
  EXPECT_EQ(readAll(R"({"format":"hearth-chats","version":2,"chats":[]})").summary.failure, Failure::Newer);
  EXPECT_EQ(readAll("[\"" + QByteArray(5000, 'x') + "\"]", 4096).summary.failure, Failure::TooLarge);
}

TEST(ChatFormat, DamagedChatsDoNotHideTheOthers) {
  const QByteArray good = chatJson(hearth_test::RandomTrees(5).next());
  const FileContent content = readAll(
      "{\"chats\":[" + good + R"(,{"title":"x","title_is_custom":true,"head":1,"messages":[7]},"text",{"messages":{}},)" + good + "]}");
  EXPECT_EQ(content.summary.failure, Failure::None);
  EXPECT_EQ(content.summary.chats, 2);
  EXPECT_EQ(content.summary.damaged, 3);
}

TEST(ChatFormat, DeepNestingIsRefusedWithoutRecursion) {
  const QByteArray deep = "[" + QByteArray(2'000'000, '[') + QByteArray(2'000'000, ']') + "]";
  EXPECT_EQ(readAll(deep).summary.failure, Failure::NoChats);
  const QByteArray open = QByteArray(2'000'000, '{');
  EXPECT_EQ(readAll(open).summary.failure, Failure::CutOff);
}

TEST(ChatFormat, ALongChainIsReadInLinearTime) {
  ConversationTree tree;
  tree.chat.createdAt = QDateTime::fromMSecsSinceEpoch(1'600'000'000'000LL, Qt::UTC);
  tree.chat.updatedAt = tree.chat.createdAt;
  for (int i = 1; i <= 100'000; ++i) {
    MessageRow row;
    row.id = i;
    row.parentId = i - 1;
    row.role = i % 2 == 1 ? MessageRole::User : MessageRole::Assistant;
    row.content = QString::number(i);
    row.createdAt = tree.chat.createdAt;
    tree.messages.append(row);
  }
  tree.chat.headId = 100'000;
  QElapsedTimer clock;
  clock.start();
  const FileContent content = readAll(fileOf({tree}));
  ASSERT_EQ(content.chats.size(), 1);
  EXPECT_EQ(content.chats.first().tree, tree);
  EXPECT_LT(clock.elapsed(), 20'000);
}

TEST(ChatFormat, PiecesDoNotMatter) {
  const QByteArray json = "\xef\xbb\xbf " + fileOf({hearth_test::RandomTrees(21).next(), hearth_test::RandomTrees(22).next()});
  for (const qsizetype step : {1, 3, 7, 1000}) {
    QList<QByteArray> elements;
    JsonSplitter splitter(kLargestChatBytes, [&elements](const QByteArray& element) {
      elements.append(element);
      return true;
    });
    for (qsizetype at = 0; at < json.size(); at += step) ASSERT_TRUE(splitter.add(json.mid(at, step)));
    EXPECT_TRUE(splitter.isComplete());
    EXPECT_EQ(elements.size(), 2);
    EXPECT_TRUE(QJsonDocument::fromJson(splitter.rest()).isObject());
  }
}

TEST(ChatFormat, ReadingStopsWhenAsked) {
  QByteArray json = fileOf({hearth_test::RandomTrees(31).next(), hearth_test::RandomTrees(32).next()});
  QBuffer buffer(&json);
  ASSERT_TRUE(buffer.open(QIODevice::ReadOnly));
  int seen = 0;
  const ChatFileSummary summary = readChatFile(buffer, [&seen](ImportedChat&) { return ++seen < 1; });
  EXPECT_EQ(summary.failure, Failure::Stopped);
  EXPECT_EQ(seen, 1);
}

}  // namespace
