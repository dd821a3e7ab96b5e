#include "services/update_service.h"

#include <QLocale>
#include <QUrl>
#include <algorithm>
#include <utility>

#include "bridge/program_build.h"
#include "net/http_session.h"
#include "net/signature.h"
#include "services/network_settings.h"
#include "services/settings.h"

namespace {

constexpr int kMostRedirects = 5;
constexpr qint64 kWeekSeconds = 7 * 24 * 3600;
constexpr const char* kAddressVariable = "HEARTH_UPDATE_URL";

/// For people; the texts of downloads speak of endpoints, which have no part in this.
[[nodiscard]] Problem problemOf(const HttpFailure& failure) {
  using Kind = HttpFailure::Kind;
  switch (failure.kind) {
    case Kind::Unreachable:
    case Kind::Stalled:
      return {ErrorId::UpdateUnreachable, {failure.host}, failure.detail};
    case Kind::Insecure:
      return {ErrorId::UpdateInsecure, {failure.detail}, {}};
    case Kind::TooLarge:
      return {ErrorId::UpdateUnreadable, {}, {}};
    case Kind::Status:
      if (failure.status != 407) return {ErrorId::UpdateNoAnswer, {failure.host, QString::number(failure.status)}, failure.detail};
      break;
    default:
      break;
  }
  return failure.problem(failure.host);
}

}  // namespace

UpdateService::UpdateService(Settings* settings, QObject* parent)
    : QObject(parent), m_settings(settings), m_key(QStringLiteral(HEARTH_UPDATE_KEY)), m_version(programVersion()) {
  m_deadline.setSingleShot(true);
  m_timer.setSingleShot(true);
  connect(&m_deadline, &QTimer::timeout, this, [this] {
    HttpFailure failure;
    failure.kind = HttpFailure::Kind::Stalled;
    failure.host = HttpSession::hostOf(QUrl(address()));
    end(problemOf(failure));
  });
  connect(&m_timer, &QTimer::timeout, this, &UpdateService::onTimer);
  connect(settings, &Settings::changed, this, &UpdateService::onSetting);
}

UpdateService::~UpdateService() = default;

void UpdateService::setNetwork(NetworkSettings* network) {
  m_network = network;
}

void UpdateService::setPublicKey(const QString& key) {
  m_key = key;
  readStored();
}

void UpdateService::setVersion(const QString& version) {
  m_version = version;
}

void UpdateService::setTiming(const UpdateTiming& timing) {
  m_timing = timing;
}

void UpdateService::start() {
  m_isStarted = true;
  readStored();
  if (m_settings->value(SettingKey::UpdateWeekly).toBool() && isOffered()) m_timer.start(m_timing.firstLookMs);
}

void UpdateService::onSetting(SettingKey key) {
  switch (key) {
    case SettingKey::UpdateWeekly:
      if (m_isStarted) plan();
      break;
    case SettingKey::UpdateDocument:
      readStored();
      return;
    case SettingKey::UpdatePreviews:
      choose();
      return;
    case SettingKey::UpdateUrl:
    case SettingKey::UpdateChecked:
    case SettingKey::UpdateSkipped:
    case SettingKey::UpdateDismissed:
      break;
    default:
      return;
  }
  Q_EMIT changed();
}

// --- What is known

void UpdateService::readStored() {
  const QByteArray stored = m_settings->text(SettingKey::UpdateDocument).toUtf8();
  const qsizetype end = stored.indexOf('\n');
  const QByteArray json = stored.mid(end + 1);
  m_news = {};
  if (end > 0 && isOffered() && isSignedBy(json, stored.left(end), m_key)) m_news = parseUpdateNews(json).value_or(UpdateNews());
  choose();
}

void UpdateService::choose() {
  const auto present = SemanticVersion::parse(m_version);
  // Who runs a preview goes on with previews.
  const bool previews = m_settings->value(SettingKey::UpdatePreviews).toBool() || (present && present->isPreRelease());
  m_newer = m_news.newest(previews);
  if (!present || !m_newer || !(*present < m_newer->version)) m_newer.reset();
  Q_EMIT changed();
}

QString UpdateService::address() const {
  return isAddressFixed() ? qEnvironmentVariable(kAddressVariable) : m_settings->text(SettingKey::UpdateUrl).trimmed();
}

bool UpdateService::isAddressFixed() const {
  return qEnvironmentVariableIsSet(kAddressVariable);
}

QDateTime UpdateService::lastCheck() const {
  const qint64 seconds = m_settings->value(SettingKey::UpdateChecked).toLongLong();
  return seconds > 0 ? QDateTime::fromSecsSinceEpoch(seconds) : QDateTime();
}

bool UpdateService::isSkipped() const {
  return m_newer && m_settings->text(SettingKey::UpdateSkipped) == m_newer->version.text();
}

