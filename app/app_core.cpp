#include "app_core.h"

#include <QDateTime>
#include <QLocale>

#include "bridge/engine_model_files.h"
#include "services/keychain_secrets.h"

namespace {

constexpr int kFirstBackupMs = 30'000;     // when the start is over
constexpr int kBackupCheckMs = 3'600'000;  // for applications that run for days

/// Dates of a repair come as ISO texts, because the storage thread does not know the language.
[[nodiscard]] Problem inLanguage(Problem problem) {
  const bool dated = problem.id == ErrorId::StorageRestored || problem.id == ErrorId::StorageMissing;
  if (!dated || problem.arguments.isEmpty()) return problem;
  const QDateTime time = QDateTime::fromString(problem.arguments.first(), Qt::ISODate).toLocalTime();
  problem.arguments.first() = QLocale().toString(time, QLocale::ShortFormat);
  return problem;
}

}  // namespace

AppCore::AppCore(AnswerEngine* engine, const Options& options, QObject* parent)
    : QObject(parent),
      m_ownFiles(options.files ? nullptr : std::make_unique<EngineModelFiles>(options.dataFolder + QLatin1String("/cache"))),
      m_files(options.files ? options.files : m_ownFiles.get()),
      m_storage(options.dataFolder),
      m_settings(&m_storage),
      m_ownSecrets(options.secrets ? nullptr : std::make_unique<KeychainSecrets>()),
      m_network(&m_settings, options.secrets ? options.secrets : m_ownSecrets.get()),
      m_downloads(&m_storage, &m_settings, options.dataFolder),
      m_hub(&m_settings),
      m_catalogue(m_files, &m_settings, options.dataFolder),
      m_updates(&m_settings),
      m_library(&m_storage, m_files, &m_jobs, &m_downloads, options.dataFolder, options.starterPath),
      m_adapters(&m_storage, m_files, &m_jobs, &m_downloads, &m_library, options.dataFolder, options.starterAdapters),
      m_opening(&m_library, &m_adapters, m_files, &m_jobs, options.dataFolder),
      m_models(engine, &m_settings, options.starterPath),
      m_chatSettings(&m_storage),
      m_policy(&m_settings),
      m_chats(&m_storage, engine, &m_models, &m_adapters, &m_settings),
      m_exchange(&m_storage, &m_chats),
      m_search(&m_storage, &m_chats),
      m_memory(engine, &m_models, &m_settings),
      m_performance(engine, &m_models),
      m_drafts(&m_storage),
      m_snippets(&m_storage),
      m_deviceTest(engine),
      m_viewModel({&m_storage,   &m_chats,     &m_models,   &m_settings,    &m_search,  &m_library,  &m_adapters,         m_files,
                   &m_jobs,      &m_downloads, &m_hub,      &m_catalogue,   &m_opening, &m_memory,   options.systemTheme, options.location,
                   &m_network,   &m_updates,   &m_exchange, &m_performance, &m_drafts,  &m_snippets, &m_chatSettings,     &m_policy,
                   &m_deviceTest}) {
  m_chats.setChatSettings(&m_chatSettings);
  m_models.setLibrary(&m_library);
  m_chats.setPolicy(&m_policy);
  m_downloads.setNetwork(&m_network);
  m_hub.setNetwork(&m_network);
  m_catalogue.setNetwork(&m_network);
  m_updates.setNetwork(&m_network);
  connect(&m_deviceTest, &DeviceTest::finished, &m_memory, &MemoryService::refresh);
  connect(&m_adapters, &AdapterLibrary::pathChanged, engine, &AnswerEngine::detachAdapter);
  connect(&m_storage, &StorageThread::opened, this, &AppCore::onOpened);
  connect(&m_backupTimer, &QTimer::timeout, this, [this] {
    m_backupTimer.setInterval(kBackupCheckMs);
    m_storage.backUpIfDue();
  });
}

AppCore::~AppCore() {
  close();
}

void AppCore::open(const StartRequest& request, ModelService::Begin begin) {
  m_modelFile = request.load;
  m_opening.open(request.open);
  m_begin = begin;
  m_storage.open(begin == ModelService::Begin::Hold ? StorageThread::Check::Thorough : StorageThread::Check::Quick);
}

void AppCore::onOpened(const StorageState& state) {
  m_settings.load(state.settings);
  if (!state.isSaved()) m_viewModel.setStorageError(state.error);
  if (state.notice) m_viewModel.showProblem(inLanguage(state.notice));
  m_library.start(state.library);
  m_adapters.start(state.adapters);
  // A database that was erased is opened again, and the model stays.
  if (!std::exchange(m_modelChosen, true)) m_models.start(m_modelFile.isEmpty() ? m_opening.firstModel() : m_modelFile, m_begin);
  m_opening.start();
  m_drafts.start(state.drafts);
  m_snippets.start(state.snippets);
  m_chatSettings.start(state);
  m_chats.start(state);
  m_catalogue.start();
  m_downloads.start();
  m_updates.start();
  m_backupTimer.start(kFirstBackupMs);
}

void AppCore::close() {
  m_exchange.shutDown();
  m_drafts.flush();
  m_chats.shutDown();
  m_chatSettings.flush();
  m_storage.close();
}
