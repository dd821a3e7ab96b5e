// The application with what it answers to exports and imports.
#pragma once

#include <algorithm>
#include <optional>

#include "app/support/app_fixture.h"
#include "storage/chat_tree_store.h"

namespace hearth_test {

/// The application with what it answers.
struct ExchangeRun : AppRun {
  explicit ExchangeRun(const QString& home, const QString& adapters = {}) : AppRun(home, adapters) {
    QObject::connect(&exchange, &ChatExchangeService::exported, &exchange, [this](const ChatExportOutcome& o) { out = o; });
    QObject::connect(&exchange, &ChatExchangeService::inspected, &exchange,
                     [this](const QString&, const ChatFileSummary& s) { found = s; });
    QObject::connect(&exchange, &ChatExchangeService::imported, &exchange, [this](const ChatImportOutcome& o) { in = o; });
  }

  ChatExportOutcome exportChats(const ChatExportRequest& request) {
    settle();  // the folders of imported chats are on their way
    out.reset();
    exchange.exportTo(request);
    EXPECT_TRUE(waitFor([this] { return out.has_value(); }));
    return out.value_or(ChatExportOutcome());
  }
  ChatFileSummary inspect(const QString& file) {
    found.reset();
    exchange.inspect(file);
    EXPECT_TRUE(waitFor([this] { return found.has_value(); }));
    return found.value_or(ChatFileSummary());
  }
  ChatImportOutcome importAll(const QString& file) {
    const ChatFileSummary summary = inspect(file);
    in.reset();
    exchange.importFrom(file, summary);
    EXPECT_TRUE(waitFor([this] { return in.has_value(); }));
    return in.value_or(ChatImportOutcome());
  }
  QList<qint64> ids() {
    QList<qint64> all;
    for (const ChatRow& chat : chats.chats()) all.append(chat.id);
    std::sort(all.begin(), all.end());
    return all;
  }
  ConversationTree tree(qint64 id) {
    std::optional<ConversationTree> read;
    storage.run<StoreResult<ConversationTree>>(
        &storage, [id](Database& database) { return ChatTreeStore(database).read(id); },
        [&read](const StoreResult<ConversationTree>& result) { read = *result; });
    EXPECT_TRUE(waitFor([&read] { return read.has_value(); }));
    return read.value_or(ConversationTree());
  }

  ChatExchangeService& exchange = core.exchange();
  std::optional<ChatExportOutcome> out;
  std::optional<ChatFileSummary> found;
  std::optional<ChatImportOutcome> in;
};

}  // namespace hearth_test
