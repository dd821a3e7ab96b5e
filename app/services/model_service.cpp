#include "services/model_service.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

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

}  // namespace

ModelService::ModelService(AnswerEngine* engine, Settings* settings, const QString& starterPath, QObject* parent)
    : QObject(parent), m_engine(engine), m_settings(settings), m_starterPath(starterPath) {
  m_pool.setMaxThreadCount(1);
  connect(engine, &AnswerEngine::loadProgress, this, [this](quint64 id, double fraction) {
    if (id != m_request) return;
    m_progress = fraction;
    Q_EMIT changed();
  });
  connect(engine, &AnswerEngine::modelLoaded, this, &ModelService::onLoaded);
  connect(engine, &AnswerEngine::loadFailed, this, [this](quint64 id, const EngineFailure& failure) {
    if (id == m_request) fail(failure);
  });
}

ModelService::~ModelService() {
  m_pool.waitForDone();
}

QString ModelService::findStarter() {
  QStringList candidates;
  if (const QString fromEnvironment = qEnvironmentVariable("HEARTH_STARTER"); !fromEnvironment.isEmpty()) candidates += fromEnvironment;
  const QDir program(QCoreApplication::applicationDirPath());
  candidates += program.filePath(QStringLiteral("../share/hearth/models/")) + QLatin1String(kStarterFile);
  candidates += program.filePath(QStringLiteral("resources/models/")) + QLatin1String(kStarterFile);
  candidates += QStringLiteral(HEARTH_BUILD_RESOURCES "/models/") + QLatin1String(kStarterFile);
  for (const QString& candidate : candidates) {
    if (QFileInfo(candidate).isFile()) return QFileInfo(candidate).canonicalFilePath();
  }
  return {};
}

void ModelService::start(const QString& path) {
  if (!path.isEmpty()) {
    load(path);
    return;
  }
  const QString last = m_settings->text(SettingKey::LastModelPath);
  if (!last.isEmpty() && QFileInfo(last).isFile()) {
    load(last);
    return;
  }
  if (!last.isEmpty())
    Q_EMIT notice(tr("The model used last, %1, is not there any more.").arg(QFileInfo(last).fileName()),
                  tr("The starter model is used instead; choose another model file to change that."));
  loadStarter();
}

void ModelService::loadStarter() {
  if (m_starterPath.isEmpty()) {
    m_path.clear();
    m_failure = {EngineFailure::Kind::NotFound, tr("The starter model was not found in this installation."),
                 tr("Open a model file (.gguf) of your own, or install Hearth again.")};
    setState(State::Failed);
    return;
  }
  load(m_starterPath);
}

void ModelService::load(const QString& path) {
  const bool exists = QFileInfo(path).isFile();
  const EngineFailure missing{EngineFailure::Kind::NotFound, tr("The model file %1 does not exist.").arg(QDir::toNativeSeparators(path)),
                              tr("Choose another model file, or use the starter model.")};
  if (!exists && m_state == State::Ready && path != m_path) {
    Q_EMIT notice(missing.cause, missing.nextStep);  // the resident model goes on answering
    return;
  }
  if (m_state == State::Loading) m_engine->cancel(m_request);
  m_path = path;
  m_progress = 0;
  m_facts = {};
  m_failure = {};
  m_fingerprint.clear();
  if (!exists) {
    fail(missing);
    return;
  }
  ModelRequest request;
  request.path = path;
  request.threads = m_settings->integer(SettingKey::Threads);
  request.contextLength = m_settings->integer(SettingKey::ContextLength);
  m_request = m_engine->load(request);
  setState(State::Loading);
}

void ModelService::reload() {
  if (m_path.isEmpty())
    loadStarter();
  else
    load(m_path);
}

void ModelService::onLoaded(quint64 id, const ModelFacts& facts) {
  if (id != m_request) return;
  m_request = 0;
  m_progress = 1;
  m_facts = facts;
  m_settings->setValue(SettingKey::LastModelPath, isStarter() ? QString() : m_path);
  computeFingerprint();
  setState(State::Ready);
}

void ModelService::fail(const EngineFailure& failure) {
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
