// What comes into the list of models from outside: files, folders of other programs, copies, and what stands in their way.
#include <gtest/gtest.h>

#include <sys/mount.h>
#include <QCryptographicHash>

#include "app/support/library_fixture.h"
#include "services/library_paths.h"
#include "services/model_library.h"

namespace {

using hearth_test::FakeModelFiles;
using hearth_test::hashOf;
using hearth_test::LibraryRun;
using hearth_test::writeFile;

const QString kStarter = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");

class ModelImportTest : public hearth_test::LibraryTest {};

TEST_F(ModelImportTest, ImportLinksOrCopies) {
  const QString file = makeModel(path(QStringLiteral("my models/模型 🔥 one.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), file);
  EXPECT_TRUE(run.library.variants().first().isLinked());
  EXPECT_EQ(run.library.bytesUsed(), 0u);
  EXPECT_EQ(run.library.variantOf(file)->id, run.library.variants().first().id);
  run.library.remove(run.library.variants().first().id);
  ASSERT_TRUE(run.settle());
  EXPECT_TRUE(run.library.variants().isEmpty());
  EXPECT_TRUE(QFileInfo::exists(file));  // only forgotten
  run.import({file}, ImportMode::Copy);
  ASSERT_EQ(run.library.variants().size(), 1);
  const Variant copy = run.library.variants().first();
  EXPECT_EQ(copy.path(), ours(QStringLiteral("模型 🔥 one.gguf")));
  EXPECT_FALSE(copy.isLinked());
  EXPECT_EQ(copy.files.first().sha256, hashOf(file));
  EXPECT_EQ(run.library.bytesUsed(), 1000u);
  EXPECT_TRUE(QDir(ours(QStringLiteral(".incoming"))).isEmpty());
  run.library.remove(copy.id);
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(QFileInfo::exists(copy.path()));
  EXPECT_TRUE(QFileInfo::exists(file));
  EXPECT_TRUE(run.notices.isEmpty()) << qPrintable(run.notices.first().cause());
}

TEST_F(ModelImportTest, TheSameFileIsNotAddedTwice) {
  const QString file = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("One"));
  const QString same = makeModel(path(QStringLiteral("other name.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file, file});
  run.import({file});
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryDuplicate});
  run.import({same});
  run.import({same}, ImportMode::Copy);
  EXPECT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.noticed(), (QList{ErrorId::LibraryDuplicate, ErrorId::LibraryDuplicate, ErrorId::LibraryDuplicate}));
  EXPECT_EQ(run.notices.last().arguments, (QStringList{QStringLiteral("other name.gguf"), QStringLiteral("One Q8_0")}));
  EXPECT_TRUE(QDir(ours(QString())).entryList(QDir::Files).isEmpty());
  // The file that is in the list has gone: the new one takes its place.
  QFile::remove(file);
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  run.import({same});
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), same);
  EXPECT_FALSE(run.library.variants().first().isMissing());
}

TEST_F(ModelImportTest, ARenamedFileOfTheFolderIsTheSameEntry) {
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 id = run.library.variants().first().id;
  ASSERT_TRUE(QFile::rename(file, ours(QStringLiteral("b.gguf"))));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().id, id);
  EXPECT_EQ(run.library.variants().first().path(), ours(QStringLiteral("b.gguf")));
  EXPECT_TRUE(run.notices.isEmpty());
}

TEST_F(ModelImportTest, ACopyInTheFolderTakesThePlaceOfARemovedModel) {
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  makeModel(ours(QStringLiteral("copy.gguf")), QStringLiteral("One"));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryDuplicate});
  ASSERT_EQ(run.library.variants().size(), 1);
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.notices.size(), 1);  // said once
  run.library.remove(run.library.variants().first().id);
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), ours(QStringLiteral("copy.gguf")));
}

