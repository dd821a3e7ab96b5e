// Composition root: builds everything in order and takes it down in the opposite one.
#pragma once

#include <QObject>
#include <QStringList>
#include <QTranslator>
#include <memory>

class AnswerEngine;
class AppViewModel;
class BlockedNetworkFactory;
class ChatService;
class ModelService;
class QQmlApplicationEngine;
class Settings;
class SingleInstance;
class StorageThread;
class SystemTheme;

class Application : public QObject {
  Q_OBJECT

 public:
  explicit Application(const QString& dataFolder, QObject* parent = nullptr);
  /// Window, answers, engine and database end in this order; see the members.
  ~Application() override;

  /// The data folder: HEARTH_HOME, else the platform's.
  [[nodiscard]] static QString defaultDataFolder();

  /// Shows the window and loads the first model. `arguments`: at most one model file. Returns whether there is a window.
  [[nodiscard]] bool start(const QStringList& arguments);
  /// Brings the window to the front and opens what another start was given.
  void activate(const QStringList& arguments);

 private:
  void installTranslation();

  // Destroyed from the last to the first.
  std::unique_ptr<StorageThread> m_storage;
  std::unique_ptr<AnswerEngine> m_engine;
  std::unique_ptr<Settings> m_settings;
  std::unique_ptr<ModelService> m_models;
  std::unique_ptr<ChatService> m_chats;
  std::unique_ptr<SystemTheme> m_systemTheme;
  std::unique_ptr<AppViewModel> m_viewModel;
  std::unique_ptr<BlockedNetworkFactory> m_network;
  QTranslator m_translator;
  std::unique_ptr<QQmlApplicationEngine> m_qml;
};
