#include "application.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QQmlApplicationEngine>
#include <QUrl>
#include <QVariant>

#include "announcer.h"
#include "app_core.h"
#include "background_notices.h"
#include "blocked_network.h"
#include "bridge/engine_client.h"
#include "desktop_notifier.h"
#include "services/leftovers.h"
#include "services/session_marker.h"
#include "system_theme.h"
#include "tray.h"

Application::Application(Options options, QObject* parent)
    : QObject(parent),
      m_welcome(options.welcome),
      m_leftovers(std::make_unique<Leftovers>(options.dataFolder, options.location)),
      m_marker(std::make_unique<SessionMarker>(options.dataFolder)),
      m_engine(options.engine ? std::move(options.engine) : std::make_unique<EngineClient>(options.dataFolder + QLatin1String("/cache"))),
      m_systemTheme(std::make_unique<SystemTheme>()),
      m_core(
          std::make_unique<AppCore>(m_engine.get(), AppCore::Options{options.dataFolder, ModelService::findStarter(), m_systemTheme.get(),
                                                                     options.location, ModelService::findStarterAdapters()})),
      m_announcer(std::make_unique<Announcer>(&m_core->chats())),
      m_notifier(std::make_unique<DesktopNotifier>()),
      m_notices(std::make_unique<BackgroundNotices>(m_core.get(), m_notifier.get())),
      m_tray(std::make_unique<Tray>(m_core.get(), m_notifier.get())),
      m_network(std::make_unique<BlockedNetworkFactory>()),
      m_qml(std::make_unique<QQmlApplicationEngine>()) {
  AppViewModel& viewModel = m_core->viewModel();
  connect(&viewModel, &AppViewModel::currentChatIdChanged, m_announcer.get(),
          [this, &viewModel] { m_announcer->setChat(viewModel.currentChatId()); });
  connect(&viewModel, &AppViewModel::erased, this,
          [this](bool withFiles) { m_leftovers->setRemoval(withFiles ? Leftovers::Removal::Everything : Leftovers::Removal::Caches); });
  connect(&viewModel, &AppViewModel::quitRequested, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
  connect(&m_core->settings(), &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::Language) installTranslation();
  });
}

Application::~Application() = default;

bool Application::start(const StartRequest& request) {
  const bool crashed = m_marker->lastRunCrashed();
  m_core->viewModel().welcome()->setOffered(m_welcome && !crashed && request.load.isEmpty() && request.open.isEmpty());
  m_core->open(request, crashed ? ModelService::Begin::Hold : ModelService::Begin::Load);
  installTranslation();

  m_qml->setNetworkAccessManagerFactory(m_network.get());
  m_qml->addImportPath(QStringLiteral("qrc:/qt/qml"));
  m_qml->setInitialProperties({{QStringLiteral("app"), QVariant::fromValue(&m_core->viewModel())}});
  connect(m_qml.get(), &QQmlApplicationEngine::quit, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
  m_qml->load(QUrl(QStringLiteral("qrc:/qt/qml/Hearth/Ui/Main.qml")));
  if (m_qml->rootObjects().isEmpty()) return false;
  m_tray->setWindow(qobject_cast<QWindow*>(m_qml->rootObjects().first()));
  m_announcer->setSpeaker(m_qml->rootObjects().first()->findChild<QObject*>(QStringLiteral("announcer")));
  return true;
}

void Application::showProblem(const Problem& problem) {
  m_core->viewModel().showProblem(problem);
}

void Application::activate(const StartRequest& request) {
  if (!request.token.isEmpty()) qputenv("XDG_ACTIVATION_TOKEN", request.token.toUtf8());  // requestActivate() takes it from there
  m_core->viewModel().requestRaise();
  if (!request.load.isEmpty()) m_core->models().load(request.load);
  m_core->opening().open(request.open);
}

void Application::installTranslation() {
  const QString choice = m_core->settings().text(SettingKey::Language);
  const QLocale locale = choice == QLatin1String("system") ? QLocale::system() : QLocale(choice);
  QLocale::setDefault(locale);
  const auto install = [](QTranslator& translator, bool loaded) {
    QCoreApplication::removeTranslator(&translator);
    if (loaded) QCoreApplication::installTranslator(&translator);
  };
  // Texts of Qt's own dialogs, where they are installed.
  install(m_qtTranslator,
          m_qtTranslator.load(locale, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)));
  // English too has a file: its plural forms. It stands in for languages that have none.
  const QString name = QStringLiteral("hearth");
  const QString folder = QStringLiteral(":/i18n");
  install(m_translator,
          m_translator.load(locale, name, QStringLiteral("_"), folder) || m_translator.load(name + QLatin1String("_en"), folder));
  if (m_qml) m_qml->retranslate();
  m_core->catalogue().retranslate();
  m_core->viewModel().retranslate();
  m_tray->retranslate();
}
