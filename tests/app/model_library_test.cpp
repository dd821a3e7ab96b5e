#include "services/model_library.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <QCryptographicHash>
#include <random>

#include "app/support/library_fixture.h"
#include "services/library_paths.h"

namespace {

using hearth_test::FakeModelFiles;
using hearth_test::hashOf;
using hearth_test::LibraryRun;
using hearth_test::waitFor;
using hearth_test::writeFile;

const QString kStarter = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");

class ModelLibraryTest : public hearth_test::LibraryTest {};

TEST_F(ModelLibraryTest, TheStarterIsThereAndStays) {
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  LibraryRun run(home(), kStarter, {}, &real);
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.library.variants().size(), 1);
  const Variant starter = run.library.variants().first();
  EXPECT_TRUE(starter.isStarter());
  EXPECT_TRUE(starter.isLinked());
  EXPECT_EQ(starter.modelName, QStringLiteral("Ember"));
  EXPECT_EQ(starter.path(), kStarter);
  EXPECT_FALSE(starter.architecture.isEmpty());
  EXPECT_EQ(starter.bytes(), static_cast<quint64>(QFileInfo(kStarter).size()));
  EXPECT_EQ(starter.files.first().sha256, hashOf(kStarter));
  EXPECT_GT(starter.facts.parameters, 0u);
  EXPECT_EQ(run.library.bytesUsed(), 0u);
  EXPECT_GT(run.library.bytesFree(), 0u);
  run.library.remove(starter.id);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryStays});
  EXPECT_TRUE(QFileInfo::exists(kStarter));
  EXPECT_EQ(run.library.variants().size(), 1);
}

TEST_F(ModelLibraryTest, TheStarterMovesWithTheInstallation) {
  const QString before = makeModel(path(QStringLiteral("v1/starter.gguf")), QStringLiteral("Starter"));
  const QString after = makeModel(path(QStringLiteral("v2/starter.gguf")), QStringLiteral("Starter"), QStringLiteral("qwen2"));
  qint64 id = 0;
  {
    LibraryRun run(home(), before);
    ASSERT_TRUE(run.open());
    id = run.library.variants().first().id;
  }
  QFile::remove(before);
  LibraryRun run(home(), after);
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_EQ(run.library.variants().first().id, id);
  EXPECT_EQ(run.library.variants().first().path(), after);
  EXPECT_EQ(run.library.variants().first().architecture, QStringLiteral("qwen2"));
  EXPECT_EQ(run.library.variants().first().files.first().sha256, hashOf(after));
}

TEST_F(ModelLibraryTest, AFileThatWasReadHalfWrittenIsReadAgain) {
  const QString file = ours(QStringLiteral("a.gguf"));
  writeFile(file, "GGUF mod");
  LibraryRun run(home());
  run.files.afterReading = [this](const QString&) { makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One")); };
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryNoModel});
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("One Q8_0")});
}

TEST_F(ModelLibraryTest, FilesInTheFolderAreFoundAtTheStart) {
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  makeModel(ours(QStringLiteral("who/Repo-GGUF/b-Q4_K_M.gguf")), QStringLiteral("Two"));
  makeModel(ours(QStringLiteral("set-00001-of-00002.gguf")), QStringLiteral("Set"));
  writeFile(ours(QStringLiteral("set-00002-of-00002.gguf")), "second");
  writeFile(ours(QStringLiteral("unfinished.gguf.part")), FakeModelFiles::modelText(QStringLiteral("Part")));
  writeFile(ours(QStringLiteral(".incoming/left.gguf")), "left by a crash");
  writeFile(ours(QStringLiteral("broken.gguf")), "nonsense");
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    EXPECT_EQ(run.titles(), (QStringList{QStringLiteral("One Q8_0"), QStringLiteral("Set Q8_0"), QStringLiteral("Two Q4_K_M")}));
    EXPECT_EQ(run.named(QStringLiteral("Set"))->files.size(), 2);
    EXPECT_EQ(run.named(QStringLiteral("Two"))->repository, QStringLiteral("who/Repo-GGUF"));
    EXPECT_EQ(run.named(QStringLiteral("One"))->files.first().sha256, hashOf(ours(QStringLiteral("a.gguf"))));
    EXPECT_FALSE(run.named(QStringLiteral("One"))->isLinked());
    EXPECT_EQ(run.library.bytesUsed(), 3006u);
    EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryNoModel});
    EXPECT_FALSE(QFileInfo::exists(ours(QStringLiteral(".incoming"))));
    run.library.reconcile();
    ASSERT_TRUE(run.settle());
    EXPECT_EQ(run.notices.size(), 1);  // said once
  }
  LibraryRun again(home());
  ASSERT_TRUE(again.open());
  EXPECT_EQ(again.library.variants().size(), 3);
  EXPECT_EQ(again.files.inspected, 1);  // only the one that is no model
  EXPECT_EQ(stored(QStringLiteral("SELECT path FROM library_file ORDER BY path LIMIT 1")).toString(), QStringLiteral("models/a.gguf"));
}

