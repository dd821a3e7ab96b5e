// Files that are opened: what is asked, used, shown and refused; real libraries and database, fake model files.
#include "services/file_opening.h"

#include <sys/stat.h>
#include <QSignalSpy>

#include "app/support/library_fixture.h"
#include "viewmodels/opening_model.h"

namespace {

using hearth_test::FakeModelFiles;
using hearth_test::LibraryRun;
using hearth_test::waitFor;
using hearth_test::writeFile;

const QString kStarter = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");

class FileOpeningTest : public hearth_test::LibraryTest {
 protected:
  void SetUp() override {
    QLocale::setDefault(QLocale(QStringLiteral("en")));
    run = std::make_unique<LibraryRun>(home());
    listen();
  }
  void TearDown() override { run.reset(); }

  void listen() {
    question = run->core.viewModel().opening();
    QObject::connect(&run->core.opening(), &FileOpening::notice, &run->core, [this](const Problem& problem) { notices.append(problem); });
    QObject::connect(question, &OpeningModel::news, &run->core, [this](const Problem& problem) { notices.append(problem); });
    QObject::connect(question, &OpeningModel::pageWanted, &run->core, [this](const QString& page) { pages.append(page); });
    QObject::connect(question, &OpeningModel::asked, &run->core, [this] { ++asked; });
    QObject::connect(question, &OpeningModel::importUsed, &run->core, [this] { ++used; });
  }
  void open(const QStringList& paths) {
    notices.clear();
    pages.clear();
    asked = 0;
    run->core.opening().open(paths);
    ASSERT_TRUE(run->settle());
  }
  [[nodiscard]] QStringList names() const {
    QStringList list;
    for (const QVariant& item : question->items()) list += item.toMap()[QStringLiteral("name")].toString();
    return list;
  }
  [[nodiscard]] ErrorId noticed() const { return notices.size() == 1 ? notices.first().id : ErrorId::None; }
  [[nodiscard]] bool nothingChanged() const { return run->library.variants().isEmpty() && run->adapters.adapters().isEmpty(); }

  std::unique_ptr<LibraryRun> run;
  OpeningModel* question = nullptr;
  QList<Problem> notices;
  QStringList pages;
  int asked = 0;
  int used = 0;
};

TEST_F(FileOpeningTest, ANewModelIsAskedAboutImportedAndUsed) {
  ASSERT_TRUE(run->open());
  const QString file = makeModel(path(QStringLiteral("in/模型 one.gguf")), QStringLiteral("One"));
  open({file});
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(names(), QStringList{QStringLiteral("模型 one.gguf")});
  EXPECT_EQ(question->items().first().toMap()[QStringLiteral("about")].toString(), QStringLiteral("One · 1 kB"));
  EXPECT_TRUE(question->isOneModel());
  EXPECT_TRUE(nothingChanged()) << "before the answer nothing happens";
  question->accept(false, true);
  EXPECT_EQ(pages, QStringList{QStringLiteral("models")});
  ASSERT_TRUE(run->settle());
  ASSERT_TRUE(run->named(QStringLiteral("One")));
  EXPECT_TRUE(run->named(QStringLiteral("One"))->isLinked());
  EXPECT_EQ(run->models.path(), file);
  EXPECT_EQ(run->models.state(), ModelService::State::Loading);
  EXPECT_EQ(used, 1);
  EXPECT_EQ(noticed(), ErrorId::OpenedImported);
  EXPECT_TRUE(question->items().isEmpty());
}

TEST_F(FileOpeningTest, ImportedWithoutUsingItAndAsACopy) {
  ASSERT_TRUE(run->open());
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  open({file});
  question->accept(true, false);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->named(QStringLiteral("One"))->path(), ours(QStringLiteral("one.gguf")));
  EXPECT_EQ(run->engine.loads.size(), 0);
  EXPECT_TRUE(notices.isEmpty());
}

TEST_F(FileOpeningTest, AKnownModelIsUsedWithoutAsking) {
  ASSERT_TRUE(run->open());
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  run->import({file});
  open({file});
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(run->models.path(), file);
  EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
  EXPECT_EQ(pages, QStringList{QStringLiteral("chat")});
  run->engine.finishLoad();
  const auto loads = run->engine.loads.size();
  open({file});
  EXPECT_EQ(run->engine.loads.size(), loads) << "the model that answers is not loaded again";
  EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
}

