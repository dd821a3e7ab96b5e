// A data folder with many chats for benchmarks.
#pragma once

#include <QDateTime>
#include <QDir>
#include <QString>
#include <QStringList>
#include <random>

#include "storage/database.h"
#include "storage/message_store.h"
#include "storage/migrations.h"
#include "storage/storage_folder.h"

namespace hearth_bench {

/// Words with the frequencies of a language: the first ones are common, the last ones rare.
class Words {
 public:
  explicit Words(unsigned seed) : m_random(seed) {
    for (int i = 0; i < 20000; ++i) {
      QString word;
      for (int n = 3 + static_cast<int>(m_random() % 7); n > 0; --n) word += QChar(u'a' + static_cast<char16_t>(m_random() % 26));
      m_words.append(word);
    }
  }

  [[nodiscard]] QString english(int count) {
    QString text;
    for (int i = 0; i < count; ++i) text += m_words[rank(20000)] + (i % 12 == 11 ? QStringLiteral(". ") : QStringLiteral(" "));
    return text;
  }
  [[nodiscard]] QString chinese(int count) {
    QString text;
    for (int i = 0; i < count; ++i) text += i % 15 == 14 ? QChar(u'。') : QChar(static_cast<char16_t>(0x4e00 + rank(3500)));
    return text;
  }
  [[nodiscard]] const QString& word(int at) const { return m_words[at]; }

 private:
  /// Zipf-like: rank r about as often as 1/r.
  [[nodiscard]] int rank(int most) {
    const double u = std::uniform_real_distribution<double>(0, 1)(m_random);
    return std::min(most - 1, static_cast<int>(std::pow(most, u)) - 1);
  }

  std::mt19937 m_random;
  QStringList m_words;
};

/// Fills `folder` with `chats` chats of `messages` messages each, a third of them Chinese. Returns whether it worked.
inline bool fillStore(const QString& folder, int chats, int messages, Words& words) {
  QDir().mkpath(folder);
  const StorageFolder files{folder};
  Database database;
  if (!database.open(files.database()) || !migrate(database, files.backups())) return false;
  if (!database.exec(QStringLiteral("PRAGMA synchronous = OFF"))) return false;
  const qint64 start = QDateTime::currentMSecsSinceEpoch() - 1000LL * 3600 * 24 * 365;
  qint64 id = 0;
  for (int chat = 1; chat <= chats; ++chat) {
    Transaction transaction(database);
    const bool chinese = chat % 3 == 0;
    const qint64 time = start + 1000LL * 3600 * 24 * 365 / chats * chat;
    if (!database.exec(QStringLiteral("INSERT INTO chat (id, title, head_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"),
                       {chat, chinese ? words.chinese(12) : words.english(6).trimmed(), id + messages, time, time}))
      return false;
    for (int i = 0; i < messages; ++i) {
      MessageRow row;
      row.id = ++id;
      row.chatId = chat;
      row.parentId = i == 0 ? 0 : id - 1;
      row.role = i % 2 == 0 ? MessageRole::User : MessageRole::Assistant;
      const int length = i % 2 == 0 ? 15 : 80;
      row.content = chinese ? words.chinese(2 * length) : words.english(length);
      row.createdAt = QDateTime::fromMSecsSinceEpoch(time + i * 1000);
      if (!MessageStore(database).insert(row)) return false;
    }
    if (!transaction.commit()) return false;
  }
  return static_cast<bool>(database.emptyLog());
}

}  // namespace hearth_bench
