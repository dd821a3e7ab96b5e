#include "application.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>
#include <QQmlApplicationEngine>
#include <QStandardPaths>
#include <QUrl>
#include <QVariant>

#include "blocked_network.h"
#include "bridge/engine_client.h"
#include "services/chat_service.h"
#include "services/model_service.h"
#include "services/settings.h"
#include "storage/storage_thread.h"
#include "system_theme.h"
#include "viewmodels/app_view_model.h"

QString Application::defaultDataFolder() {
  const QString home = qEnvironmentVariable("HEARTH_HOME");
  return home.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) : QDir(home).absolutePath();
}

Application::Application(const QString& dataFolder, QObject* parent)
    : QObject(parent),
      m_storage(std::make_unique<StorageThread>(dataFolder)),
      m_engine(std::make_unique<EngineClient>()),
      m_settings(std::make_unique<Settings>(m_storage.get())),
      m_models(std::make_unique<ModelService>(m_engine.get(), m_settings.get(), ModelService::findStarter())),
      m_chats(std::make_unique<ChatService>(m_storage.get(), m_engine.get(), m_models.get(), m_settings.get())),
      m_systemTheme(std::make_unique<SystemTheme>()),
      m_viewModel(std::make_unique<AppViewModel>(m_chats.get(), m_models.get(), m_settings.get(), m_systemTheme.get())),
      m_network(std::make_unique<BlockedNetworkFactory>()),
      m_qml(std::make_unique<QQmlApplicationEngine>()) {
  connect(m_storage.get(), &StorageThread::writeFailed, this,
          [this](const StorageError& error) { m_viewModel->setStorageError(error.cause(), error.nextStep()); });
  connect(m_settings.get(), &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::Language) installTranslation();
  });
}

Application::~Application() {
  m_qml.reset();
  m_viewModel.reset();
  m_chats->shutDown();
  m_engine->disconnect(m_chats.get());
}

bool Application::start(const QStringList& arguments) {
  const QString modelFile = arguments.isEmpty() ? QString() : QFileInfo(arguments.first()).absoluteFilePath();
  connect(m_storage.get(), &StorageThread::opened, this, [this, modelFile](const StorageState& state) {
    m_settings->load(state.settings);
    if (!state.isSaved()) m_viewModel->setStorageError(state.error.cause(), state.error.nextStep());
    m_models->start(modelFile);
    m_chats->start(state);
  });
  m_storage->open();
  installTranslation();

  m_qml->setNetworkAccessManagerFactory(m_network.get());
  m_qml->addImportPath(QStringLiteral("qrc:/qt/qml"));
  m_qml->setInitialProperties({{QStringLiteral("app"), QVariant::fromValue(m_viewModel.get())}});
  connect(m_qml.get(), &QQmlApplicationEngine::quit, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
  m_qml->load(QUrl(QStringLiteral("qrc:/qt/qml/Hearth/Ui/Main.qml")));
  return !m_qml->rootObjects().isEmpty();
}

void Application::activate(const QStringList& arguments) {
  m_viewModel->requestRaise();
  if (!arguments.isEmpty()) m_models->load(arguments.first());
}

void Application::installTranslation() {
  const QString choice = m_settings->text(SettingKey::Language);
  const QLocale locale = choice == QLatin1String("system") ? QLocale::system() : QLocale(choice);
  QLocale::setDefault(locale);
  QCoreApplication::removeTranslator(&m_translator);
  if (m_translator.load(locale, QStringLiteral("hearth"), QStringLiteral("_"), QStringLiteral(":/i18n")))
    QCoreApplication::installTranslator(&m_translator);
  if (m_qml) m_qml->retranslate();
  m_viewModel->retranslate();
}
