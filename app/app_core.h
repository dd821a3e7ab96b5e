// Services and view-models wired together, without a window: what the application and its tests have in common.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>

#include "services/adapter_library.h"
#include "services/catalogue_service.h"
#include "services/chat_exchange_service.h"
#include "services/chat_service.h"
#include "services/chat_settings_service.h"
#include "services/device_test.h"
#include "services/download_service.h"
#include "services/draft_service.h"
#include "services/file_jobs.h"
#include "services/file_opening.h"
#include "services/hub_service.h"
#include "services/memory_service.h"
#include "services/model_library.h"
#include "services/model_service.h"
#include "services/network_settings.h"
#include "services/performance_service.h"
#include "services/policy_service.h"
#include "services/search_service.h"
#include "services/secrets.h"
#include "services/settings.h"
#include "services/snippet_service.h"
#include "services/update_service.h"
#include "start_request.h"
#include "storage/storage_thread.h"
#include "viewmodels/app_view_model.h"

class DataFolder;
class SystemTheme;

class AppCore : public QObject {
  Q_OBJECT

 public:
  struct Options {
    QString dataFolder;
    QString starterPath;                       // may be empty
    const SystemTheme* systemTheme = nullptr;  // may be null
    DataFolder* location = nullptr;            // may be null: the folder cannot be changed
    QString starterAdapters = {};              // folder of the adapters that come with the application, may be empty
    ModelFiles* files = nullptr;               // null: the real ones
    Secrets* secrets = nullptr;                // null: the keychain of the system
  };

  /// All pointers must outlive this object.
  AppCore(AnswerEngine* engine, const Options& options, QObject* parent = nullptr);
  /// Answers, then the database end.
  ~AppCore() override;

  /// Opens the database, loads the first model (that of the request, if it names one) and looks at the files to open. `begin` Hold: the
  /// last run crashed, so the database is looked at closely and no model is loaded by itself.
  void open(const StartRequest& request, ModelService::Begin begin);
  /// Ends all answers, stores everything and closes the database.
  void close();

  [[nodiscard]] StorageThread& storage() { return m_storage; }
  [[nodiscard]] Settings& settings() { return m_settings; }
  [[nodiscard]] ModelService& models() { return m_models; }
  [[nodiscard]] ChatService& chats() { return m_chats; }
  [[nodiscard]] ChatSettingsService& chatSettings() { return m_chatSettings; }
  [[nodiscard]] PolicyService& policy() { return m_policy; }
  [[nodiscard]] ChatExchangeService& exchange() { return m_exchange; }
  [[nodiscard]] FileJobs& jobs() { return m_jobs; }
  [[nodiscard]] NetworkSettings& network() { return m_network; }
  [[nodiscard]] DownloadService& downloads() { return m_downloads; }
  [[nodiscard]] HubService& hub() { return m_hub; }
  [[nodiscard]] CatalogueService& catalogue() { return m_catalogue; }
  [[nodiscard]] UpdateService& updates() { return m_updates; }
  [[nodiscard]] ModelLibrary& library() { return m_library; }
  [[nodiscard]] AdapterLibrary& adapters() { return m_adapters; }
  [[nodiscard]] FileOpening& opening() { return m_opening; }
  [[nodiscard]] AppViewModel& viewModel() { return m_viewModel; }

 private:
  void onOpened(const StorageState& state);

  // Destroyed from the last to the first.
  std::unique_ptr<ModelFiles> m_ownFiles;  // empty where Options gives them
  ModelFiles* m_files;
  StorageThread m_storage;
  Settings m_settings;
  std::unique_ptr<Secrets> m_ownSecrets;  // as m_ownFiles
  NetworkSettings m_network;
  FileJobs m_jobs;
  DownloadService m_downloads;
  HubService m_hub;
  CatalogueService m_catalogue;
  UpdateService m_updates;
  ModelLibrary m_library;
  AdapterLibrary m_adapters;
  FileOpening m_opening;
  ModelService m_models;
  ChatSettingsService m_chatSettings;
  PolicyService m_policy;
  ChatService m_chats;
  ChatExchangeService m_exchange;
  SearchService m_search;
  MemoryService m_memory;
  PerformanceService m_performance;
  DraftService m_drafts;
  SnippetService m_snippets;
  DeviceTest m_deviceTest;
  AppViewModel m_viewModel;
  QTimer m_backupTimer;
  QString m_modelFile;
  ModelService::Begin m_begin = ModelService::Begin::Load;
  bool m_modelChosen = false;
};
