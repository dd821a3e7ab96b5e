#include "services/network_settings.h"

#include <QPointer>
#include <QTimer>
#include <utility>

#include "services/secrets.h"
#include "services/settings.h"

namespace {

constexpr int kKeychainMs = 60'000;  // for the user to unlock it
constexpr int kBytesOfLimit = 1000;

[[nodiscard]] QString tokenKey(const QString& host) {
  return QStringLiteral("hub-token/") + host;
}

[[nodiscard]] QString proxyKey() {
  return QStringLiteral("proxy-password");
}

[[nodiscard]] ProxyChoice::Mode modeOf(const QString& name) {
  if (name == QLatin1String("none")) return ProxyChoice::Mode::None;
  if (name == QLatin1String("http")) return ProxyChoice::Mode::Http;
  return name == QLatin1String("socks5") ? ProxyChoice::Mode::Socks5 : ProxyChoice::Mode::System;
}

}  // namespace

NetworkSettings::NetworkSettings(Settings* settings, Secrets* secrets, QObject* parent)
    : QObject(parent), m_settings(settings), m_secrets(secrets) {
  m_hosts = storedHosts();
  connect(settings, &Settings::changed, this, &NetworkSettings::onSetting);
}

void NetworkSettings::onSetting(SettingKey key) {
  switch (key) {
    case SettingKey::TokenHosts:
      forgetTokens();
      Q_EMIT secretsChanged();
      break;
    case SettingKey::ProxySecret:
      if (!m_settings->value(key).toBool()) forgetSecret(proxyKey());
      Q_EMIT secretsChanged();
      break;
    case SettingKey::Endpoints:
    case SettingKey::OwnServer:
    case SettingKey::ProxyMode:
    case SettingKey::ProxyHost:
    case SettingKey::ProxyPort:
    case SettingKey::ProxyUser:
    case SettingKey::BandwidthLimit:
      break;
    default:
      return;
  }
  Q_EMIT changed();
}

/// Hosts that have left the list, for instance because everything was erased, leave the keychain too.
void NetworkSettings::forgetTokens() {
  const QStringList now = storedHosts();
  const QStringList before = std::exchange(m_hosts, now);
  for (const QString& host : before) {
    if (!now.contains(host)) forgetSecret(tokenKey(host));
  }
}

void NetworkSettings::forgetSecret(const QString& key) {
  m_known.remove(key);
  if (!m_secrets) return;
  ++m_forgetting;
  m_secrets->write(key, {}, [guard = QPointer<NetworkSettings>(this)](const Problem&) {
    if (guard && --guard->m_forgetting == 0) Q_EMIT guard->forgotten();
  });
}

// --- Setup

void NetworkSettings::withSetup(QObject* context, std::function<void(const NetworkSetup&)> done) {
  m_questions.append({context, std::move(done)});
  for (const QString& host : std::as_const(m_hosts)) readSecret(tokenKey(host));
  if (m_settings->value(SettingKey::ProxySecret).toBool()) readSecret(proxyKey());
  answer();
}

void NetworkSettings::withProxy(QObject* context, std::function<void(const ProxyChoice&)> done) {
  m_questions.append({context, [done = std::move(done)](const NetworkSetup& setup) { done(setup.http.proxy); }});
  if (m_settings->value(SettingKey::ProxySecret).toBool()) readSecret(proxyKey());
  answer();
}

void NetworkSettings::readSecret(const QString& key) {
  if (!m_secrets || m_known.contains(key)) return;
  m_known.insert(key, {});
  ++m_reading;
  const auto isOpen = std::make_shared<bool>(true);
  const auto end = [this, key, isOpen](const QString& secret, const Problem& problem) {
    if (!std::exchange(*isOpen, false)) return;
    if (m_known.value(key).isEmpty()) m_known.insert(key, secret);
    if (problem) Q_EMIT failed(problem);
    --m_reading;
    answer();
  };
  m_secrets->read(key, [guard = QPointer<QObject>(this), end](const QString& secret, const Problem& problem) {
    if (guard) end(secret, problem);
  });
  QTimer::singleShot(kKeychainMs, this, [end] { end({}, {ErrorId::SecretUnavailable, {}, QStringLiteral("no answer")}); });
}

void NetworkSettings::answer() {
  if (m_reading > 0) return;
  const QList<Question> questions = std::exchange(m_questions, {});
  const NetworkSetup now = setup();
  for (const Question& question : questions) {
    if (question.context) question.done(now);
  }
}