bool UpdateService::wantsNotice() const {
  return m_newer && !isSkipped() && m_settings->value(SettingKey::UpdateWeekly).toBool() &&
         m_settings->text(SettingKey::UpdateDismissed) != m_newer->version.text();
}

void UpdateService::setSkipped(bool skipped) {
  if (m_newer) m_settings->setValue(SettingKey::UpdateSkipped, skipped ? m_newer->version.text() : QString());
}

void UpdateService::dismissNotice() {
  if (m_newer) m_settings->setValue(SettingKey::UpdateDismissed, m_newer->version.text());
}

// --- Once a week

bool UpdateService::isDue() const {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  if (m_notBefore.isValid() && now < m_notBefore) return false;
  const QDateTime last = lastCheck();
  // A last search in the future means that the clock was wrong once.
  return !last.isValid() || last > now || last.secsTo(now) >= kWeekSeconds;
}

void UpdateService::plan() {
  if (!isOffered() || !m_settings->value(SettingKey::UpdateWeekly).toBool()) return m_timer.stop();
  m_timer.start(isDue() ? 0 : m_timing.lookAgainMs);
}

void UpdateService::onTimer() {
  if (!m_settings->value(SettingKey::UpdateWeekly).toBool()) return;
  if (isDue()) {
    m_notBefore = QDateTime::currentDateTimeUtc().addMSecs(m_timing.afterFailureMs);
    check();
  }
  m_timer.start(m_timing.lookAgainMs);
}

// --- A search

void UpdateService::check() {
  if (m_isChecking || !isOffered()) return;
  m_isChecking = true;
  m_problem = {};
  const quint64 run = ++m_run;
  Q_EMIT changed();
  const QUrl url(address(), QUrl::StrictMode);
  if (!url.isValid() || url.host().isEmpty() || !HttpSession::isSecure(url)) return end({ErrorId::UpdateAddress, {address()}, {}});
  m_deadline.start(m_timing.deadlineMs);
  m_session = std::make_unique<HttpSession>();
  if (!m_network) return connectAndFetch(run, url);
  m_network->withProxy(this, [this, run, url](const ProxyChoice& proxy) {
    if (run != m_run || !m_isChecking) return;
    HttpOptions options;
    options.proxy = proxy;
    m_session->setOptions(options);
    connectAndFetch(run, url);
  });
}

void UpdateService::connectAndFetch(quint64 run, const QUrl& url) {
  HttpOptions options = m_session->options();
  options.stallMs = m_timing.stallMs;
  options.mostRedirects = kMostRedirects;
  options.onlySecure = true;
  m_session->setOptions(options);
  m_session->fetch(url, kUpdateMostBytes, this, [this, run, url](const FetchResult& result) {
    if (run == m_run && m_isChecking) onNews(url, result);
  });
}

void UpdateService::onNews(const QUrl& url, const FetchResult& result) {
  if (result.failure) return end(problemOf(result.failure));
  m_session->fetch(signatureAddress(url), kSignatureMostBytes, this, [this, run = m_run, json = result.body](const FetchResult& answer) {
    if (run == m_run && m_isChecking) onSignature(json, answer);
  });
}

void UpdateService::onSignature(const QByteArray& json, const FetchResult& result) {
  // Something that is too long is no signature; where the page of a hotel answers, both are its page.
  if (result.failure.kind == HttpFailure::Kind::TooLarge) return end({ErrorId::UpdateNotSigned, {}, {}});
  if (result.failure) return end(problemOf(result.failure));
  take(json, result.body.trimmed());
}

void UpdateService::take(const QByteArray& json, const QByteArray& signature) {
  if (!isSignedBy(json, signature, m_key)) return end({ErrorId::UpdateNotSigned, {}, {}});
  const std::optional<UpdateNews> news = parseUpdateNews(json);
  if (!news) return end({ErrorId::UpdateUnreadable, {}, {}});
  const bool isOlder = m_news.issued.isValid() && news->issued < m_news.issued;
  if (isOlder) return end({ErrorId::UpdateOlder, {}, {}});
  if (news->expires <= QDateTime::currentDateTimeUtc())
    return end({ErrorId::UpdateExpired, {QLocale().toString(news->expires.toLocalTime().date(), QLocale::ShortFormat)}, {}});
  m_settings->setValue(SettingKey::UpdateDocument, QString::fromUtf8(signature + '\n' + json));
  m_settings->setValue(SettingKey::UpdateChecked, QDateTime::currentSecsSinceEpoch());
  m_notBefore = {};
  end({});
}

void UpdateService::cancel() {
  if (m_isChecking) end({});
}

void UpdateService::end(const Problem& problem) {
  m_isChecking = false;
  m_deadline.stop();
  // Later: it may be calling.
  if (m_session) m_session.release()->deleteLater();
  m_problem = problem;
  Q_EMIT changed();
}
