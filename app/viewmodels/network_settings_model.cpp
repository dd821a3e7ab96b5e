#include "viewmodels/network_settings_model.h"

#include <algorithm>
#include <utility>

#include "services/network_settings.h"
#include "services/settings.h"

NetworkSettingsModel::NetworkSettingsModel(NetworkSettings* network, Settings* settings, QObject* parent)
    : QObject(parent), m_network(network), m_settings(settings) {
  connect(settings, &Settings::changed, this, &NetworkSettingsModel::onChanged);
  connect(network, &NetworkSettings::secretsChanged, this, &NetworkSettingsModel::secretsChanged);
  connect(network, &NetworkSettings::failed, this, [this](const Problem& problem) {
    m_problem = problem;
    Q_EMIT problemChanged();
    Q_EMIT secretsChanged();
  });
}

void NetworkSettingsModel::onChanged(SettingKey key) {
  switch (key) {
    case SettingKey::Endpoints:
    case SettingKey::OwnServer:
      Q_EMIT endpointsChanged();
      Q_EMIT secretsChanged();
      break;
    case SettingKey::ProxyMode:
    case SettingKey::ProxyHost:
    case SettingKey::ProxyPort:
    case SettingKey::ProxyUser:
      Q_EMIT proxyChanged();
      break;
    case SettingKey::BandwidthLimit:
      Q_EMIT bandwidthLimitChanged();
      break;
    default:
      break;
  }
}

QVariantList NetworkSettingsModel::endpoints() const {
  QVariantList list;
  for (const EndpointChoice& choice : m_network->endpoints()) {
    QString text, note;
    switch (choice.kind) {
      case Endpoint::Kind::HuggingFace:
        text = QStringLiteral("huggingface.co");
        note = tr("The hub where most models are published.");
        break;
      case Endpoint::Kind::HfMirror:
        text = QStringLiteral("hf-mirror.com");
        note = tr("A mirror of huggingface.co, reachable from mainland China. It is run by others, who see what you download.");
        break;
      case Endpoint::Kind::ModelScope:
        text = QStringLiteral("modelscope.cn");
        note = tr("A hub in China with many of the same models. It cannot be searched here; paste the address of a page.");
        break;
      case Endpoint::Kind::Own:
        text = tr("Own server");
        note = tr("A server that answers like huggingface.co, at the address below.");
        break;
    }
    list.append(QVariantMap{
        {QStringLiteral("name"), endpointName(choice.kind)},
        {QStringLiteral("text"), text},
        {QStringLiteral("note"), note},
        {QStringLiteral("on"), choice.isOn},
        {QStringLiteral("needsAddress"), !m_network->addressOf(choice.kind).isValid() || m_network->addressOf(choice.kind).isEmpty()}});
  }
  return list;
}

void NetworkSettingsModel::setEndpointOn(const QString& name, bool on) {
  QList<EndpointChoice> choices = m_network->endpoints();
  for (EndpointChoice& choice : choices) {
    if (endpointName(choice.kind) == name) choice.isOn = on;
  }
  m_network->setEndpoints(choices);
}

void NetworkSettingsModel::moveEndpoint(const QString& name, int step) {
  QList<EndpointChoice> choices = m_network->endpoints();
  const auto it =
      std::find_if(choices.begin(), choices.end(), [&name](const EndpointChoice& one) { return endpointName(one.kind) == name; });
  if (it == choices.end()) return;
  const qsizetype from = it - choices.begin();
  choices.move(from, std::clamp<qsizetype>(from + step, 0, choices.size() - 1));
  m_network->setEndpoints(choices);
}

QString NetworkSettingsModel::ownServer() const {
  return m_settings->text(SettingKey::OwnServer);
}

void NetworkSettingsModel::setOwnServer(const QString& address) {
  m_settings->setValue(SettingKey::OwnServer, address.trimmed());
}

QString NetworkSettingsModel::ownServerNote() const {
  if (ownServer().isEmpty()) return {};
  const QUrl address = serverAddress(ownServer());
  if (!address.isValid()) return tr("This is no address of a server. Write it as https://models.example.org.");
  if (address.scheme() == QLatin1String("http")) return tr("Without https nobody is kept from reading along, and no access token is sent.");
  return {};
}

QString NetworkSettingsModel::proxyMode() const {
  return m_settings->text(SettingKey::ProxyMode);
}

void NetworkSettingsModel::setProxyMode(const QString& mode) {
  m_settings->setValue(SettingKey::ProxyMode, mode);
}

QString NetworkSettingsModel::proxyHost() const {
  return m_settings->text(SettingKey::ProxyHost);
}

void NetworkSettingsModel::setProxyHost(const QString& host) {
  m_settings->setValue(SettingKey::ProxyHost, host.trimmed());
}

int NetworkSettingsModel::proxyPort() const {
  return m_settings->integer(SettingKey::ProxyPort);
}

void NetworkSettingsModel::setProxyPort(int port) {
  m_settings->setValue(SettingKey::ProxyPort, port);
}

QString NetworkSettingsModel::proxyUser() const {
  return m_settings->text(SettingKey::ProxyUser);
}

void NetworkSettingsModel::setProxyUser(const QString& user) {
  m_settings->setValue(SettingKey::ProxyUser, user.trimmed());
}

bool NetworkSettingsModel::hasProxyPassword() const {
  return m_network->hasProxyPassword();
}

void NetworkSettingsModel::setProxyPassword(const QString& password) {
  m_network->setProxyPassword(password);
}

int NetworkSettingsModel::bandwidthLimit() const {
  return m_settings->integer(SettingKey::BandwidthLimit);
}

void NetworkSettingsModel::setBandwidthLimit(int limit) {
  m_settings->setValue(SettingKey::BandwidthLimit, limit);
}

QVariantList NetworkSettingsModel::tokens() const {
  QVariantList list;
  for (const QString& host : m_network->tokenHosts())
    list.append(QVariantMap{{QStringLiteral("host"), host}, {QStringLiteral("saved"), m_network->hasToken(host)}});
  return list;
}

void NetworkSettingsModel::setToken(const QString& host, const QString& token) {
  if (std::exchange(m_problem, {})) Q_EMIT problemChanged();
  m_network->setToken(host, token);
}

QString NetworkSettingsModel::problem() const {
  if (!m_problem) return {};
  //: Two whole sentences, one after the other.
  return tr("%1 %2").arg(m_problem.cause(), m_problem.nextStep());
}

void NetworkSettingsModel::retranslate() {
  Q_EMIT endpointsChanged();
  Q_EMIT problemChanged();
}
