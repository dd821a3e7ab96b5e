#include "services/model_service.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "services/library_paths.h"
#include "services/model_library.h"
#include "services/settings.h"

namespace {

constexpr const char* kStarterFile = "ember-q8_0.gguf";
constexpr qint64 kFingerprintBytes = 1 << 20;  // read from either end: metadata and some weights

[[nodiscard]] QString fingerprintOf(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  QCryptographicHash hash(QCryptographicHash::Sha256);
  hash.addData(QByteArray::number(file.size()));
  hash.addData(file.read(kFingerprintBytes));
  if (file.size() > 2 * kFingerprintBytes) {
    file.seek(file.size() - kFingerprintBytes);
    hash.addData(file.read(kFingerprintBytes));
  }
  return QString::fromLatin1(hash.result().toHex());
}

/// Where `name` of resources/ may be: installed (below the same prefix as the program), beside the program, and for a build that is
/// not to be installed in the source folder.
[[nodiscard]] QStringList resourcePaths(const QString& name) {
  const QDir program(QCoreApplication::applicationDirPath());
  QStringList paths{program.filePath(QStringLiteral("../share/hearth/") + name), program.filePath(QStringLiteral("resources/") + name)};
#ifdef HEARTH_BUILD_RESOURCES
  paths += QStringLiteral(HEARTH_BUILD_RESOURCES "/") + name;
#endif
  return paths;
}

}  // namespace

ModelService::ModelService(AnswerEngine* engine, Settings* settings, const QString& starterPath, QObject* parent)
    : QObject(parent), m_engine(engine), m_settings(settings), m_starterPath(starterPath) {
  m_pool.setMaxThreadCount(1);
  connect(engine, &AnswerEngine::loadProgress, this, [this](quint64 id, double fraction) {
    if (id == 0 || id != m_request) return;
    m_progress = fraction;
    Q_EMIT changed();
  });
  connect(engine, &AnswerEngine::modelLoaded, this, &ModelService::onLoaded);
  connect(engine, &AnswerEngine::deviceSwitched, this, [this](quint64 id, const DeviceSwitch& change) {
    if (id != 0 && id != m_request) return;
    Q_EMIT notice({id == 0 ? ErrorId::DeviceReplaced : ErrorId::DeviceNotUsed, {change.from, change.reason}, {}});
  });
  connect(engine, &AnswerEngine::loadFailed, this, [this](quint64 id, const Problem& failure) {
    if (id == m_request) fail(failure);
  });
}

ModelService::~ModelService() {
  m_pool.waitForDone();
}

QString ModelService::findStarter() {
  QStringList candidates = resourcePaths(QStringLiteral("models/") + QLatin1String(kStarterFile));
  if (const QString fromEnvironment = qEnvironmentVariable("HEARTH_STARTER"); !fromEnvironment.isEmpty())
    candidates.prepend(fromEnvironment);
  for (const QString& candidate : candidates) {
    if (QFileInfo(candidate).isFile()) return QFileInfo(candidate).canonicalFilePath();
  }
  return {};
}

QString ModelService::findStarterAdapters() {
  QStringList candidates = resourcePaths(QStringLiteral("adapters"));
  if (const QString fromEnvironment = qEnvironmentVariable("HEARTH_STARTER_ADAPTERS"); !fromEnvironment.isEmpty())
    candidates.prepend(fromEnvironment);
  for (const QString& candidate : candidates) {
    if (QFileInfo(candidate).isDir()) return QFileInfo(candidate).canonicalFilePath();
  }
  return {};
}

void ModelService::start(const QString& path, Begin begin) {
  if (!path.isEmpty()) {
    load(path);
    return;
  }
  const QString last = m_settings->text(SettingKey::LastModelPath);
  const bool there = !last.isEmpty() && QFileInfo(last).isFile();
  if (!last.isEmpty() && !there) Q_EMIT notice({ErrorId::LastModelMissing, {QFileInfo(last).fileName()}, {}});
  if (begin == Begin::Hold && (there || !m_starterPath.isEmpty())) {
    m_path = there ? last : m_starterPath;
    m_failure = {ErrorId::HeldAfterCrash, {name()}, {}};
    setState(State::Held);
  } else if (there) {
    load(last);
  } else {
    loadStarter();
  }
}

void ModelService::loadStarter() {
  if (m_starterPath.isEmpty()) {
    m_path.clear();
    m_failure = {ErrorId::StarterMissing, {}, {}};
    setState(State::Failed);
    return;
  }
  load(m_starterPath);
}

void ModelService::load(const QString& path) {
  const QString home = std::exchange(m_home, {});
  if (!beginLoad(path)) m_home = home;
}

void ModelService::lend(const QString& path) {
  if (path == m_path) return;
  const QString home = isLent() ? m_home : m_path;
  m_home = home;
  if (!beginLoad(path)) m_home = home == m_path ? QString() : home;
}

void ModelService::takeBack() {
  if (isLent()) beginLoad(std::exchange(m_home, {}));
}