TEST_F(FileOpeningTest, TheOriginalOfACopyIsKnown) {
  ASSERT_TRUE(run->open());
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  const QString link = path(QStringLiteral("link.gguf"));
  ASSERT_TRUE(QFile::link(file, link));
  run->import({file}, ImportMode::Copy);
  for (const QString& opened : {file, link}) {
    open({opened});
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(run->models.path(), ours(QStringLiteral("one.gguf")));
    EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
  }
  // Of the same size, but another.
  open({makeModel(path(QStringLiteral("two.gguf")), QStringLiteral("Two"))});
  EXPECT_EQ(asked, 1);
}

TEST_F(FileOpeningTest, AKnownModelWhoseFileIsGoneIsAskedAbout) {
  ASSERT_TRUE(run->open());
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  run->import({file});
  const QString moved = path(QStringLiteral("elsewhere/one.gguf"));
  ASSERT_TRUE(QDir().mkpath(path(QStringLiteral("elsewhere"))) && QFile::rename(file, moved));
  run->library.reconcile();
  ASSERT_TRUE(run->settle());
  open({moved});
  EXPECT_EQ(asked, 1);
  question->accept(false, true);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->library.variants().size(), 1) << "the entry is found again";
  EXPECT_EQ(run->models.path(), moved);
}

TEST_F(FileOpeningTest, AdaptersAreAskedAboutAndShown) {
  ASSERT_TRUE(run->open());
  const QString adapter = makeAdapter(path(QStringLiteral("law.gguf")), QStringLiteral("Law"));
  const QString peft = makePeft(path(QStringLiteral("peft")), QStringLiteral("Tales"));
  open({adapter, peft});
  EXPECT_EQ(names(), (QStringList{QStringLiteral("law.gguf"), QStringLiteral("peft")}));
  EXPECT_FALSE(question->isOneModel());
  question->accept(true, true);
  EXPECT_EQ(pages, QStringList{QStringLiteral("adapters")});
  ASSERT_TRUE(run->settle());
  EXPECT_TRUE(run->adapterNamed(QStringLiteral("Law")) && run->adapterNamed(QStringLiteral("Tales")));
  EXPECT_EQ(run->engine.loads.size(), 0);
  for (const QString& known : {adapter, peft, peft + QStringLiteral("/adapter_config.json")}) {
    open({known});
    EXPECT_EQ(asked, 0) << qPrintable(known);
    EXPECT_EQ(noticed(), ErrorId::OpenedAdapterHere);
    EXPECT_EQ(pages, QStringList{QStringLiteral("adapters")});
  }
}

TEST_F(FileOpeningTest, SeveralFilesAreOneQuestion) {
  ASSERT_TRUE(run->open());
  const QString known = makeModel(path(QStringLiteral("k.gguf")), QStringLiteral("Known"));
  run->import({known});
  const QString one = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("A"), QStringLiteral("llama"), 1500);
  const QString two = makeModel(path(QStringLiteral("b.gguf")), QStringLiteral("B"), QStringLiteral("llama"), 1600);
  const QString adapter = makeAdapter(path(QStringLiteral("c.gguf")), QStringLiteral("C"));
  const QString bad = writeFile(path(QStringLiteral("d.gguf")), "nothing of use");
  open({one, known, two, adapter, bad, path(QStringLiteral("gone.gguf"))});
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(names(), (QStringList{QStringLiteral("a.gguf"), QStringLiteral("b.gguf"), QStringLiteral("c.gguf")}));
  EXPECT_EQ(run->engine.loads.size(), 0) << "while something is asked, nothing is used";
  ASSERT_EQ(notices.size(), 2);
  EXPECT_EQ(notices[0].id, ErrorId::OpenedManyRefused);
  EXPECT_EQ(notices[1].id, ErrorId::LibraryDuplicate);
  question->accept(false, true);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->library.variants().size(), 3);
  EXPECT_EQ(run->adapters.adapters().size(), 1);
  EXPECT_EQ(notices.size(), 2) << "what is known and what was refused is not said again";
  EXPECT_EQ(run->engine.loads.size(), 0);
}