NetworkSetup NetworkSettings::setup() const {
  NetworkSetup result;
  for (const EndpointChoice& choice : endpoints()) {
    const QUrl address = addressOf(choice.kind);
    if (choice.isOn && address.isValid() && !address.isEmpty()) result.endpoints.append({choice.kind, address});
  }
  ProxyChoice& proxy = result.http.proxy;
  proxy.mode = modeOf(m_settings->text(SettingKey::ProxyMode));
  proxy.host = m_settings->text(SettingKey::ProxyHost).trimmed();
  proxy.port = static_cast<quint16>(m_settings->integer(SettingKey::ProxyPort));
  proxy.user = m_settings->text(SettingKey::ProxyUser);
  proxy.password = m_known.value(proxyKey());
  const QString prefix = tokenKey({});
  for (auto it = m_known.begin(); it != m_known.end(); ++it) {
    if (it.key().startsWith(prefix) && !it.value().isEmpty()) result.http.tokens.insert(it.key().mid(prefix.size()), it.value());
  }
  result.bytesPerSecond = qint64(m_settings->integer(SettingKey::BandwidthLimit)) * kBytesOfLimit;
  return result;
}

// --- Endpoints

QList<EndpointChoice> NetworkSettings::endpoints() const {
  return endpointChoices(m_settings->text(SettingKey::Endpoints));
}

void NetworkSettings::setEndpoints(const QList<EndpointChoice>& choices) {
  m_settings->setValue(SettingKey::Endpoints, endpointText(choices));
}

QUrl NetworkSettings::addressOf(Endpoint::Kind kind) const {
  if (const auto it = m_addresses.constFind(kind); it != m_addresses.constEnd()) return *it;
  return kind == Endpoint::Kind::Own ? serverAddress(m_settings->text(SettingKey::OwnServer)) : standardAddress(kind);
}

void NetworkSettings::setAddress(Endpoint::Kind kind, const QUrl& address) {
  m_addresses.insert(kind, address);
  Q_EMIT changed();
}

// --- Secrets

QStringList NetworkSettings::storedHosts() const {
  return m_settings->text(SettingKey::TokenHosts).split(u',', Qt::SkipEmptyParts);
}

QStringList NetworkSettings::tokenHosts() const {
  QStringList hosts;
  for (const Endpoint::Kind kind : {Endpoint::Kind::HuggingFace, Endpoint::Kind::Own}) {
    const QUrl address = addressOf(kind);
    if (address.scheme() == QLatin1String("https")) hosts.append(HttpSession::hostOf(address));
  }
  hosts.removeDuplicates();
  return hosts;
}

bool NetworkSettings::hasToken(const QString& host) const {
  return m_hosts.contains(host) || !m_known.value(tokenKey(host)).isEmpty();
}

void NetworkSettings::setToken(const QString& host, const QString& token) {
  const QString trimmed = token.trimmed();
  m_known.insert(tokenKey(host), trimmed);
  QStringList hosts = storedHosts();
  if (trimmed.isEmpty()) {
    m_known.remove(tokenKey(host));
    if (hosts.removeAll(host) > 0) return m_settings->setValue(SettingKey::TokenHosts, hosts.join(u','));  // goes on in onSetting()
  } else {
    writeSecret(tokenKey(host), trimmed, [this, host](bool isStored) {
      QStringList now = storedHosts();
      if (isStored && !now.contains(host)) m_settings->setValue(SettingKey::TokenHosts, (now << host).join(u','));
    });
  }
  Q_EMIT secretsChanged();
  Q_EMIT changed();
}

bool NetworkSettings::hasProxyPassword() const {
  return m_settings->value(SettingKey::ProxySecret).toBool() || !m_known.value(proxyKey()).isEmpty();
}

void NetworkSettings::setProxyPassword(const QString& password) {
  m_known.insert(proxyKey(), password);
  writeSecret(proxyKey(), password, [this, password](bool isStored) {
    m_settings->setValue(SettingKey::ProxySecret, isStored && !password.isEmpty());
    m_known.insert(proxyKey(), password);
  });
  Q_EMIT secretsChanged();
  Q_EMIT changed();
}

void NetworkSettings::writeSecret(const QString& key, const QString& secret, const std::function<void(bool isStored)>& stored) {
  if (!m_secrets) return stored(false);
  m_secrets->write(key, secret, [guard = QPointer<NetworkSettings>(this), stored](const Problem& problem) {
    if (!guard) return;
    stored(!problem);
    if (problem) Q_EMIT guard->failed(problem);
  });
}