TEST_F(ModelLibraryTest, ListAndSettingsAreThereAgainAndTheFolderMayMove) {
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  VariantSettings settings;
  settings.contextLength = 512;
  settings.chatTemplate = QStringLiteral("{{ own }}");
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    const qint64 id = run.named(QStringLiteral("One"))->id;
    run.library.setSettings(id, settings);
    run.library.rename(id, QStringLiteral("  My \n model "));
    run.library.rename(id, QString());
    run.library.setUsed(id);
  }
  ASSERT_TRUE(QDir().rename(home(), path(QStringLiteral("moved"))));
  LibraryRun run(path(QStringLiteral("moved")));
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.library.variants().size(), 1);
  const Variant one = run.library.variants().first();
  EXPECT_EQ(one.modelName, QStringLiteral("My model"));
  EXPECT_EQ(one.settings, settings);
  EXPECT_TRUE(one.usedAt.isValid());
  EXPECT_FALSE(one.isMissing());
  EXPECT_EQ(one.path(), path(QStringLiteral("moved/models/a.gguf")));
}

TEST_F(ModelLibraryTest, MissingFilesAreShownAndComeBack) {
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  const QString linked = makeModel(path(QStringLiteral("usb/b.gguf")), QStringLiteral("Two"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({linked});
  run.models.load(file);
  run.engine.finishLoad();
  ASSERT_TRUE(QFile::rename(file, path(QStringLiteral("away"))));
  ASSERT_TRUE(QDir().rename(path(QStringLiteral("usb")), path(QStringLiteral("unplugged"))));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 2);
  EXPECT_TRUE(run.named(QStringLiteral("One"))->isMissing());
  EXPECT_TRUE(run.named(QStringLiteral("Two"))->isMissing());
  EXPECT_EQ(run.models.state(), ModelService::State::Ready);  // what is loaded goes on answering
  EXPECT_EQ(run.library.bytesUsed(), 0u);
  EXPECT_FALSE(run.library.hasHash(run.named(QStringLiteral("One"))->files.first().sha256));
  ASSERT_TRUE(QFile::rename(path(QStringLiteral("away")), file));
  ASSERT_TRUE(QDir().rename(path(QStringLiteral("unplugged")), path(QStringLiteral("usb"))));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(run.named(QStringLiteral("One"))->isMissing());
  EXPECT_FALSE(run.named(QStringLiteral("Two"))->isMissing());
  EXPECT_TRUE(run.library.hasHash(run.named(QStringLiteral("One"))->files.first().sha256));
  EXPECT_TRUE(run.notices.isEmpty());
}

TEST_F(ModelLibraryTest, AMissingFileThatIsImportedAgainIsBack) {
  const QString file = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  ASSERT_TRUE(QFile::rename(file, path(QStringLiteral("away"))));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  ASSERT_TRUE(run.library.variants().first().isMissing());
  ASSERT_TRUE(QFile::rename(path(QStringLiteral("away")), file));
  run.import({file});
  ASSERT_EQ(run.library.variants().size(), 1);
  EXPECT_FALSE(run.library.variants().first().isMissing());
  EXPECT_TRUE(run.notices.isEmpty());
}

TEST_F(ModelLibraryTest, ChangedFilesAreReadAgain) {
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 id = run.named(QStringLiteral("One"))->id;
  QList<qint64> others;
  QObject::connect(&run.library, &ModelLibrary::filesChanged, &run.core, [&](qint64 variant) { others.append(variant); });
  makeModel(file, QStringLiteral("One"), QStringLiteral("qwen3moe"), 1200);
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(others, QList{id});
  const Variant one = *run.library.variant(id);
  EXPECT_EQ(one.architecture, QStringLiteral("qwen3moe"));
  EXPECT_EQ(one.bytes(), 1200u);
  EXPECT_EQ(one.files.first().sha256, hashOf(file));
  EXPECT_FALSE(one.files.first().verifiedAt.isValid());
}

TEST_F(ModelLibraryTest, DownloadsAreAddedWithWhatThePublisherSays) {
  const QString file = makeModel(ours(QStringLiteral("deepseek-ai/V2-Lite-GGUF/v2-Q4_K_M.gguf")), QStringLiteral("v2"));
  writeFile(ours(QStringLiteral("deepseek-ai/V2-Lite-GGUF/README.md")), "---\nlicense: other\n---\n# Card");
  QFile::rename(file, path(QStringLiteral("later")));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  QFile::rename(path(QStringLiteral("later")), file);
  DownloadRow row;
  row.request.repository = QStringLiteral("deepseek-ai/V2-Lite-GGUF");
  row.request.title = QStringLiteral("DeepSeek V2 Lite");
  row.request.variant = QStringLiteral("Q4_K_M");
  row.request.publisher = QStringLiteral("DeepSeek");
  row.request.licence = QStringLiteral("DeepSeek License");
  row.request.catalogueId = QStringLiteral("deepseek-v2-lite");
  row.request.files = {{QStringLiteral("sub/v2-Q4_K_M.gguf"), 1000, hashOf(file).toUpper()}};
  row.files = QStringList{file};
  row.state = DownloadState::Done;
  Q_EMIT run.core.downloads().finished(row);
  run.library.reconcile();  // at the same time
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 1);
  const Variant one = run.library.variants().first();
  EXPECT_EQ(one.title(), QStringLiteral("DeepSeek V2 Lite Q4_K_M"));
  EXPECT_EQ(one.publisher, QStringLiteral("DeepSeek"));
  EXPECT_EQ(one.licence, QStringLiteral("DeepSeek License"));
  EXPECT_EQ(one.source, QStringLiteral("download"));
  EXPECT_EQ(one.catalogueId, QStringLiteral("deepseek-v2-lite"));
  EXPECT_EQ(one.files.first().sha256, hashOf(file));
  EXPECT_TRUE(one.files.first().verifiedAt.isValid());
  EXPECT_TRUE(one.card.contains(QStringLiteral("# Card")));
  EXPECT_TRUE(run.library.hasHash(hashOf(file)));
  EXPECT_TRUE(run.notices.isEmpty());
  // Another type of the same model belongs to it.
  row.request.variant = QStringLiteral("Q8_0");
  row.files = QStringList{
      makeModel(ours(QStringLiteral("deepseek-ai/V2-Lite-GGUF/v2-Q8_0.gguf")), QStringLiteral("v2"), QStringLiteral("llama"), 2000)};
  row.request.files = {{QStringLiteral("v2-Q8_0.gguf"), 2000, {}}};  // hash unknown: computed here
  Q_EMIT run.core.downloads().finished(row);
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 2);
  EXPECT_EQ(run.library.variants()[0].modelId, run.library.variants()[1].modelId);
  EXPECT_EQ(run.library.variants()[1].files.first().sha256, hashOf(row.files.first()));
  run.library.rename(one.id, QStringLiteral("V2"));
  EXPECT_EQ(run.titles(), (QStringList{QStringLiteral("V2 Q4_K_M"), QStringLiteral("V2 Q8_0")}));
  for (const Variant& variant : run.library.variants()) run.library.remove(variant.id);
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(QFileInfo::exists(ours(QStringLiteral("deepseek-ai"))));  // folders and cards go too
}

