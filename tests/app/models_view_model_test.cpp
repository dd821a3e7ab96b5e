// The models on this computer as the page shows them: real library and database, fake model files.
#include "viewmodels/models_view_model.h"

#include <QAbstractItemModelTester>

#include "app/support/library_fixture.h"

namespace {

using hearth_test::LibraryRun;
using hearth_test::LibraryTest;
using hearth_test::waitFor;
using hearth_test::writeFile;

class ModelsViewModelTest : public LibraryTest {
 protected:
  void SetUp() override {
    QLocale::setDefault(QLocale(QStringLiteral("en")));
    open();
  }
  void TearDown() override {
    tester.reset();
    run.reset();
    QLocale::setDefault(QLocale::system());
  }
  void open() {
    tester.reset();
    run = std::make_unique<LibraryRun>(home());
    ASSERT_TRUE(run->open());
    models = run->core.viewModel().models();
    models->refreshFits();
    installed = models->installed();
    tester = std::make_unique<QAbstractItemModelTester>(installed, QAbstractItemModelTester::FailureReportingMode::Fatal);
  }
  [[nodiscard]] const InstalledRow* row(const QString& name) const {
    for (const InstalledRow& one : installed->rows())
      if (one.modelName == name) return &one;
    return nullptr;
  }
  [[nodiscard]] qint64 idOf(const QString& name) const { return row(name) ? row(name)->key : 0; }

  std::unique_ptr<LibraryRun> run;
  ModelsViewModel* models = nullptr;
  InstalledModel* installed = nullptr;
  std::unique_ptr<QAbstractItemModelTester> tester;
};

TEST_F(ModelsViewModelTest, ImportsLinksAndCopies) {
  const QString linked = makeModel(path(QStringLiteral("a/Alpha-Q8_0.gguf")), QStringLiteral("Alpha"));
  const QString copied = makeModel(path(QStringLiteral("b/Beta-Q8_0.gguf")), QStringLiteral("Beta"), QStringLiteral("llama"), 3000);
  models->importUrls({QUrl::fromLocalFile(linked), QUrl(QStringLiteral("https://example.org/x.gguf"))}, false);
  ASSERT_TRUE(run->settle());
  models->importPath(copied, true);
  ASSERT_TRUE(run->settle());
  ASSERT_EQ(installed->count(), 2);
  EXPECT_TRUE(row(QStringLiteral("Alpha"))->linked);
  EXPECT_FALSE(row(QStringLiteral("Beta"))->linked);
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("ready"));
  EXPECT_TRUE(row(QStringLiteral("Alpha"))->first);
  ASSERT_EQ(models->usage().size(), 1) << "linked files are on nobody's account";
  EXPECT_EQ(models->usedBytes(), 3000.0);
  EXPECT_GT(models->freeBytes(), 0.0);
  EXPECT_TRUE(models->removalText(idOf(QStringLiteral("Alpha"))).contains(QStringLiteral("stay where they are")));
  EXPECT_FALSE(models->removalText(idOf(QStringLiteral("Alpha"))).contains(QStringLiteral("frees")));
  EXPECT_TRUE(models->removalText(idOf(QStringLiteral("Beta"))).contains(QStringLiteral("3 kB")));
  const qint64 beta = idOf(QStringLiteral("Beta"));
  models->remove(beta);
  models->remove(idOf(QStringLiteral("Alpha")));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(installed->count(), 0);
  EXPECT_TRUE(QFile::exists(linked)) << "a linked file is only forgotten";
  EXPECT_FALSE(QFile::exists(ours(QStringLiteral("Beta-Q8_0.gguf"))));
  EXPECT_EQ(models->usedBytes(), 0.0);
}

TEST_F(ModelsViewModelTest, UsesAndRemembers) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha")), false);
  models->importPath(makeModel(path(QStringLiteral("Beta-Q8_0.gguf")), QStringLiteral("Beta")), false);
  ASSERT_TRUE(run->settle());
  models->use(idOf(QStringLiteral("Beta")));
  EXPECT_EQ(row(QStringLiteral("Beta"))->status, QStringLiteral("loading"));
  run->engine.finishLoad();
  EXPECT_EQ(row(QStringLiteral("Beta"))->status, QStringLiteral("loaded"));
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("ready"));
  ASSERT_EQ(models->recent().size(), 2);
  EXPECT_EQ(models->recent().first().toMap()[QStringLiteral("title")], QStringLiteral("Beta")) << "used last";
  EXPECT_EQ(models->recent().first().toMap()[QStringLiteral("status")], QStringLiteral("loaded"));
}

TEST_F(ModelsViewModelTest, SaysWhyAModelDoesNotLoad) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha")), false);
  ASSERT_TRUE(run->settle());
  models->use(idOf(QStringLiteral("Alpha")));
  run->engine.failLoad(QStringLiteral("it is cut off"));
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("failed"));
  EXPECT_FALSE(row(QStringLiteral("Alpha"))->problem.trimmed().isEmpty());
  models->use(idOf(QStringLiteral("Alpha")));
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("loading"));
  EXPECT_TRUE(row(QStringLiteral("Alpha"))->problem.isEmpty());
}

