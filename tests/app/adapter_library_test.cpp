#include "services/adapter_library.h"

#include <gtest/gtest.h>

#include <random>

#include "app/support/library_fixture.h"

namespace {

using hearth_test::LibraryRun;
using hearth_test::waitFor;
using hearth_test::writeFile;

const QString kStarter = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");
const QString kStarterAdapters = QStringLiteral(HEARTH_ADAPTERS);

class AdapterLibraryTest : public hearth_test::LibraryTest {
 protected:
  [[nodiscard]] QString kept(const QString& name) const { return home() + QStringLiteral("/adapters/") + name; }

  static void import(LibraryRun& run, const QStringList& paths, ImportMode mode = ImportMode::Copy) {
    run.adapters.import(paths, mode);
    EXPECT_TRUE(run.settle());
  }
};

TEST_F(AdapterLibraryTest, TheAdaptersOfTheApplicationFitTheStarterModel) {
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  LibraryRun run(home(), kStarter, kStarterAdapters, &real);
  ASSERT_TRUE(run.open());
  const QList<AdapterRow> list = run.adapters.adapters();
  QStringList names, domains;
  for (const AdapterRow& row : list) {
    names += row.name;
    domains += row.domain;
  }
  EXPECT_EQ(names, (QStringList{QStringLiteral("Chinese law"), QStringLiteral("Fables"), QStringLiteral("Medical questions"),
                                QStringLiteral("Tales of old"), QStringLiteral("Terse")}));
  EXPECT_EQ(domains, (QStringList{QStringLiteral("legal"), QStringLiteral("style"), QStringLiteral("medical"), QStringLiteral("style"),
                                  QStringLiteral("style")}));
  const qint64 starter = run.library.variants().first().id;
  for (const AdapterRow& row : list) {
    EXPECT_EQ(row.source, QStringLiteral("starter"));
    EXPECT_FALSE(row.description.isEmpty());
    EXPECT_GT(row.rank, 0);
    EXPECT_FALSE(row.targets.isEmpty());
    EXPECT_EQ(row.hash().size(), 64);
    EXPECT_TRUE(row.files.first().linked);
    EXPECT_EQ(run.adapters.fit(row.id, starter).state, AdapterFit::State::Fits) << qPrintable(run.adapters.fit(row.id, starter).reason);
    run.adapters.remove(row.id);
  }
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.adapters.adapters().size(), list.size());
  EXPECT_EQ(run.noticed(), QList<ErrorId>(list.size(), ErrorId::LibraryStays));
}

TEST_F(AdapterLibraryTest, ThirdPartyAdaptersAreImportedOrRefusedWithTheReason) {
  const QString reference = qEnvironmentVariable("HEARTH_REFERENCE") + QStringLiteral("/adapters");
  if (!QFileInfo(reference).isDir()) GTEST_SKIP() << "no reference files here";
  EngineModelFiles real(home() + QStringLiteral("/cache"));
  LibraryRun run(home(), kStarter, {}, &real);
  ASSERT_TRUE(run.open());
  import(run, {reference + QStringLiteral("/gpt2-seqcls-lora-torchbin")});
  ASSERT_EQ(run.noticed(), QList{ErrorId::AdapterRefused});
  EXPECT_FALSE(run.notices.first().detail.isEmpty());
  import(run, {reference + QStringLiteral("/law-qwen2.5-3b-lora"),
               reference + QStringLiteral("/medical-gemma-2b-it-lora/adapter_model.safetensors")});
  ASSERT_EQ(run.adapters.adapters().size(), 2);
  const AdapterRow law = *run.adapterNamed(QStringLiteral("law-qwen2.5-3b-lora"));
  EXPECT_EQ(law.format, QStringLiteral("peft"));
  EXPECT_EQ(law.domain, QStringLiteral("legal"));
  EXPECT_EQ(law.path(), kept(QStringLiteral("law-qwen2.5-3b-lora")));
  EXPECT_EQ(run.adapterNamed(QStringLiteral("medical-gemma-2b-it-lora"))->domain, QStringLiteral("medical"));
  const AdapterFit fit = run.adapters.fit(law.id, run.library.variants().first().id);
  EXPECT_EQ(fit.state, AdapterFit::State::DoesNotFit);
  EXPECT_FALSE(fit.reason.isEmpty());
}