TEST_F(ModelLibraryTest, ADownloadThatWasSeenAsAFileFirstGetsItsNames) {
  const QString file = makeModel(ours(QStringLiteral("x/y/v2-Q4_K_M.gguf")), QStringLiteral("v2"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.titles(), QStringList{QStringLiteral("v2 Q4_K_M")});
  DownloadRow row;
  row.request.repository = QStringLiteral("x/y");
  row.request.title = QStringLiteral("DeepSeek V2 Lite");
  row.request.publisher = QStringLiteral("DeepSeek");
  row.request.files = {{QStringLiteral("v2-Q4_K_M.gguf"), 1000, hashOf(file)}};
  row.files = QStringList{file};
  Q_EMIT run.core.downloads().finished(row);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("DeepSeek V2 Lite Q4_K_M")});
  EXPECT_EQ(run.library.variants().first().publisher, QStringLiteral("DeepSeek"));
  EXPECT_EQ(run.library.variants().first().source, QStringLiteral("download"));
}

TEST_F(ModelLibraryTest, VerifyFindsDamage) {
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  const qint64 id = run.library.variants().first().id;
  QList<bool> outcomes;
  QObject::connect(&run.library, &ModelLibrary::verified, &run.core, [&](qint64, bool good) { outcomes.append(good); });
  run.library.verify(id);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(outcomes, QList{true});
  EXPECT_TRUE(run.library.variant(id)->files.first().verifiedAt.isValid());
  QFile damaged(file);
  ASSERT_TRUE(damaged.open(QIODevice::ReadWrite));
  damaged.seek(500);
  damaged.write("!");
  damaged.close();
  run.library.verify(id);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(outcomes, (QList{true, false}));
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryHashDiffers);
  EXPECT_TRUE(run.notices.last().cause().contains(QStringLiteral("a.gguf")));
  QFile::remove(file);
  run.library.verify(id);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(outcomes, (QList{true, false, false}));
  EXPECT_TRUE(run.library.variant(id)->isMissing());
}

