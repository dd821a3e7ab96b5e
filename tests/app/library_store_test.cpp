// Rows of models and adapters, their migration, and what repairing a database does with them.
#include "storage/library_store.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>

#include "storage/adapter_store.h"
#include "storage/chat_store.h"
#include "storage/migrations.h"
#include "storage/recovery.h"

namespace {

class LibraryStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] QString file(const QString& name = QStringLiteral("hearth.db")) const { return m_folder.filePath(name); }

  void open(Database& database, const QString& name = QStringLiteral("hearth.db"), int version = 0) const {
    ASSERT_TRUE(database.open(file(name)));
    SchemaLadder ladder = schemaLadder();
    if (version > 0) ladder.erase(ladder.upper_bound(version), ladder.end());
    const auto status = migrate(database, m_folder.filePath(QStringLiteral("backups")), ladder);
    ASSERT_TRUE(status) << qPrintable(status.error().detail);
  }

  static int count(Database& database, const char* sql) {
    const auto value = database.value(QString::fromUtf8(sql));
    EXPECT_TRUE(value) << qPrintable(value.error().detail);
    return value ? value->toInt() : -1;
  }

  static StoredModel model(qint64 id) {
    return {id, QStringLiteral("Model %1").arg(id), QStringLiteral("a"), QStringLiteral("MIT"), {}, {}, {}, {}, 5};
  }
  static StoredVariant variant(qint64 id, qint64 modelId) {
    return {id, modelId, QStringLiteral("Q4_K_M"), QStringLiteral("llama"), QStringLiteral("Q4_K"), QStringLiteral("import"), {}, {}, 6, 0};
  }
  static StoredFile row(const QString& path, const QString& hash = QStringLiteral("ab")) {
    return {0, 0, path, 1'234'567'890'123, 7, hash, 8, false, true};
  }
  static StoredAdapter adapter(qint64 id) {
    return {id,
            QStringLiteral("Adapter %1").arg(id),
            QStringLiteral("legal"),
            {},
            {},
            QStringLiteral("peft"),
            QStringLiteral("qwen2"),
            {},
            8,
            16.5,
            QStringLiteral("q_proj v_proj"),
            QStringLiteral("import"),
            9};
  }

  static void fill(Database& database) {
    LibraryStore library(database);
    AdapterStore adapters(database);
    for (qint64 id = 1; id <= 3; ++id) {
      ASSERT_TRUE(library.put(model(id)));
      ASSERT_TRUE(library.put(variant(id * 10, id)));
      ASSERT_TRUE(library.putFiles(id * 10, {row(QStringLiteral("models/%1.gguf").arg(id))}));
      ASSERT_TRUE(adapters.put(adapter(id)));
      ASSERT_TRUE(adapters.putFiles(id, {row(QStringLiteral("adapters/%1/c.json").arg(id)), row(QStringLiteral("adapters/%1/w").arg(id))}));
    }
    ASSERT_TRUE(adapters.put(QList<StoredFit>{{1, 10, true, {}}, {1, 20, false, QStringLiteral("another base")}}));
    ASSERT_TRUE(ChatStore(database).put(
        {7, QStringLiteral("chat"), false, 0, QDateTime::currentDateTimeUtc(), QDateTime::currentDateTimeUtc(), {}}));
    ASSERT_TRUE(adapters.put(QList<StoredBinding>{{0, 1, true, 0.5}, {7, 1, true, 1.5}, {7, 2, false, 1}}));
  }

  QTemporaryDir m_folder;
};

TEST_F(LibraryStoreTest, WhatIsPutIsRead) {
  Database database;
  open(database);
  fill(database);
  const auto rows = LibraryStore(database).all();
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->models.size(), 3);
  EXPECT_EQ(rows->models[1], model(2));
  EXPECT_EQ(rows->variants[2], variant(30, 3));
  ASSERT_EQ(rows->files.size(), 3);
  EXPECT_EQ(rows->files[0].ownerId, 10);
  EXPECT_EQ(rows->files[0].size, 1'234'567'890'123);
  EXPECT_TRUE(rows->files[0].linked);
  EXPECT_EQ(rows->lastVariantId, 30);
  const auto adapters = AdapterStore(database).all();
  ASSERT_TRUE(adapters);
  EXPECT_EQ(adapters->adapters[0], adapter(1));
  EXPECT_EQ(adapters->files.size(), 6);
  EXPECT_EQ(adapters->files[1].path, QStringLiteral("adapters/1/w"));
  EXPECT_EQ(adapters->fits.size(), 2);
  EXPECT_EQ(adapters->bindings.size(), 3);
  EXPECT_EQ(adapters->lastAdapterId, 3);
}