TEST_F(ModelImportTest, WhatCannotBeUsedIsRefusedWithItsReason) {
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({writeFile(path(QStringLiteral("bad.gguf")), "nonsense")});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryNoModel);
  EXPECT_TRUE(run.notices.last().cause().contains(QStringLiteral("bad.gguf")));
  EXPECT_TRUE(run.notices.last().cause().contains(QStringLiteral("no model")));
  makeModel(path(QStringLiteral("s-00001-of-00003.gguf")), QStringLiteral("Set"));
  run.import({path(QStringLiteral("s-00001-of-00003.gguf"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryPartsMissing);
  EXPECT_TRUE(run.notices.last().cause().contains(QStringLiteral("s-00002-of-00003.gguf")));
  run.import({path(QStringLiteral("nowhere.gguf"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryFileGone);
  QDir().mkpath(path(QStringLiteral("empty")));
  run.import({path(QStringLiteral("empty"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryNothingFound);
  writeFile(path(QStringLiteral("bad2.gguf")), "nonsense");
  run.import({path(QStringLiteral("bad.gguf")), path(QStringLiteral("bad2.gguf"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryManyRefused);
  EXPECT_TRUE(run.library.variants().isEmpty());
}

TEST_F(ModelImportTest, RealFilesThatAreCutOffAreRefused) {
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  LibraryRun run(home(), {}, {}, &real);
  ASSERT_TRUE(run.open());
  const QString whole = path(QStringLiteral("whole.gguf"));
  ASSERT_TRUE(QFile::copy(kStarter, whole));
  const QString cut = path(QStringLiteral("cut.gguf"));
  ASSERT_TRUE(QFile::copy(kStarter, cut));
  ASSERT_TRUE(QFile::setPermissions(cut, QFile::ReadOwner | QFile::WriteOwner));
  ASSERT_TRUE(QFile::resize(cut, QFileInfo(kStarter).size() - 100'000));
  run.import({cut});
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryNoModel}) << qPrintable(run.notices.value(0).cause());
  EXPECT_TRUE(run.library.variants().isEmpty());
  run.import({whole}, ImportMode::Copy);
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().files.first().sha256, hashOf(kStarter));
}

TEST_F(ModelImportTest, OllamaModelsAreVerifiedAndNamed) {
  const QString root = path(QStringLiteral("ollama"));
  const QByteArray text = FakeModelFiles::modelText(QStringLiteral("blob"));
  const QString digest = QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
  const QString wrong = QString(64, u'b');
  writeFile(root + QStringLiteral("/blobs/sha256-") + digest, text);
  writeFile(root + QStringLiteral("/blobs/sha256-") + wrong, FakeModelFiles::modelText(QStringLiteral("wrong")));
  const auto manifest = [](const QString& hash) {
    return QStringLiteral(R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:%1"}]})").arg(hash).toUtf8();
  };
  writeFile(root + QStringLiteral("/manifests/registry.ollama.ai/library/qwen3/8b-q4_K_M"), manifest(digest));
  writeFile(root + QStringLiteral("/manifests/registry.ollama.ai/library/evil/latest"), manifest(wrong));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({root});
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().modelName, QStringLiteral("qwen3 8b-q4_K_M"));
  EXPECT_TRUE(run.library.variants().first().files.first().verifiedAt.isValid());
  ASSERT_EQ(run.failures.size(), 1);
  EXPECT_EQ(run.failures.first().id, ErrorId::LibraryHashDiffers);
  run.library.remove(run.library.variants().first().id);
  ASSERT_TRUE(run.settle());
  run.import({root}, ImportMode::Copy);
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), ours(QStringLiteral("qwen3 8b-q4_K_M.gguf")));
  EXPECT_EQ(QDir(ours(QString())).entryList(QDir::Files).size(), 1);
}

TEST_F(ModelImportTest, ASetIsCopiedAsASet) {
  makeModel(path(QStringLiteral("s-Q4_K_M-00001-of-00002.gguf")), QStringLiteral("Set"));
  writeFile(path(QStringLiteral("s-Q4_K_M-00002-of-00002.gguf")), "second");
  writeFile(ours(QStringLiteral("s-Q4_K_M-00002-of-00002.gguf")), "in the way");
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.notices.clear();
  run.import({path(QStringLiteral("s-Q4_K_M-00002-of-00002.gguf"))}, ImportMode::Copy);
  ASSERT_EQ(run.library.variants().size(), 1);
  const Variant set = run.library.variants().first();
  ASSERT_EQ(set.files.size(), 2);
  EXPECT_EQ(set.name, QStringLiteral("Q4_K_M"));
  const SplitName first = splitNameOf(QFileInfo(set.files[0].path).fileName());
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(QFileInfo(set.files[1].path).fileName(), first.part(2));
  EXPECT_NE(first.prefix, QStringLiteral("s-Q4_K_M"));
  QFile::remove(set.files[1].path);
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_TRUE(run.library.variants().first().isMissing());
  EXPECT_FALSE(run.library.variants().first().files[0].missing);
  run.library.remove(set.id);
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(QFileInfo::exists(set.files[0].path));
  EXPECT_TRUE(QFileInfo::exists(ours(QStringLiteral("s-Q4_K_M-00002-of-00002.gguf"))));
}

TEST_F(ModelImportTest, NamesOf255BytesCopyAndQuantise) {
  const QString stem = QStringLiteral("语").repeated(83) + u'x';
  const QString file = makeModel(path(stem + QStringLiteral(".gguf")), QStringLiteral("Long"));
  ASSERT_EQ(QFile::encodeName(QFileInfo(file).fileName()).size(), 255);
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file}, ImportMode::Copy);
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), ours(stem + QStringLiteral(".gguf")));
  run.library.makeSmaller(run.library.variants().first().id, QStringLiteral("Q4_K_M"));
  ASSERT_TRUE(run.settle());
  EXPECT_TRUE(run.failures.isEmpty());
  EXPECT_EQ(run.library.variants().size(), 2);
}

TEST_F(ModelImportTest, HuggingFaceFoldersBecomeAFile) {
  const QString folder = path(QStringLiteral("DeepSeek-Tiny"));
  writeFile(folder + QStringLiteral("/config.json"), "{}");
  writeFile(folder + QStringLiteral("/model.safetensors"), "weights");
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({folder});
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryNoModel});
  writeFile(folder + QStringLiteral("/tokenizer.json"), "{}");
  run.import({folder});
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().path(), ours(QStringLiteral("DeepSeek-Tiny-F16.gguf")));
  EXPECT_EQ(run.library.variants().first().title(), QStringLiteral("DeepSeek-Tiny F16"));
}