TEST_F(ModelLibraryTest, AMovedFileIsFoundAgainOnlyIfItIsTheSame) {
  const QString file = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  const qint64 id = run.library.variants().first().id;
  const QString moved = path(QStringLiteral("new place/a.gguf"));
  QDir().mkpath(QFileInfo(moved).path());
  ASSERT_TRUE(QFile::rename(file, moved));
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  run.library.locate(id, makeModel(path(QStringLiteral("other.gguf")), QStringLiteral("Two")));
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryOtherFile});
  EXPECT_TRUE(run.library.variant(id)->isMissing());
  run.library.locate(id, moved);
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(run.library.variant(id)->isMissing());
  EXPECT_EQ(run.library.variant(id)->path(), moved);
  EXPECT_EQ(run.notices.size(), 1);
}

TEST_F(ModelLibraryTest, SmallerVariantsAndMergesAreMadeBesideIt) {
  const QString file = makeModel(path(QStringLiteral("one-F16.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  const qint64 id = run.library.variants().first().id;
  const quint64 job = run.library.makeSmaller(id, QStringLiteral("Q4_K_M"));
  EXPECT_GT(job, 0u);
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 2);
  const Variant small = *run.library.variantOf(ours(QStringLiteral("one-Q4_K_M.gguf")));
  EXPECT_EQ(small.title(), QStringLiteral("One Q4_K_M"));
  EXPECT_EQ(small.modelId, run.library.variant(id)->modelId);
  EXPECT_EQ(small.source, QStringLiteral("made"));
  run.library.makeSmaller(id, QStringLiteral("Q4_K_M"));  // the same again
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryDuplicate});
  EXPECT_EQ(QDir(ours(QString())).entryList(QDir::Files).size(), 1);
  run.library.merge(id, {{path(QStringLiteral("adapter.gguf")), 1.0}}, QStringLiteral("One / legal"), QString());
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.library.variants().size(), 3);
  const Variant merged = *run.named(QStringLiteral("One / legal"));
  EXPECT_EQ(merged.path(), ours(QStringLiteral("One - legal.gguf")));
  EXPECT_NE(merged.modelId, small.modelId);
  EXPECT_EQ(run.library.makeSmaller(4711, QStringLiteral("Q4_K_M")), 0u);
}