TEST_F(FileOpeningTest, SeveralKnownOnesUseTheFirst) {
  ASSERT_TRUE(run->open());
  const QString one = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("A"));
  const QString two = makeModel(path(QStringLiteral("b.gguf")), QStringLiteral("B"), QStringLiteral("llama"), 1600);
  run->import({one, two});
  open({two, one});
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(run->models.path(), two);
  ASSERT_EQ(notices.size(), 2);
}

TEST_F(FileOpeningTest, MoreComesToAnOpenQuestion) {
  ASSERT_TRUE(run->open());
  const QString one = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("A"));
  const QString two = makeModel(path(QStringLiteral("b.gguf")), QStringLiteral("B"));
  open({one});
  open({two});
  open({one});
  EXPECT_EQ(names(), (QStringList{QStringLiteral("a.gguf"), QStringLiteral("b.gguf")}));
  EXPECT_FALSE(question->isOneModel());
  question->dismiss();
  EXPECT_TRUE(question->items().isEmpty());
  EXPECT_TRUE(nothingChanged());
  question->accept(false, true);
  ASSERT_TRUE(run->settle());
  EXPECT_TRUE(nothingChanged()) << "an answer without a question";
}

TEST_F(FileOpeningTest, AnyPartOfASplitModelStandsForAll) {
  ASSERT_TRUE(run->open());
  QStringList parts;
  for (int i = 1; i <= 3; ++i)
    parts += makeModel(path(QStringLiteral("big-0000%1-of-00003.gguf").arg(i)), QStringLiteral("Big"), QStringLiteral("llama"), 1000 + i);
  open({parts[1]});
  EXPECT_EQ(names(), QStringList{QStringLiteral("big-00001-of-00003.gguf")});
  EXPECT_EQ(question->items().first().toMap()[QStringLiteral("about")].toString(), QStringLiteral("Big · 3 kB"));
  question->dismiss();
  open(parts);
  EXPECT_EQ(question->items().size(), 1);
  EXPECT_TRUE(question->isOneModel());
  question->accept(false, true);
  ASSERT_TRUE(run->settle());
  ASSERT_EQ(run->library.variants().size(), 1);
  EXPECT_EQ(run->library.variants().first().files.size(), 3);
  EXPECT_EQ(run->models.path(), parts[0]);
  run->engine.finishLoad();
  open({parts[2]});
  EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
  ASSERT_TRUE(QFile::remove(parts[0]));
  run->library.reconcile();
  ASSERT_TRUE(run->settle());
  open({parts[1]});
  EXPECT_EQ(noticed(), ErrorId::LibraryPartsMissing);
  EXPECT_EQ(asked, 0);
}

TEST_F(FileOpeningTest, WhatCannotBeOpenedIsNamedAndNothingIsLost) {
  ASSERT_TRUE(run->open());
  const QString pipe = path(QStringLiteral("pipe.gguf"));
  ASSERT_EQ(mkfifo(qPrintable(pipe), 0600), 0);
  ASSERT_TRUE(QDir().mkpath(path(QStringLiteral("folder.gguf"))));
  const QList<QPair<QString, ErrorId>> cases{
      {path(QStringLiteral("gone.gguf")), ErrorId::LibraryFileGone},
      {writeFile(path(QStringLiteral("text.txt")), "hello"), ErrorId::LibraryNoModel},
      {writeFile(path(QStringLiteral("empty.gguf")), ""), ErrorId::LibraryNoModel},
      {path(QStringLiteral("folder.gguf")), ErrorId::LibraryNothingFound},
      {pipe, ErrorId::LibraryNothingFound},
      {QStringLiteral("/dev/null"), ErrorId::LibraryNothingFound},
      {QStringLiteral("https://example.org/x.gguf"), ErrorId::OpenedNoFile},
      {writeFile(path(QStringLiteral("alone-00002-of-00003.gguf")), FakeModelFiles::modelText(QStringLiteral("Alone"))),
       ErrorId::LibraryPartsMissing}};
  for (const auto& [file, id] : cases) {
    open({file});
    EXPECT_EQ(noticed(), id) << qPrintable(file) << " " << qPrintable(errorName(noticed()));
    EXPECT_EQ(asked, 0);
    EXPECT_TRUE(nothingChanged());
  }
}