TEST_F(AdapterLibraryTest, FilesAndFoldersAreCopiedWithWhatTheySay) {
  makeModel(ours(QStringLiteral("base.gguf")), QStringLiteral("Base"));
  const QString file = makeAdapter(path(QStringLiteral("in/法律 📚.gguf")), QStringLiteral("law-lora"));
  const QString folder = makePeft(path(QStringLiteral("in/peft")), QStringLiteral("coder"), QStringLiteral("qwen2"));
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    import(run, {file, folder + QStringLiteral("/adapter_model.safetensors"), folder});
    ASSERT_EQ(run.adapters.adapters().size(), 2);
    const AdapterRow law = *run.adapterNamed(QStringLiteral("law-lora"));
    EXPECT_EQ(law.domain, QStringLiteral("legal"));
    EXPECT_EQ(law.path(), kept(QStringLiteral("law-lora/法律 📚.gguf")));
    EXPECT_FALSE(law.files.first().linked);
    EXPECT_EQ(law.rank, 8);
    const AdapterRow coder = *run.adapterNamed(QStringLiteral("coder"));
    EXPECT_EQ(coder.path(), kept(QStringLiteral("coder")));
    EXPECT_EQ(coder.files.size(), 2);
    EXPECT_EQ(coder.domain, QStringLiteral("code"));
    const qint64 base = run.library.variants().first().id;
    EXPECT_EQ(run.adapters.fit(law.id, base).state, AdapterFit::State::Fits);
    EXPECT_EQ(run.adapters.fit(coder.id, base).state, AdapterFit::State::DoesNotFit);
    EXPECT_TRUE(run.adapters.fit(coder.id, base).reason.contains(QStringLiteral("qwen2")));
    EXPECT_EQ(run.files.checked, 1);  // other architectures need no look
    AdapterRow change = law;
    change.name = QStringLiteral("Law");
    change.domain = QStringLiteral("medical");
    change.description = QStringLiteral("mine");
    change.rank = 99;  // not the user's to change
    run.adapters.update(change);
    EXPECT_EQ(run.adapterNamed(QStringLiteral("Law"))->rank, 8);
    EXPECT_TRUE(run.notices.isEmpty());
  }
  LibraryRun again(home());
  ASSERT_TRUE(again.open());
  const AdapterRow law = *again.adapterNamed(QStringLiteral("Law"));
  EXPECT_EQ(law.domain, QStringLiteral("medical"));
  EXPECT_EQ(law.description, QStringLiteral("mine"));
  EXPECT_EQ(law.targets, QStringList{QStringLiteral("attn_q")});
  EXPECT_EQ(again.adapters.fit(law.id, again.library.variants().first().id).state, AdapterFit::State::Fits);
  EXPECT_EQ(again.files.checked, 0);  // kept
}