TEST_F(LibraryStoreTest, FilesAreReplacedAsASetAndAPathHasOneOwner) {
  Database database;
  open(database);
  fill(database);
  LibraryStore library(database);
  ASSERT_TRUE(library.putFiles(10, {row(QStringLiteral("models/a-1")), row(QStringLiteral("models/a-2"))}));
  ASSERT_TRUE(library.putFiles(10, {row(QStringLiteral("models/2.gguf"))}));  // was the other one's
  const auto rows = library.all();
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->files.size(), 2);
  EXPECT_EQ(rows->files[0].path, QStringLiteral("models/2.gguf"));
  EXPECT_EQ(rows->files[0].ownerId, 10);
  EXPECT_EQ(rows->files[1].ownerId, 30);
}

TEST_F(LibraryStoreTest, WhatBelongsToSomethingGoesWithIt) {
  Database database;
  open(database);
  fill(database);
  ASSERT_TRUE(LibraryStore(database).removeVariant(10));
  EXPECT_EQ(count(database, "SELECT count(*) FROM model"), 2);
  EXPECT_EQ(count(database, "SELECT count(*) FROM library_file WHERE variant_id = 10"), 0);
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_fit"), 1);
  ASSERT_TRUE(database.exec(QStringLiteral("DELETE FROM chat WHERE id = 7")));
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_binding"), 1);
  ASSERT_TRUE(AdapterStore(database).remove(1));
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_fit"), 0);
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_binding"), 0);
  EXPECT_EQ(count(database, "SELECT count(*) FROM library_file WHERE adapter_id = 1"), 0);
  // What arrives late for something that has gone is passed over.
  ASSERT_TRUE(AdapterStore(database).put(QList<StoredFit>{{1, 20, true, {}}, {2, 20, true, {}}}));
  ASSERT_TRUE(AdapterStore(database).put(QList<StoredBinding>{{0, 1, true, 1}}));
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_fit"), 1);
  EXPECT_EQ(count(database, "SELECT count(*) FROM adapter_binding"), 0);
  EXPECT_EQ(count(database, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(LibraryStoreTest, AModelStaysWhileAVariantIsLeft) {
  Database database;
  open(database);
  fill(database);
  LibraryStore library(database);
  ASSERT_TRUE(library.put(variant(11, 1)));
  ASSERT_TRUE(library.putFiles(11, {row(QStringLiteral("models/other.gguf"))}));
  ASSERT_TRUE(library.removeVariant(10));
  EXPECT_EQ(count(database, "SELECT count(*) FROM model WHERE id = 1"), 1);
  ASSERT_TRUE(library.removeVariant(11));
  EXPECT_EQ(count(database, "SELECT count(*) FROM model WHERE id = 1"), 0);
}

TEST_F(LibraryStoreTest, OlderDatabasesClimbAndKeepTheirChats) {
  for (const int version : {1, 2}) {
    const QString name = QStringLiteral("v%1.db").arg(version);
    {
      Database old;
      open(old, name, version);
      ASSERT_TRUE(old.exec(QStringLiteral("INSERT INTO chat (id, title, created_at, updated_at) VALUES (1, 'kept', 1, 1)")));
      ASSERT_TRUE(old.exec(QStringLiteral(
          "INSERT INTO message (id, chat_id, role, content, status, created_at) VALUES (1, 1, 'user', 'hello', 'done', 1)")));
    }
    Database database;
    open(database, name);
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA user_version"))->toInt(), newestSchema());
    EXPECT_EQ(database.value(QStringLiteral("SELECT content || adapters FROM message"))->toString(), QStringLiteral("hello"));
    fill(database);
    EXPECT_EQ(count(database, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    EXPECT_EQ(database.value(QStringLiteral("PRAGMA integrity_check"))->toString(), QStringLiteral("ok"));
  }
}

TEST_F(LibraryStoreTest, RepairRescuesTheLibrary) {
  Database damaged;
  Database repaired;
  open(damaged, QStringLiteral("damaged.db"));
  open(repaired, QStringLiteral("repaired.db"));
  fill(damaged);
  ASSERT_TRUE(damaged.exec(QStringLiteral("INSERT INTO download (position, state, request, added_at) VALUES (1, 'paused', '{}', 1)")));
  // The repaired file begins with an older backup, in which a path belonged to another entry.
  ASSERT_TRUE(LibraryStore(repaired).put(model(9)));
  ASSERT_TRUE(LibraryStore(repaired).put(variant(90, 9)));
  ASSERT_TRUE(LibraryStore(repaired).putFiles(90, {row(QStringLiteral("models/1.gguf"))}));
  ASSERT_TRUE(copyReadableRows(damaged, repaired));
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM model"), 3);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM variant"), 3);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM library_file"), 9);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM adapter_fit"), 2);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM adapter_binding"), 3);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM download"), 1);
  EXPECT_EQ(count(repaired, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(LibraryStoreTest, FilesWhoseEntryCannotBeReadStay) {
  for (const char* lost : {"model", "variant", "adapter", "library_file", "chat"}) {
    Database damaged;
    Database repaired;
    open(damaged, QStringLiteral("damaged-%1.db").arg(QLatin1String(lost)));
    open(repaired, QStringLiteral("repaired-%1.db").arg(QLatin1String(lost)));
    fill(damaged);
    ASSERT_TRUE(damaged.exec(QStringLiteral("PRAGMA foreign_keys = OFF")));
    ASSERT_TRUE(damaged.exec(QStringLiteral("DROP TRIGGER adapter_binding_of_chat")));
    ASSERT_TRUE(damaged.exec(QStringLiteral("DELETE FROM %1").arg(QLatin1String(lost))));
    ASSERT_TRUE(copyReadableRows(damaged, repaired)) << lost;
    EXPECT_EQ(count(repaired, "SELECT count(*) FROM pragma_foreign_key_check"), 0) << lost;
    const bool files = QLatin1String(lost) != QLatin1String("library_file");
    EXPECT_EQ(count(repaired, "SELECT count(*) FROM library_file"), files ? 9 : 0) << lost;
    EXPECT_EQ(count(repaired, "SELECT count(*) FROM variant"), files ? 3 : 0) << lost;
    EXPECT_EQ(count(repaired, "SELECT count(*) FROM adapter"), files ? 3 : 0) << lost;
    EXPECT_EQ(count(repaired, "SELECT count(*) FROM model"), files ? 3 : 0) << lost;
    if (QLatin1String(lost) == QLatin1String("chat")) {
      EXPECT_EQ(count(repaired, "SELECT count(*) FROM adapter_binding"), 1);
    }
  }
}

TEST_F(LibraryStoreTest, WhatWasRemovedWhileEverythingWasInMemoryStaysRemoved) {
  Database stored;
  Database memory;
  open(stored);
  ASSERT_TRUE(memory.open(QLatin1String(Database::kInMemory)));
  ASSERT_TRUE(migrate(memory, {}));
  fill(stored);
  ASSERT_TRUE(copyReadableRows(stored, memory));
  ASSERT_TRUE(LibraryStore(memory).removeVariant(20));
  ASSERT_TRUE(AdapterStore(memory).remove(3));
  ASSERT_TRUE(LibraryStore(memory).putFiles(10, {row(QStringLiteral("models/moved.gguf"))}));
  ASSERT_TRUE(copyReadableRows(memory, stored));
  ASSERT_TRUE(dropRowsNotIn(memory, stored));
  EXPECT_EQ(count(stored, "SELECT count(*) FROM variant"), 2);
  EXPECT_EQ(count(stored, "SELECT count(*) FROM model"), 2);
  EXPECT_EQ(count(stored, "SELECT count(*) FROM adapter"), 2);
  EXPECT_EQ(stored.value(QStringLiteral("SELECT path FROM library_file WHERE variant_id = 10"))->toString(),
            QStringLiteral("models/moved.gguf"));
  EXPECT_EQ(count(stored, "SELECT count(*) FROM library_file"), 6);
  EXPECT_EQ(count(stored, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

}  // namespace