TEST_F(FileOpeningTest, AFolderIsSearched) {
  ASSERT_TRUE(run->open());
  makeModel(path(QStringLiteral("models/a.gguf")), QStringLiteral("A"));
  makeModel(path(QStringLiteral("models/deep/b.gguf")), QStringLiteral("B"));
  open({path(QStringLiteral("models"))});
  EXPECT_EQ(names(), (QStringList{QStringLiteral("a.gguf"), QStringLiteral("b.gguf")}));
  question->accept(false, false);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->library.variants().size(), 2);
}

TEST_F(FileOpeningTest, NamesAreShownOnOneLine) {
  ASSERT_TRUE(run->open());
  open({makeModel(path(QStringLiteral("a\nb\u202ec.gguf")), QStringLiteral("A"))});
  EXPECT_EQ(names(), QStringList{QStringLiteral("a b\ufffdc.gguf")});
  question->accept(true, true);
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(run->library.variants().size(), 1);
}

TEST_F(FileOpeningTest, OpenedBeforeTheDatabaseIsThere) {
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  run->core.open({{}, {file}, {}}, ModelService::Begin::Load);
  ASSERT_TRUE(waitFor([this] { return asked == 1; }));
  question->accept(false, false);
  ASSERT_TRUE(run->settle());
  // At the next start it is known: the first model that is loaded, instead of the one used last.
  run = std::make_unique<LibraryRun>(home(), kStarter);
  listen();
  asked = 0;
  notices.clear();
  run->core.open({{}, {file}, {}}, ModelService::Begin::Hold);
  ASSERT_TRUE(waitFor([this] { return !notices.isEmpty(); }));
  ASSERT_TRUE(run->settle());
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
  ASSERT_EQ(run->engine.loads.size(), 1) << "opening it is the word of the user, also after a crash";
  EXPECT_EQ(run->engine.loads.first().path, file);
}

TEST_F(FileOpeningTest, ACopyOfTheStarterIsKnownAtTheFirstStart) {
  const QString starter = makeModel(path(QStringLiteral("share/ember.gguf")), QStringLiteral("Ember"));
  const QString copy = path(QStringLiteral("copy of it.gguf"));
  ASSERT_TRUE(QFile::copy(starter, copy));
  run = std::make_unique<LibraryRun>(home(), starter);
  listen();
  run->core.open({{}, {copy}, {}}, ModelService::Begin::Load);
  ASSERT_TRUE(waitFor([this] { return !notices.isEmpty(); }));
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(noticed(), ErrorId::OpenedInUse);
  EXPECT_EQ(run->engine.loads.size(), 1);
  EXPECT_EQ(run->library.variants().size(), 1);
}

TEST_F(FileOpeningTest, LoadingLeavesTheLibraryAlone) {
  const QString file = makeModel(path(QStringLiteral("one.gguf")), QStringLiteral("One"));
  run->core.open({file, {}, {}}, ModelService::Begin::Load);
  ASSERT_TRUE(waitFor([this] { return run->opened; }) && run->settle());
  EXPECT_EQ(run->models.path(), file);
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(nothingChanged());
}

TEST_F(FileOpeningTest, NewsTakeTheirPlaceAtOnce) {
  ASSERT_TRUE(run->open());
  const QString one = makeModel(path(QStringLiteral("a.gguf")), QStringLiteral("A"));
  const QString two = makeModel(path(QStringLiteral("b.gguf")), QStringLiteral("B"), QStringLiteral("llama"), 1600);
  run->import({one, two});
  open({one});
  EXPECT_TRUE(run->core.viewModel().notice().startsWith(QStringLiteral("A ")));
  open({two});
  EXPECT_TRUE(run->core.viewModel().notice().startsWith(QStringLiteral("B ")));
  EXPECT_EQ(run->core.viewModel().noticeTone(), QStringLiteral("info"));
  run->core.viewModel().dismissNotice();
  EXPECT_TRUE(run->core.viewModel().notice().isEmpty()) << "that A answers is not true any more";
}

}  // namespace