TEST_F(ModelsViewModelTest, MissingFilesAreShownAndFoundAgain) {
  const QString file = makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha"));
  models->importPath(file, false);
  ASSERT_TRUE(run->settle());
  const QString moved = path(QStringLiteral("moved.gguf"));
  ASSERT_TRUE(QFile::rename(file, moved));
  models->reconcile();
  ASSERT_TRUE(run->settle());
  ASSERT_TRUE(row(QStringLiteral("Alpha")));
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("missing"));
  EXPECT_FALSE(row(QStringLiteral("Alpha"))->canShrink);
  EXPECT_TRUE(models->recent().isEmpty()) << "nothing to switch to";
  models->use(idOf(QStringLiteral("Alpha")));
  EXPECT_NE(run->models.path(), file);
  models->locate(idOf(QStringLiteral("Alpha")), QUrl::fromLocalFile(moved));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(row(QStringLiteral("Alpha"))->status, QStringLiteral("ready"));
}

TEST_F(ModelsViewModelTest, VerifiesFiles) {
  const QString file = makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha"), QStringLiteral("llama"), 5000);
  models->importPath(file, false);
  ASSERT_TRUE(run->settle());
  models->verify(idOf(QStringLiteral("Alpha")));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(row(QStringLiteral("Alpha"))->verifyTone, QStringLiteral("good"));
  QFile damaged(file);
  ASSERT_TRUE(damaged.open(QIODevice::ReadWrite));
  damaged.seek(4000);
  damaged.write("!");
  damaged.close();
  models->verify(idOf(QStringLiteral("Alpha")));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(row(QStringLiteral("Alpha"))->verifyTone, QStringLiteral("bad"));
  EXPECT_TRUE(row(QStringLiteral("Alpha"))->verifyText.startsWith(QStringLiteral("Damaged")));
}

TEST_F(ModelsViewModelTest, MakesASmallerVariant) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-F16.gguf")), QStringLiteral("Alpha")), true);
  ASSERT_TRUE(run->settle());
  SmallerVariantsModel* smaller = models->smaller();
  smaller->show(idOf(QStringLiteral("Alpha")));
  EXPECT_TRUE(smaller->busy());
  ASSERT_TRUE(waitFor([&] { return smaller->count() == 1; }));
  EXPECT_FALSE(smaller->busy());
  EXPECT_TRUE(smaller->requantises()) << "Q8_0";
  EXPECT_EQ(smaller->rows().first().key, QStringLiteral("Q4_K_M"));
  EXPECT_EQ(smaller->rows().first().qualityText, QStringLiteral("Hardly worse"));
  EXPECT_TRUE(smaller->rows().first().problem.isEmpty());
  smaller->make(QStringLiteral("Q4_K_M"));
  EXPECT_EQ(models->jobs()->rows().last().title,
            QStringLiteral("Making a smaller variant of %1 (Q4_K_M)").arg(row(QStringLiteral("Alpha"))->modelName));
  ASSERT_TRUE(run->settle());
  ASSERT_EQ(installed->count(), 2);
  EXPECT_EQ(std::count_if(installed->rows().cbegin(), installed->rows().cend(), [](const InstalledRow& one) { return one.first; }), 1)
      << "below its model";
  smaller->show(idOf(QStringLiteral("Alpha")));
  ASSERT_TRUE(waitFor([&] { return smaller->count() == 1; }));
  EXPECT_FALSE(smaller->rows().first().problem.isEmpty()) << "it is there already";
}

TEST_F(ModelsViewModelTest, NoSpaceForASmallerVariantIsSaidBefore) {
  run->files.choiceBytes = quint64(1) << 60;
  models->importPath(makeModel(path(QStringLiteral("Alpha-F16.gguf")), QStringLiteral("Alpha")), true);
  ASSERT_TRUE(run->settle());
  models->smaller()->show(idOf(QStringLiteral("Alpha")));
  ASSERT_TRUE(waitFor([this] { return models->smaller()->count() == 1; }));
  EXPECT_TRUE(models->smaller()->rows().first().problem.contains(QStringLiteral("disk")));
}

TEST_F(ModelsViewModelTest, JobsAreCancelledAndFailuresStay) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-F16.gguf")), QStringLiteral("Alpha")), true);
  ASSERT_TRUE(run->settle());
  run->files.slow = true;
  models->smaller()->show(idOf(QStringLiteral("Alpha")));
  models->smaller()->make(QStringLiteral("Q4_K_M"));
  ASSERT_TRUE(waitFor([this] { return models->jobs()->count() > 0 && models->jobs()->rows().last().status == QLatin1String("running"); }));
  models->jobs()->cancel(models->jobs()->rows().last().key);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(installed->count(), 1);
  models->importPath(writeFile(path(QStringLiteral("broken.gguf")), "GGUF nonsense"), false);
  ASSERT_TRUE(run->settle());
  EXPECT_FALSE(run->notices.isEmpty() && run->failures.isEmpty()) << "a bad file is said so";
}