TEST_F(ModelImportTest, TooLittleSpaceIsSaidBefore) {
  const QString file = makeModel(path(QStringLiteral("one-F16.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  run.files.choiceBytes = quint64(1) << 60;
  run.library.makeSmaller(run.library.variants().first().id, QStringLiteral("Q4_K_M"));
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.failures.size(), 1);
  EXPECT_EQ(run.failures.first().id, ErrorId::LibraryNoSpace);
  EXPECT_FALSE(run.failures.first().cause().contains(u'%'));
}

TEST_F(ModelImportTest, AFullDiskLeavesNothingHalfCopied) {
  const QString disk = path(QStringLiteral("disk"));
  QDir().mkpath(disk);
  const QByteArray mounted = disk.toLocal8Bit();
  if (mount("tmpfs", mounted.constData(), "tmpfs", 0, "size=48m") != 0) GTEST_SKIP() << "mounting a small file system is not allowed here";
  {
    LibraryRun run(disk + QStringLiteral("/home"));
    ASSERT_TRUE(run.open());
    run.import({makeModel(path(QStringLiteral("big.gguf")), QStringLiteral("Big"), QStringLiteral("llama"), 20 << 20)}, ImportMode::Copy);
    ASSERT_EQ(run.failures.size(), 1);
    EXPECT_EQ(run.failures.first().id, ErrorId::LibraryNoSpace);
    EXPECT_TRUE(run.library.variants().isEmpty());
    run.import({makeModel(path(QStringLiteral("small.gguf")), QStringLiteral("Small"), QStringLiteral("llama"), 2 << 20)},
               ImportMode::Copy);
    EXPECT_EQ(run.library.variants().size(), 1);
    EXPECT_EQ(QDir(disk + QStringLiteral("/home/models")).entryList(QDir::Files), QStringList{QStringLiteral("small.gguf")});
  }
  umount(mounted.constData());
}

TEST_F(ModelImportTest, AFolderThatCannotBeWrittenIsNamed) {
  const QString disk = path(QStringLiteral("disk"));
  QDir().mkpath(disk);
  const QByteArray mounted = disk.toLocal8Bit();
  if (mount("tmpfs", mounted.constData(), "tmpfs", 0, "size=4m") != 0) GTEST_SKIP() << "mounting is not allowed here";
  const QString linked = disk + QStringLiteral("/models");
  makeModel(linked + QStringLiteral("/kept.gguf"), QStringLiteral("Kept"));
  QDir().mkpath(home());
  ASSERT_TRUE(QFile::link(linked, home() + QStringLiteral("/models")));
  ASSERT_EQ(mount(nullptr, mounted.constData(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    ASSERT_EQ(run.library.variants().size(), 1);
    run.import({makeModel(path(QStringLiteral("new.gguf")), QStringLiteral("New"))}, ImportMode::Copy);
    ASSERT_EQ(run.failures.size(), 1);
    EXPECT_EQ(run.failures.first().id, ErrorId::LibraryReadOnly);
    run.library.remove(run.library.variants().first().id);
    ASSERT_TRUE(run.settle());
    EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryNotRemoved});
    EXPECT_EQ(run.library.variants().size(), 1);
    EXPECT_FALSE(run.library.variants().first().isMissing());
  }
  umount(mounted.constData());
}

TEST_F(ModelImportTest, AStoredPathThatLeadsOutOfTheFolderIsNotFollowed) {
  const QString secret = writeFile(path(QStringLiteral("secret.gguf")), FakeModelFiles::modelText(QStringLiteral("Secret")));
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
  }
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    ASSERT_TRUE(database.exec(QStringLiteral("UPDATE library_file SET path = 'models/../../secret.gguf'")));
  }
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  for (const Variant& variant : run.library.variants()) run.library.remove(variant.id);
  ASSERT_TRUE(run.settle());
  EXPECT_TRUE(QFileInfo::exists(secret));
}

}  // namespace