TEST_F(AdapterLibraryTest, DuplicatesAreNamedAndNothingIsLeft) {
  const QString file = makeAdapter(path(QStringLiteral("a.gguf")), QStringLiteral("one"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  import(run, {file});
  import(run, {makeAdapter(path(QStringLiteral("b.gguf")), QStringLiteral("one"))});
  import(run, {path(QStringLiteral("b.gguf"))}, ImportMode::Link);
  EXPECT_EQ(run.noticed(), (QList{ErrorId::LibraryDuplicate, ErrorId::LibraryDuplicate}));
  EXPECT_EQ(run.adapters.adapters().size(), 1);
  EXPECT_EQ(QDir(kept(QString())).entryList(QDir::Dirs | QDir::NoDotAndDotDot), QStringList{QStringLiteral("one")});
  import(run, {makeModel(path(QStringLiteral("model.gguf")), QStringLiteral("Model"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::AdapterRefused);
  import(run, {path(QStringLiteral("nothing"))});
  EXPECT_EQ(run.notices.last().id, ErrorId::LibraryFileGone);
}

TEST_F(AdapterLibraryTest, AdaptersAmongModelsAreHandedOver) {
  makeModel(path(QStringLiteral("mixed/model.gguf")), QStringLiteral("Model"));
  makeAdapter(path(QStringLiteral("mixed/lora.gguf")), QStringLiteral("lora"));
  makePeft(path(QStringLiteral("mixed/peft")), QStringLiteral("peft"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  run.import({path(QStringLiteral("mixed"))});
  EXPECT_EQ(run.titles(), QStringList{QStringLiteral("Model Q8_0")});
  EXPECT_EQ(run.adapters.adapters().size(), 2);
  EXPECT_TRUE(run.adapters.adapters().first().files.first().linked);
  EXPECT_TRUE(run.notices.isEmpty());
}

TEST_F(AdapterLibraryTest, FolderAndListAreCompared) {
  makeAdapter(kept(QStringLiteral("loose.gguf")), QStringLiteral("loose"));
  makePeft(kept(QStringLiteral("some/peft")), QStringLiteral("peft"));
  writeFile(kept(QStringLiteral("bad.gguf")), "nonsense");
  makeModel(ours(QStringLiteral("base.gguf")), QStringLiteral("Base"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.adapters.adapters().size(), 2);
  EXPECT_EQ(run.noticed(), QList{ErrorId::AdapterRefused});
  const AdapterRow loose = *run.adapterNamed(QStringLiteral("loose"));
  const qint64 base = run.library.variants().first().id;
  QStringList changedPaths;
  QObject::connect(&run.adapters, &AdapterLibrary::pathChanged, &run.core, [&](const QString& changed) { changedPaths += changed; });
  // Gone, and back as it was.
  ASSERT_TRUE(QFile::rename(loose.path(), path(QStringLiteral("away"))));
  run.adapters.setSwitch(5, {loose.id, true, 1});
  run.adapters.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_TRUE(run.adapters.adapter(loose.id)->isMissing());
  EXPECT_TRUE(run.adapters.active(5, base, nullptr).isEmpty());
  ASSERT_TRUE(QFile::rename(path(QStringLiteral("away")), loose.path()));
  run.adapters.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.adapters.active(5, base, nullptr).size(), 1);
  EXPECT_EQ(run.files.checked, 2);
  // Another file in its place.
  makeAdapter(loose.path(), QStringLiteral("changed"), QStringLiteral("qwen2"));
  run.adapters.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.adapters.adapter(loose.id)->architecture, QStringLiteral("qwen2"));
  EXPECT_EQ(run.adapters.fit(loose.id, base).state, AdapterFit::State::DoesNotFit);
  EXPECT_TRUE(run.adapters.active(5, base, nullptr).isEmpty());
  EXPECT_EQ(changedPaths, QStringList(3, loose.path()));
  EXPECT_EQ(run.notices.size(), 1);
  // Another model in the place of the base.
  makeModel(ours(QStringLiteral("base.gguf")), QStringLiteral("Base"), QStringLiteral("qwen2"), 2000);
  run.library.reconcile();
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(run.adapters.fit(loose.id, base).state, AdapterFit::State::Fits);
}

TEST_F(AdapterLibraryTest, SwitchesAreKeptForEachChat) {
  makeModel(ours(QStringLiteral("base.gguf")), QStringLiteral("Base"));
  makeAdapter(kept(QStringLiteral("a.gguf")), QStringLiteral("a"));
  makeAdapter(kept(QStringLiteral("b.gguf")), QStringLiteral("b"));
  makeAdapter(kept(QStringLiteral("c.gguf")), QStringLiteral("c"), QStringLiteral("qwen2"));
  qint64 a = 0, b = 0, c = 0, base = 0;
  {
    LibraryRun run(home());
    ASSERT_TRUE(run.open());
    a = run.adapterNamed(QStringLiteral("a"))->id;
    b = run.adapterNamed(QStringLiteral("b"))->id;
    c = run.adapterNamed(QStringLiteral("c"))->id;
    base = run.library.variants().first().id;
    QList<qint64> chats;
    QObject::connect(&run.adapters, &AdapterLibrary::switchesChanged, &run.core, [&](qint64 chat) { chats.append(chat); });
    run.adapters.setSwitch(0, {a, true, 1.5});
    run.adapters.setSwitch(0, {a, true, 1.5});
    run.adapters.setSwitch(0, {c, true, 1});
    run.adapters.setSwitch(0, {999, true, 1});  // no such adapter
    run.adapters.chatBegan(7);
    run.adapters.setSwitch(7, {b, true, 17});
    run.adapters.setSwitch(0, {a, false, 1.5});
    run.adapters.chatBegan(7);  // it has its own already
    EXPECT_EQ(chats, (QList<qint64>{0, 0, 7, 7, 0}));
    EXPECT_EQ(run.adapters.switches(7), (QList<AdapterSwitch>{{a, true, 1.5}, {b, true, 2}, {c, true, 1}}));
    run.adapters.setSwitch(7, {b, true, std::numeric_limits<double>::quiet_NaN()});
    run.adapters.setSwitch(8, {a, true, 0});
    run.adapters.setSwitch(8, {b, false, 1});
  }
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  EXPECT_EQ(run.adapters.switches(7), (QList<AdapterSwitch>{{a, true, 1.5}, {b, true, 1}, {c, true, 1}}));
  EXPECT_EQ(run.adapters.switches(0), (QList<AdapterSwitch>{{a, false, 1.5}, {c, true, 1}}));
  EXPECT_TRUE(run.adapters.switches(9).isEmpty());
  QList<double> scales{9, 9, 9};
  const QList<AdapterRow> active = run.adapters.active(7, base, &scales);
  ASSERT_EQ(active.size(), 2);  // c does not fit
  EXPECT_EQ(active[0].id, a);
  EXPECT_EQ(active[1].id, b);
  EXPECT_EQ(scales, (QList<double>{1.5, 1}));
  EXPECT_TRUE(run.adapters.active(8, base, &scales).isEmpty());  // a scale of 0 is off
  EXPECT_TRUE(scales.isEmpty());
}

TEST_F(AdapterLibraryTest, SwitchesGoWithTheirChat) {
  makeAdapter(kept(QStringLiteral("a.gguf")), QStringLiteral("a"));
  makeModel(path(QStringLiteral("starter.gguf")), QStringLiteral("S"));
  LibraryRun run(home(), path(QStringLiteral("starter.gguf")));
  ASSERT_TRUE(run.open());
  run.engine.finishLoad();
  run.core.viewModel().send(QStringLiteral("a chat"));
  const qint64 chat = run.core.viewModel().currentChatId();
  ASSERT_GT(chat, 0);
  run.adapters.setSwitch(chat, {run.adapters.adapters().first().id, true, 1});
  run.adapters.setSwitch(0, {run.adapters.adapters().first().id, true, 1});
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter_binding")).toInt(), 2);
  run.core.viewModel().deleteCurrentChat();
  run.core.chats().shutDown();
  run.core.storage().flush();
  QCoreApplication::processEvents();
  run.core.close();
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter_binding")).toInt(), 1);
}

TEST_F(AdapterLibraryTest, AnAdapterInUseCanBeRemoved) {
  makeModel(ours(QStringLiteral("base.gguf")), QStringLiteral("Base"));
  const QString linked = makeAdapter(path(QStringLiteral("a.gguf")), QStringLiteral("linked"));
  const QString folder = makePeft(path(QStringLiteral("p")), QStringLiteral("copied"));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  import(run, {linked}, ImportMode::Link);
  import(run, {folder});
  writeFile(kept(QStringLiteral("copied/README.md")), "from the hub");
  const AdapterRow first = *run.adapterNamed(QStringLiteral("linked"));
  const AdapterRow second = *run.adapterNamed(QStringLiteral("copied"));
  run.adapters.setSwitch(3, {first.id, true, 1});
  run.adapters.setSwitch(3, {second.id, true, 1});
  QStringList gone;
  QObject::connect(&run.adapters, &AdapterLibrary::pathChanged, &run.core, [&](const QString& changed) { gone += changed; });
  run.adapters.remove(first.id);
  run.adapters.remove(second.id);
  run.adapters.remove(second.id);
  ASSERT_TRUE(run.settle());
  EXPECT_EQ(gone, (QStringList{linked, kept(QStringLiteral("copied"))}));
  EXPECT_TRUE(run.adapters.adapters().isEmpty());
  EXPECT_TRUE(run.adapters.switches(3).isEmpty());
  EXPECT_TRUE(QFileInfo::exists(linked));
  EXPECT_FALSE(QFileInfo::exists(kept(QStringLiteral("copied"))));
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter_binding")).toInt(), 0);
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter_fit")).toInt(), 0);
}

TEST_F(AdapterLibraryTest, DownloadedAdaptersAreAdded) {
  makePeft(kept(QStringLiteral("who/lora")), QStringLiteral("lora"));
  ASSERT_TRUE(QDir().rename(kept(QStringLiteral("who")), path(QStringLiteral("later"))));
  LibraryRun run(home());
  ASSERT_TRUE(run.open());
  ASSERT_TRUE(QDir().rename(path(QStringLiteral("later")), kept(QStringLiteral("who"))));
  DownloadRow row;
  row.request.kind = DownloadRequest::Kind::Adapter;
  row.request.repository = QStringLiteral("who/lora");
  row.request.title = QStringLiteral("Medical QA");
  row.request.licence = QStringLiteral("apache-2.0");
  row.files = QStringList{kept(QStringLiteral("who/lora/README.md")), kept(QStringLiteral("who/lora/adapter_config.json")),
                          kept(QStringLiteral("who/lora/adapter_model.safetensors"))};
  Q_EMIT run.core.downloads().finished(row);
  ASSERT_TRUE(run.settle());
  ASSERT_EQ(run.adapters.adapters().size(), 1);
  const AdapterRow adapter = run.adapters.adapters().first();
  EXPECT_EQ(adapter.name, QStringLiteral("Medical QA"));
  EXPECT_EQ(adapter.domain, QStringLiteral("medical"));
  EXPECT_EQ(adapter.licence, QStringLiteral("apache-2.0"));
  EXPECT_EQ(adapter.source, QStringLiteral("download"));
  EXPECT_FALSE(adapter.files.first().linked);
}

TEST_F(AdapterLibraryTest, RandomActionsKeepListFitsAndDatabaseTogether) {
  std::mt19937 random(97);
  const auto pick = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  const QStringList architectures{QStringLiteral("llama"), QStringLiteral("qwen2")};
  for (const QString& architecture : architectures) makeModel(ours(architecture + QStringLiteral(".gguf")), architecture, architecture);
  auto run = std::make_unique<LibraryRun>(home());
  ASSERT_TRUE(run->open());
  for (int step = 0; step < 120; ++step) {
    const QList<AdapterRow> list = run->adapters.adapters();
    const qint64 some = list.isEmpty() ? 0 : list[pick(static_cast<int>(list.size()))].id;
    const QString name = QStringLiteral("a%1").arg(pick(5));
    switch (pick(7)) {
      case 0:
        run->adapters.import({makeAdapter(path(name + QStringLiteral(".gguf")), name, architectures[pick(2)])}, ImportMode::Copy);
        break;
      case 1:
        run->adapters.import({makePeft(path(name), name, architectures[pick(2)])}, pick(2) == 0 ? ImportMode::Copy : ImportMode::Link);
        break;
      case 2:
        run->adapters.remove(some);
        break;
      case 3:
        run->adapters.setSwitch(pick(3), {some, pick(2) == 0, pick(5) / 2.0});
        break;
      case 4:
        if (const auto row = run->adapters.adapter(some); row && !row->files.first().linked) {
          makeAdapter(kept(QStringLiteral("found%1.gguf").arg(pick(3))), name, architectures[pick(2)]);
          if (pick(2) == 0) QFile::remove(row->files.last().path);
        }
        run->adapters.reconcile();
        break;
      case 5:
        run->adapters.chatBegan(3 + pick(3));
        break;
      default:
        if (pick(4) == 0) {
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
  run->adapters.reconcile();
  ASSERT_TRUE(run->settle());
  int pairs = 0;
  for (const AdapterRow& row : run->adapters.adapters()) {
    for (const LibraryFile& file : row.files) EXPECT_EQ(file.missing, !QFileInfo::exists(file.path)) << qPrintable(file.path);
    for (const Variant& variant : run->library.variants()) {
      const AdapterFit fit = run->adapters.fit(row.id, variant.id);
      if (fit.state != AdapterFit::State::Unknown) ++pairs;
      if (row.isMissing()) continue;
      EXPECT_EQ(fit.state, row.architecture == variant.architecture ? AdapterFit::State::Fits : AdapterFit::State::DoesNotFit)
          << qPrintable(row.name) << qPrintable(variant.title());
    }
    for (qint64 chat = 0; chat < 6; ++chat) {
      for (const AdapterSwitch& change : run->adapters.switches(chat)) {
        EXPECT_TRUE(run->adapters.adapter(change.adapterId));
        EXPECT_GE(change.scale, 0);
        EXPECT_LE(change.scale, AdapterLibrary::kLargestScale);
      }
    }
  }
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter")).toInt(), run->adapters.adapters().size());
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM adapter_fit")).toInt(), pairs);
  EXPECT_EQ(stored(QStringLiteral("SELECT count(*) FROM pragma_foreign_key_check")).toInt(), 0);
  EXPECT_TRUE(QDir(kept(QStringLiteral(".incoming"))).isEmpty());
}

}  // namespace