TEST_F(ModelLibraryTest, TheEngineMakesAndMerges) {
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  LibraryRun run(home(), kStarter, QStringLiteral(HEARTH_ADAPTERS), &real);
  ASSERT_TRUE(run.open());
  const Variant starter = run.library.variants().first();
  const auto choices = real.smallerVariants(kStarter);
  ASSERT_TRUE(choices);
  const QuantiseChoice choice = choices.value->first();
  run.library.makeSmaller(starter.id, choice.type);
  run.library.merge(starter.id, {{QStringLiteral(HEARTH_ADAPTERS "/fables.gguf"), 1.0}}, QStringLiteral("Ember with fables"), QString());
  ASSERT_TRUE(run.settle());
  ASSERT_TRUE(run.failures.isEmpty()) << qPrintable(run.failures.first().cause() + run.failures.first().detail);
  ASSERT_EQ(run.library.variants().size(), 3);
  const Variant small = *run.library.variantOf(ours(QStringLiteral("ember-%1.gguf").arg(choice.type)));
  EXPECT_LT(small.bytes(), starter.bytes());
  EXPECT_NEAR(static_cast<double>(small.bytes()), static_cast<double>(choice.bytes), 20'000);
  EXPECT_EQ(small.modelId, starter.modelId);
  EXPECT_FALSE(small.isStarter());
  const Variant merged = *run.named(QStringLiteral("Ember with fables"));
  EXPECT_EQ(merged.architecture, starter.architecture);
  EXPECT_EQ(merged.files.first().sha256, hashOf(merged.path()));
  // The adapters were compared with both.
  for (const AdapterRow& adapter : run.adapters.adapters()) {
    EXPECT_EQ(run.adapters.fit(adapter.id, small.id).state, AdapterFit::State::Fits);
    EXPECT_EQ(run.adapters.fit(adapter.id, merged.id).state, AdapterFit::State::Fits);
  }
  run.library.remove(small.id);
  ASSERT_TRUE(run.settle());
  EXPECT_FALSE(QFileInfo::exists(small.path()));
  EXPECT_TRUE(QFileInfo::exists(kStarter));
}

TEST_F(ModelLibraryTest, MakingCanBeCancelledAndDoesNotHoldUpImports) {
  const QString file = makeModel(path(QStringLiteral("one-F16.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  run.files.slow = true;
  const quint64 job = run.library.makeSmaller(run.library.variants().first().id, QStringLiteral("Q4_K_M"));
  run.library.import({makeModel(path(QStringLiteral("two.gguf")), QStringLiteral("Two"))}, ImportMode::Copy);
  ASSERT_TRUE(waitFor([&] { return run.library.variants().size() == 2; }));
  EXPECT_TRUE(run.jobs.isUnderWay(job));
  run.jobs.cancel(job);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.library.variants().size(), 2);
  EXPECT_EQ(QDir(ours(QString())).entryList(QDir::Files), QStringList{QStringLiteral("two.gguf")});
  EXPECT_TRUE(QDir(ours(QStringLiteral(".incoming"))).isEmpty());
}

// --- With the model service

TEST_F(ModelLibraryTest, ALoadUsesTheSettingsOfItsVariant) {
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  VariantSettings settings;
  settings.contextLength = 512;
  settings.device = QStringLiteral("cpu");
  settings.chatTemplate = QStringLiteral("{{ own }}");
  settings.temperature = 0.1;
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    const qint64 id = run.named(QStringLiteral("One"))->id;
    run.library.setSettings(id, settings);
    run.models.load(file);
    EXPECT_EQ(run.engine.loads.last().contextLength, 512);
    EXPECT_EQ(run.engine.loads.last().device, QStringLiteral("cpu"));
    EXPECT_EQ(run.engine.loads.last().chatTemplate, settings.chatTemplate);
    EXPECT_FALSE(run.library.variant(id)->usedAt.isValid());
    run.engine.finishLoad();
    EXPECT_TRUE(run.library.variant(id)->usedAt.isValid());
    EXPECT_EQ(run.models.variantId(), id);
    EXPECT_EQ(run.models.settings(), settings);
    EXPECT_EQ(run.models.name(), QStringLiteral("One"));
  }
  // The first load of a start knows them too.
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_EQ(run.engine.loads.size(), 1);
  EXPECT_EQ(run.engine.loads.last().path, file);
  EXPECT_EQ(run.engine.loads.last().contextLength, 512);
  run.engine.finishLoad();
  run.models.load(path(QStringLiteral("not in the library.gguf")));
  EXPECT_EQ(run.models.settings(), settings);  // a missing file leaves the model
}

TEST_F(ModelLibraryTest, TheLoadedModelCanBeRemoved) {
  const QString starter = makeModel(path(QStringLiteral("starter.gguf")), QStringLiteral("Starter"));
  const QString file = makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  LibraryRun run(home(), starter);
  ASSERT_TRUE(run.open());
  run.engine.finishLoad();
  run.models.load(file);
  run.engine.finishLoad();
  ASSERT_FALSE(run.models.isStarter());
  bool there = false;
  QObject::connect(&run.models, &ModelService::stateChanged, &run.core, [&] { there = there || QFileInfo::exists(file); });
  run.library.remove(run.named(QStringLiteral("One"))->id);
  EXPECT_TRUE(run.models.isStarter());
  EXPECT_EQ(run.engine.loads.last().path, starter);
  EXPECT_TRUE(there);  // let go of before it was deleted
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.noticed(), QList{ErrorId::LibraryLoadedRemoved});
  EXPECT_TRUE(run.notices.first().cause().contains(QStringLiteral("One")));
  EXPECT_FALSE(QFileInfo::exists(file));
  run.engine.finishLoad();
  EXPECT_EQ(run.models.state(), ModelService::State::Ready);
  run.core.close();
  LibraryRun again(home(), starter);
  ASSERT_TRUE(again.open());
  EXPECT_TRUE(again.notices.isEmpty());  // nothing is missed
}

// --- Storage

TEST_F(ModelLibraryTest, AfterErasingEverythingTheFilesAreFoundAgain) {
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  const QString linked = makeModel(path(QStringLiteral("b.gguf")), QStringLiteral("Two"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({linked});
  run.library.rename(run.named(QStringLiteral("One"))->id, QStringLiteral("Private name"));
  ASSERT_TRUE(run.settle());
  int starts = 0;
  QObject::connect(&run.library, &ModelLibrary::started, &run.core, [&] { ++starts; });
  run.core.viewModel().eraseEverything();
  ASSERT_TRUE(waitFor([&] { return starts == 1; }));
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("One Q8_0")});
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM variant")).toInt(), 1);
  EXPECT_TRUE(QFileInfo::exists(linked));
}

TEST_F(ModelLibraryTest, WorkThatEndsAfterEverythingWasErasedIsFoundInTheFolder) {
  const QString file = makeModel(path(QStringLiteral("one-F16.gguf")), QStringLiteral("One"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({file});
  run.files.slow = true;
  run.library.makeSmaller(run.library.variants().first().id, QStringLiteral("Q4_K_M"));
  int starts = 0;
  QObject::connect(&run.library, &ModelLibrary::started, &run.core, [&] { ++starts; });
  run.core.viewModel().eraseEverything();
  ASSERT_TRUE(waitFor([&] { return starts == 1; }));
  EXPECT_TRUE(run.library.variants().isEmpty());
  run.files.slow = false;
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("One Q4_K_M")});
}

TEST_F(ModelLibraryTest, EntriesThatRepairHadToInventAreFilledIn) {
  makeModel(ours(QStringLiteral("a.gguf")), QStringLiteral("One"));
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
  }
  {
    Database database;
    ASSERT_TRUE(database.open(home() + QStringLiteral("/hearth.db")));
    ASSERT_TRUE(database.exec(QStringLiteral("UPDATE model SET name = '…1'")));
    ASSERT_TRUE(database.exec(QStringLiteral("UPDATE variant SET name = '', architecture = '', facts = ''")));
  }
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("One Q8_0")});
}