TEST_F(ModelsViewModelTest, SettingsOfAVariantAreStoredAndReset) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha")), false);
  ASSERT_TRUE(run->settle());
  const qint64 id = idOf(QStringLiteral("Alpha"));
  VariantSettingsModel* editor = models->editor();
  run->core.settings().setValue(SettingKey::Temperature, 0.4);
  editor->show(id);
  EXPECT_FALSE(editor->temperature()->own());
  EXPECT_DOUBLE_EQ(editor->temperature()->number(), 0.4) << "as in the settings";
  editor->temperature()->setNumber(1.5);
  EXPECT_DOUBLE_EQ(editor->temperature()->number(), 0.4) << "not without its own";
  editor->temperature()->setOwn(true);
  EXPECT_DOUBLE_EQ(editor->temperature()->number(), 0.4) << "begins with what was in force";
  editor->temperature()->setNumber(1.25);
  editor->contextLength()->setOwn(true);
  editor->contextLength()->setNumber(4096);
  editor->systemPrompt()->setOwn(true);
  editor->systemPrompt()->setText(QStringLiteral("Be brief."));
  editor->save();
  EXPECT_TRUE(row(QStringLiteral("Alpha"))->own);
  run->settle();
  open();
  const VariantSettings stored = run->library.variant(id)->settings;
  EXPECT_EQ(stored.temperature, std::optional<double>(1.25));
  EXPECT_EQ(stored.contextLength, std::optional<int>(4096));
  EXPECT_EQ(stored.systemPrompt, std::optional<QString>(QStringLiteral("Be brief.")));
  EXPECT_FALSE(stored.topK);
  models->editor()->show(id);
  models->editor()->reset();
  EXPECT_EQ(run->library.variant(id)->settings, VariantSettings());
  EXPECT_FALSE(row(QStringLiteral("Alpha"))->own);
}

TEST_F(ModelsViewModelTest, SaysWhenTheLoadedModelHasToBeReloaded) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha")), false);
  ASSERT_TRUE(run->settle());
  models->use(idOf(QStringLiteral("Alpha")));
  run->engine.finishLoad();
  VariantSettingsModel* editor = models->editor();
  editor->show(idOf(QStringLiteral("Alpha")));
  EXPECT_FALSE(editor->needsReload());
  editor->temperature()->setOwn(true);
  EXPECT_FALSE(editor->needsReload()) << "effective at once";
  editor->contextLength()->setOwn(true);
  editor->contextLength()->setNumber(2048);
  EXPECT_TRUE(editor->needsReload());
  editor->save();
  run->core.viewModel().reloadModel();
  run->engine.finishLoad();
  EXPECT_FALSE(editor->needsReload());
}

TEST_F(ModelsViewModelTest, ShowsTheCardOfAFile) {
  models->importPath(makeModel(path(QStringLiteral("Alpha-Q8_0.gguf")), QStringLiteral("Alpha")), false);
  ASSERT_TRUE(run->settle());
  models->showCard(idOf(QStringLiteral("Alpha")));
  EXPECT_EQ(models->card()->title(), QStringLiteral("Alpha"));
  ASSERT_EQ(models->card()->metadata().size(), 1);
  EXPECT_EQ(models->card()->metadata().first().toMap()[QStringLiteral("label")], QStringLiteral("general.name"));
  EXPECT_EQ(models->card()->blocks(), nullptr);
  EXPECT_TRUE(models->card()->address().isEmpty());
}

TEST_F(ModelsViewModelTest, ShowsWhatWasMeasuredOfAModel) {
  const auto shown = [this](const QString& shares, const QString& english) {
    Variant variant;
    variant.modelName = QStringLiteral("Alpha");
    variant.facts.metadata = {{QStringLiteral("hearth.evaluation.fact_en"), english},
                              {QStringLiteral("hearth.evaluation.fact_zh"), QStringLiteral("0.875")},
                              {QStringLiteral("hearth.expert_shares"), shares}};
    models->card()->show(variant);
    QStringList values;
    for (const QVariant& fact : models->card()->facts()) values += fact.toMap()[QStringLiteral("value")].toString();
    return values;
  };
  EXPECT_TRUE(
      shown(QStringLiteral("1.00 0.50\n1.25 0.75"), QStringLiteral("0.93")).contains(QStringLiteral("93 % in English, 88 % in Chinese")));
  ASSERT_EQ(models->card()->expertShares().size(), 2);
  EXPECT_EQ(models->card()->expertShares().at(1).toList(), (QVariantList{1.25, 0.75}));
  for (const char* strange : {"1.0 many", "1.0 -0.5", "nan 1", "inf 1"}) {
    EXPECT_FALSE(shown(QString::fromLatin1(strange), QStringLiteral("1.5")).join(u' ').contains(QStringLiteral("Chinese"))) << strange;
    EXPECT_TRUE(models->card()->expertShares().isEmpty()) << strange;
  }
}

}  // namespace
