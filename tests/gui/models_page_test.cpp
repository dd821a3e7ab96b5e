// The models page in the real window with the real engine, library, downloads and a hub of the test's own: search, download, use,
// import by dropping, make smaller, delete.
#include <QQuickStyle>
#include <QTemporaryDir>

#include "app/support/hub_server.h"
#include "app_core.h"
#include "bridge/engine_model_files.h"
#include "gui/real_window.h"

using namespace hearth_test;

namespace {

constexpr int kTimeout = 60'000;  // ms; sanitizers and a busy machine included
const QString kEmber = QStringLiteral(HEARTH_MODELS "/ember-q8_0.gguf");

void screenshot(const QString& name) {
  QTest::qWait(300);  // let animations end
  mainWindow()->grabWindow().save(QStringLiteral("models_%1.png").arg(name));
}

/// All items of this name that can be seen, from the top.
void collect(QQuickItem* root, const QString& name, QList<QQuickItem*>& found) {
  if (!root || !root->isVisible()) return;
  if (root->objectName() == name) found.append(root);
  for (QQuickItem* child : root->childItems()) collect(child, name, found);
}

QList<QQuickItem*> shown(const char* name, QQuickItem* root = nullptr) {
  QList<QQuickItem*> found;
  collect(root ? root : mainWindow()->contentItem(), QString::fromLatin1(name), found);
  return found;
}

/// The first of them whose property has this value; nullptr: none.
QQuickItem* shownWith(const char* name, const char* property, const QString& value) {
  for (QQuickItem* one : shown(name))
    if (one->property(property).toString() == value) return one;
  return nullptr;
}

/// Brings a control into view and clicks it.
void press(QQuickItem* target) {
  QVERIFY(target);
  for (QQuickItem* view = target->parentItem(); view; view = view->parentItem()) {
    if (!view->inherits("QQuickFlickable")) continue;
    const double most = std::max(0.0, view->property("contentHeight").toDouble() - view->height());
    const double at = target->mapToItem(view->property("contentItem").value<QQuickItem*>(), QPointF()).y();
    view->setProperty("contentY", std::clamp(at - 60.0, 0.0, most));
    break;
  }
  QTest::qWait(50);
  QTest::mouseClick(mainWindow(), Qt::LeftButton, Qt::NoModifier,
                    target->mapToScene(QPointF(target->width() / 2, target->height() / 2)).toPoint());
  QTest::qWait(50);
}

QByteArray content(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class ModelsPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void searchDownloadAndUse();
  void importByDroppingAndForget();
  void makeSmallerAndUse();
  void settingsOfAVariant();
  void deleteFreesTheDisk();
  void cleanupTestCase();

 private:
  void openTab(const char* option);
  void menu(const QString& model, const QString& variant, const char* action);
  [[nodiscard]] QString ask(const QString& question);
  [[nodiscard]] AppCore& core() { return m_application->core(); }
  [[nodiscard]] ModelLibrary& library() { return core().library(); }

  QTemporaryDir m_home, m_files;
  HubServer m_hub;
  std::unique_ptr<Application> m_application;
  QString m_small;  // a smaller Ember
};

void ModelsPageTest::initTestCase() {
  qputenv("HEARTH_DOWNLOAD_TUNING", "fast");
  // Models that the starter model is not the same as: made of it.
  EngineModelFiles files(m_files.path());
  const auto choices = files.smallerVariants(kEmber);
  QVERIFY2(choices && !choices.value->isEmpty(), qPrintable(choices.problem.cause() + choices.problem.detail));
  m_small = m_files.filePath(QStringLiteral("tiny.gguf"));
  WorkControl control;
  const Problem problem = files.quantise(kEmber, m_small, choices.value->first().type, {}, control);
  QVERIFY2(!problem, qPrintable(problem.cause() + problem.detail));
  m_hub.add({QStringLiteral("ann/Tiny-Story-GGUF"),
             {{QStringLiteral("Tiny-Story-Q4_0.gguf"), content(m_small)},
              {QStringLiteral("Tiny-Story-Q6_K.gguf"), HubServer::bytes(50'000)},
              {QStringLiteral("README.md"), "---\nlicense: mit\n---\n# Tiny Story\n\n## Training data\nStories.\n", false}},
             {QStringLiteral("gguf")},
             QStringLiteral("mit")});
  m_application = startApplication(m_home.path());
  QVERIFY(m_application);
  QTRY_VERIFY_WITH_TIMEOUT(core().chats().isStarted(), kTimeout);
  core().network().setAddress(Endpoint::Kind::HuggingFace, m_hub.url());
  core().network().setAddress(Endpoint::Kind::HfMirror, m_hub.url(HubSite::Mirror));
  core().settings().setValue(SettingKey::MaxTokens, 20);
  core().settings().setValue(SettingKey::ReducedMotion, true);
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready, kTimeout);
  QTRY_COMPARE_WITH_TIMEOUT(library().variants().size(), 1, kTimeout);  // Ember
}

void ModelsPageTest::cleanupTestCase() {
  m_application.reset();
}

void ModelsPageTest::openTab(const char* option) {
  if (shown("modelTabs").isEmpty()) QTest::keyClick(mainWindow(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_VERIFY(!shown(option).isEmpty());
  press(shown(option).first());
}

void ModelsPageTest::menu(const QString& model, const QString& variant, const char* action) {
  QQuickItem* row = nullptr;
  for (QQuickItem* one : shown("installedRow"))
    if (one->property("modelName").toString() == model && one->property("name").toString() == variant) row = one;
  QVERIFY2(row, qPrintable(model + u' ' + variant));
  press(shown("variantMenuButton", row).value(0));
  QTRY_VERIFY(!shown(action).isEmpty());
  press(shown(action).first());
}

/// Asks in a new chat and waits for the answer.
QString ModelsPageTest::ask(const QString& question) {
  QTest::keyClick(mainWindow(), Qt::Key_N, Qt::ControlModifier);
  if (!QTest::qWaitFor([] { return item("composer") && item("composer")->hasActiveFocus(); }, kTimeout)) return {};
  type(question);
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  const auto done = [] { return rowCount("conversationList") == 2 && rowValue("conversationList", 1, "status") == QLatin1String("done"); };
  return QTest::qWaitFor(done, kTimeout) ? rowValue("conversationList", 1, "text").toString() : QString();
}

void ModelsPageTest::searchDownloadAndUse() {
  QTest::keyClick(mainWindow(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
  QTRY_VERIFY(!shown("installedRow").isEmpty());
  screenshot(QStringLiteral("installed"));
  QTest::keyClick(mainWindow(), Qt::Key_F, Qt::ControlModifier);
  QTRY_VERIFY(!shown("modelSearch").isEmpty() && shown("modelSearch").first()->hasActiveFocus());
  QVERIFY2(shown("offer").size() > 10, "the catalogue is there");
  screenshot(QStringLiteral("discover"));
  type(QStringLiteral("tiny-story"));
  QTest::keyClick(mainWindow(), Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(shownWith("offer", "name", QStringLiteral("Tiny-Story-GGUF")), kTimeout);
  press(shown("offerHeader", shownWith("offer", "name", QStringLiteral("Tiny-Story-GGUF"))).value(0));
  QTRY_COMPARE_WITH_TIMEOUT(shown("offerVariant").size(), 2, kTimeout);
  QQuickItem* variant = shownWith("offerVariant", "name", QStringLiteral("Q4_0"));
  QVERIFY(variant);
  screenshot(QStringLiteral("found"));
  press(shown("variantDownload", variant).value(0));
  QTRY_COMPARE_WITH_TIMEOUT(shownWith("offerVariant", "name", QStringLiteral("Q4_0"))->property("status").toString(),
                            QStringLiteral("installed"), kTimeout);
  QCOMPARE(library().variants().size(), 2);
  openTab("option-downloads");
  QTRY_COMPARE(shown("download").size(), 1);
  QCOMPARE(shown("download").first()->property("status").toString(), QStringLiteral("done"));
  screenshot(QStringLiteral("downloads"));
  press(shown("useDownload").value(0));
  QTRY_VERIFY_WITH_TIMEOUT(core().models().state() == ModelService::State::Ready &&
                               core().models().path().startsWith(m_home.path() + QStringLiteral("/models/")),
                           kTimeout);
  const std::optional<Variant> loaded = library().variantOf(core().models().path());
  QVERIFY(loaded && loaded->source == QLatin1String("download"));
  QCOMPARE(content(loaded->path()), content(m_small));
  QVERIFY(!ask(QStringLiteral("Hello!")).isEmpty());
}

void ModelsPageTest::importByDroppingAndForget() {
  // One byte more than the downloaded one, in the padding at the end: another file.
  const QString dropped = m_files.filePath(QStringLiteral("中文 模型 😀.gguf"));
  QFile file(dropped);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(content(m_small) + QByteArray(32, '\0'));
  file.close();
  QObject* area = mainWindow()->findChild<QObject*>(QStringLiteral("fileDrop"));
  QVERIFY(area);
  QVERIFY(QMetaObject::invokeMethod(area, "taken", Q_ARG(QVariant, QVariant::fromValue(QList<QUrl>{QUrl::fromLocalFile(dropped)}))));
  QTRY_VERIFY_WITH_TIMEOUT(!shown("importConfirm").isEmpty(), kTimeout);
  screenshot(QStringLiteral("import"));
  press(shown("importUse").value(0));  // the model that answers stays
  press(shown("importConfirm").value(0));
  QTRY_COMPARE_WITH_TIMEOUT(library().variants().size(), 3, kTimeout);
  const std::optional<Variant> linked = library().variantOf(dropped);
  QVERIFY(linked && linked->isLinked());
  QTRY_VERIFY(!shown("installedTab").isEmpty());
  menu(linked->modelName, linked->name, "removeAction");
  QTRY_VERIFY(!shown("removeConfirm").isEmpty());
  QVERIFY(shown("removalText").first()->property("text").toString().contains(QLatin1String("stay where they are")));
  screenshot(QStringLiteral("remove"));
  press(shown("removeConfirm").first());
  QTRY_COMPARE_WITH_TIMEOUT(library().variants().size(), 2, kTimeout);
  QVERIFY2(QFile::exists(dropped), "a linked file is only forgotten");
}

void ModelsPageTest::makeSmallerAndUse() {
  openTab("option-installed");
  const Variant ember = *library().variantOf(kEmber);
  menu(ember.modelName, ember.name, "smallerAction");
  QTRY_VERIFY_WITH_TIMEOUT(!shown("smallerRow").isEmpty(), kTimeout);
  QVERIFY2(!shown("requantiseNote").isEmpty(), "Q8_0 is quantised already");
  screenshot(QStringLiteral("smaller"));
  const QString wanted = shown("smallerRow").last()->property("type").toString();
  press(shown(qPrintable(QStringLiteral("make-") + wanted)).value(0));
  QTRY_COMPARE_WITH_TIMEOUT(library().variants().size(), 3, kTimeout);
  Variant made;
  for (const Variant& one : library().variants())
    if (one.source == QLatin1String("made")) made = one;
  QCOMPARE(made.modelId, ember.modelId);
  QVERIFY(made.bytes() > 0 && made.bytes() < ember.bytes());
  screenshot(QStringLiteral("made"));
  QQuickItem* row = nullptr;
  for (QQuickItem* one : shown("installedRow"))
    if (one->property("variantId").toLongLong() == made.id) row = one;
  QVERIFY(row);
  press(shown("useButton", row).value(0));
  QTRY_VERIFY_WITH_TIMEOUT(core().models().path() == made.path() && core().models().state() == ModelService::State::Ready, kTimeout);
  QVERIFY(!ask(QStringLiteral("Tell me a story.")).isEmpty());
}

void ModelsPageTest::settingsOfAVariant() {
  openTab("option-installed");
  const Variant ember = *library().variantOf(kEmber);
  menu(ember.modelName, ember.name, "settingsAction");
  QTRY_VERIFY(!shown("ownTemperature").isEmpty());
  press(shown("option-own", shown("ownTemperature").first()).value(0));
  QTRY_VERIFY(library().variant(ember.id)->settings.temperature.has_value());
  screenshot(QStringLiteral("settings"));
  // The preview comes from the model's own template.
  QTRY_VERIFY_WITH_TIMEOUT(!core().viewModel().models()->editor()->preview().isEmpty(), kTimeout);
  core().viewModel().models()->editor()->chatTemplate()->setOwn(true);
  core().viewModel().models()->editor()->chatTemplate()->setText(QStringLiteral("{% for m in messages %}[{{ m.content }}]{% endfor %}"));
  QTRY_VERIFY_WITH_TIMEOUT(core().viewModel().models()->editor()->preview().startsWith(QLatin1String("[Hello!]")), kTimeout);
  core().viewModel().models()->editor()->chatTemplate()->setText(QStringLiteral("{% broken"));
  QTRY_VERIFY_WITH_TIMEOUT(!core().viewModel().models()->editor()->previewProblem().isEmpty(), kTimeout);
  core().viewModel().models()->editor()->reset();
  QTest::keyClick(mainWindow(), Qt::Key_Escape);
  QTRY_VERIFY(shown("ownTemperature").isEmpty());
  QVERIFY(library().variant(ember.id)->settings == VariantSettings());
}

void ModelsPageTest::deleteFreesTheDisk() {
  openTab("option-installed");
  Variant downloaded;
  for (const Variant& one : library().variants())
    if (one.source == QLatin1String("download")) downloaded = one;
  QVERIFY(QFile::exists(downloaded.path()));
  const double used = core().viewModel().models()->usedBytes();
  menu(downloaded.modelName, downloaded.name, "removeAction");
  QTRY_VERIFY(!shown("removeConfirm").isEmpty());
  QVERIFY(shown("removalText").first()->property("text").toString().contains(QLatin1String("frees")));
  press(shown("removeConfirm").first());
  QTRY_COMPARE_WITH_TIMEOUT(library().variants().size(), 2, kTimeout);
  QTRY_VERIFY(!QFile::exists(downloaded.path()));
  QCOMPARE(core().viewModel().models()->usedBytes(), used - static_cast<double>(downloaded.bytes()));
}

int main(int argc, char** argv) {
  QGuiApplication application(argc, argv);
  QGuiApplication::setApplicationName(QStringLiteral("hearth"));
  QQuickStyle::setStyle(QStringLiteral("Basic"));
  ModelsPageTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "models_page_test.moc"