/// False: the file is not there, and the resident model goes on answering.
bool ModelService::beginLoad(const QString& path) {
  const bool exists = QFileInfo(path).isFile();
  const Problem missing{ErrorId::ModelFileMissing, {QDir::toNativeSeparators(path)}, {}};
  if (!exists && m_state == State::Ready && path != m_path) {
    Q_EMIT notice(missing);
    return false;
  }
  if (m_state == State::Loading) m_engine->cancel(m_request);
  m_path = path;
  m_progress = 0;
  m_facts = {};
  m_failure = {};
  m_fingerprint.clear();
  if (!exists) {
    fail(missing);
    return true;
  }
  m_request = m_engine->load(request());
  setState(State::Loading);
  return true;
}

ModelRequest ModelService::request() const {
  const VariantSettings own = settings();
  ModelRequest request;
  request.path = m_path;
  request.device = own.device.value_or(m_settings->text(SettingKey::Device));
  request.threads = m_settings->integer(SettingKey::Threads);
  request.background = m_settings->value(SettingKey::Background).toBool();
  request.contextLength = own.contextLength.value_or(m_settings->integer(SettingKey::ContextLength));
  request.chatTemplate = own.chatTemplate;
  return request;
}

// --- The library

void ModelService::setLibrary(ModelLibrary* library) {
  m_library = library;
  connect(library, &ModelLibrary::removing, this, [this](qint64 id) {
    const auto variant = m_library->variant(id);
    if (variant) release(variant->path());
  });
  connect(library, &ModelLibrary::variantChanged, this, [this](qint64 id) {
    if (id == variantId()) Q_EMIT changed();
  });
}

qint64 ModelService::variantId() const {
  if (!m_library || m_path.isEmpty()) return 0;
  const auto variant = m_library->variantOf(m_path);
  return variant ? variant->id : 0;
}

VariantSettings ModelService::settings() const {
  if (!m_library || m_path.isEmpty()) return {};
  const auto variant = m_library->variantOf(m_path);
  return variant ? variant->settings : VariantSettings();
}

void ModelService::release(const QString& path) {
  if (path.isEmpty()) return;
  const auto isIt = [file = canonical(path)](const QString& other) { return !other.isEmpty() && canonical(other) == file; };
  if (isIt(m_settings->text(SettingKey::LastModelPath))) m_settings->setValue(SettingKey::LastModelPath, QString());
  if (!isIt(m_path)) return;
  const QString removed = name();
  const bool answers = (m_state == State::Ready || m_state == State::Loading) && !m_starterPath.isEmpty();
  if (m_state == State::Loading) m_engine->cancel(m_request);
  m_request = 0;
  loadStarter();
  if (answers) Q_EMIT notice({ErrorId::LibraryLoadedRemoved, {removed}, {}});
}

void ModelService::reload() {
  if (m_path.isEmpty())
    loadStarter();
  else
    beginLoad(m_path);
}

void ModelService::onLoaded(quint64 id, const ModelFacts& facts) {
  if (id == 0 && m_state == State::Ready) {  // the same model on another device
    m_facts = facts;
    Q_EMIT stateChanged();
    Q_EMIT changed();
  }
  if (id == 0 || id != m_request) return;
  m_request = 0;
  m_progress = 1;
  m_facts = facts;
  if (!isLent()) m_settings->setValue(SettingKey::LastModelPath, isStarter() ? QString() : m_path);
  if (const qint64 variant = variantId()) m_library->setUsed(variant);
  computeFingerprint();
  setState(State::Ready);
  if (const Problem problem = chatFormatProblem()) Q_EMIT notice(problem);
}

Problem ModelService::chatFormatProblem() const {
  if (m_facts.chatLayout.isEmpty()) return {};
  const bool broken = !m_facts.chatTemplateProblem.isEmpty();
  return {broken ? ErrorId::BrokenChatTemplate : ErrorId::NoChatTemplate, {m_facts.chatLayout, m_facts.chatTemplateProblem}, {}};
}

void ModelService::fail(const Problem& failure) {
  m_request = 0;
  m_failure = failure;
  setState(State::Failed);
}

void ModelService::setState(State state) {
  m_state = state;
  Q_EMIT stateChanged();
  Q_EMIT changed();
}

QString ModelService::name() const {
  const auto variant = m_library && !m_path.isEmpty() ? m_library->variantOf(m_path) : std::nullopt;
  // The name that the user or a publisher gave.
  if (variant && !variant->isStarter() && !variant->modelName.isEmpty()) return variant->modelName;
  if (!m_facts.name.isEmpty()) return m_facts.name;
  if (isStarter()) return QStringLiteral("Ember");
  return QFileInfo(m_path).completeBaseName();
}

bool ModelService::isStarter() const {
  return !m_path.isEmpty() && QFileInfo(m_path).canonicalFilePath() == QFileInfo(m_starterPath).canonicalFilePath();
}

void ModelService::computeFingerprint() {
  m_pool.start([this, path = m_path] {
    const QString value = fingerprintOf(path);
    QMetaObject::invokeMethod(
        this,
        [this, path, value] {
          if (path == m_path) m_fingerprint = value;
        },
        Qt::QueuedConnection);
  });
}