/// Whatever is done, list, disk and database agree when all work is done.
TEST_F(ModelLibraryTest, RandomActionsKeepListDiskAndDatabaseTogether) {
  std::mt19937 random(20261);
  const auto pick = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  for (int round = 0; round < 4; ++round) {
    QDir(home()).removeRecursively();
    QDir(path(QStringLiteral("outside"))).removeRecursively();
    auto run = std::make_unique<LibraryRun>(home());
    ASSERT_TRUE(run->open());
    for (int step = 0; step < 40; ++step) {
      const QList<Variant> list = run->library.variants();
      const qint64 some = list.isEmpty() ? 0 : list[pick(static_cast<int>(list.size()))].id;
      const QString name = QStringLiteral("m%1").arg(pick(6));
      const QString outside = path(QStringLiteral("outside/%1.gguf").arg(name));
      switch (pick(9)) {
        case 0:
          run->library.import({makeModel(outside, name)}, ImportMode::Copy);
          break;
        case 1:
          run->library.import({makeModel(outside, name)}, ImportMode::Link);
          break;
        case 2:
          makeModel(ours(name + QStringLiteral(".gguf")), name);
          run->library.reconcile();
          break;
        case 3:
          run->library.remove(some);
          break;
        case 4:
          if (const auto variant = run->library.variant(some); variant && pick(2) == 0) QFile::remove(variant->path());
          run->library.reconcile();
          break;
        case 5:
          run->library.makeSmaller(some, QStringLiteral("Q4_K_M"));
          break;
        case 6:
          run->library.verify(some);
          run->library.rename(some, QStringLiteral("renamed"));
          break;
        case 7:
          if (!run->jobs.jobs().isEmpty()) run->jobs.cancel(run->jobs.jobs().last().id);
          break;
        default:
          if (pick(3) == 0) {
            run.reset();
            run = std::make_unique<LibraryRun>(home());
            ASSERT_TRUE(run->open());
          }
      }
      if (pick(2) == 0) {
        ASSERT_TRUE(run->settle());
      }
    }
    ASSERT_TRUE(run->settle());
    run->library.reconcile();
    ASSERT_TRUE(run->settle());
    QSet<QString> paths;
    QSet<QString> hashes;
    for (const Variant& variant : run->library.variants()) {
      for (const LibraryFile& file : variant.files) {
        EXPECT_FALSE(paths.contains(file.path)) << round << qPrintable(file.path);
        paths.insert(file.path);
        EXPECT_EQ(file.missing, !QFileInfo::exists(file.path)) << round << qPrintable(file.path);
        EXPECT_EQ(file.linked, !file.path.startsWith(home())) << qPrintable(file.path);
        if (!file.missing) {
          EXPECT_EQ(file.sha256, hashOf(file.path)) << round << qPrintable(file.path);
        }
      }
    }
    // Every file of the folder is in the list, or is a copy of one that is.
    for (const Variant& variant : run->library.variants()) hashes.insert(variant.files.first().sha256);
    for (const QFileInfo& file : QDir(ours(QString())).entryInfoList(QDir::Files))
      EXPECT_TRUE(paths.contains(file.absoluteFilePath()) || hashes.contains(hashOf(file.absoluteFilePath())))
          << qPrintable(file.fileName());
    EXPECT_TRUE(QDir(ours(QStringLiteral(".incoming"))).isEmpty());
    const QStringList titles = run->titles();
    EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM variant")).toInt(), titles.size());
    EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM library_file")).toInt(), paths.size());
    EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM model WHERE id NOT IN (SELECT model_id FROM variant)")).toInt(), 0);
    run.reset();
    run = std::make_unique<LibraryRun>(home());
    ASSERT_TRUE(run->open());
    EXPECT_EQ(run->titles(), titles) << round;
  }
}

}  // namespace
