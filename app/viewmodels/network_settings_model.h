// The network's settings as properties.
#pragma once

#include <qqmlregistration.h>
#include <QObject>
#include <QString>
#include <QVariantList>

#include "errors/error_catalogue.h"

class NetworkSettings;
class Settings;
enum class SettingKey;

/// @brief Where models come from: endpoints, proxy, bandwidth, access tokens. Changes are stored at once, secrets in the keychain.
class NetworkSettingsModel : public QObject {
  Q_OBJECT
  QML_ELEMENT
  QML_UNCREATABLE("Provided by AppViewModel.network")
  /// In order: list of {name, text, note, on, needsAddress}. What is on is asked from the first to the last.
  Q_PROPERTY(QVariantList endpoints READ endpoints NOTIFY endpointsChanged)
  /// Address of a server of one's own; empty: none.
  Q_PROPERTY(QString ownServer READ ownServer WRITE setOwnServer NOTIFY endpointsChanged)
  /// What is wrong with it; empty: nothing.
  Q_PROPERTY(QString ownServerNote READ ownServerNote NOTIFY endpointsChanged)
  /// "system", "none", "http" or "socks5".
  Q_PROPERTY(QString proxyMode READ proxyMode WRITE setProxyMode NOTIFY proxyChanged)
  Q_PROPERTY(QString proxyHost READ proxyHost WRITE setProxyHost NOTIFY proxyChanged)
  Q_PROPERTY(int proxyPort READ proxyPort WRITE setProxyPort NOTIFY proxyChanged)
  Q_PROPERTY(QString proxyUser READ proxyUser WRITE setProxyUser NOTIFY proxyChanged)
  Q_PROPERTY(bool hasProxyPassword READ hasProxyPassword NOTIFY secretsChanged)
  /// Of downloads, thousands of bytes a second; 0: no limit.
  Q_PROPERTY(int bandwidthLimit READ bandwidthLimit WRITE setBandwidthLimit NOTIFY bandwidthLimitChanged)
  /// Hosts that may have an access token: list of {host, saved}.
  Q_PROPERTY(QVariantList tokens READ tokens NOTIFY secretsChanged)
  /// The keychain's last problem, with what to do about it; empty: none.
  Q_PROPERTY(QString problem READ problem NOTIFY problemChanged)

 public:
  /// Both must outlive this object.
  NetworkSettingsModel(NetworkSettings* network, Settings* settings, QObject* parent = nullptr);

  [[nodiscard]] QVariantList endpoints() const;
  [[nodiscard]] QString ownServer() const;
  void setOwnServer(const QString& address);
  [[nodiscard]] QString ownServerNote() const;
  [[nodiscard]] QString proxyMode() const;
  void setProxyMode(const QString& mode);
  [[nodiscard]] QString proxyHost() const;
  void setProxyHost(const QString& host);
  [[nodiscard]] int proxyPort() const;
  void setProxyPort(int port);
  [[nodiscard]] QString proxyUser() const;
  void setProxyUser(const QString& user);
  [[nodiscard]] bool hasProxyPassword() const;
  [[nodiscard]] int bandwidthLimit() const;
  void setBandwidthLimit(int limit);
  [[nodiscard]] QVariantList tokens() const;
  [[nodiscard]] QString problem() const;

  Q_INVOKABLE void setEndpointOn(const QString& name, bool on);
  /// Moves it `step` places.
  Q_INVOKABLE void moveEndpoint(const QString& name, int step);
  /// Saves an access token for this host and no other; empty removes it.
  Q_INVOKABLE void setToken(const QString& host, const QString& token);
  /// Empty removes it.
  Q_INVOKABLE void setProxyPassword(const QString& password);
  /// Texts computed here change with the language.
  void retranslate();

 Q_SIGNALS:
  void endpointsChanged();
  void proxyChanged();
  void bandwidthLimitChanged();
  void secretsChanged();
  void problemChanged();

 private:
  void onChanged(SettingKey key);

  NetworkSettings* m_network;
  Settings* m_settings;
  Problem m_problem;
};
