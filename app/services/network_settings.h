// What the settings and the keychain say about the network.
#pragma once

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QUrl>
#include <functional>

#include "net/download_worker.h"
#include "net/endpoints.h"

class Secrets;
class Settings;
enum class SettingKey;

/// One place for endpoints, proxy, limit and tokens. The keychain is asked only for what is known to be in it, and only when it is needed
/// for the first time: it may ask the user to unlock it. What it does not take is kept until the application ends.
class NetworkSettings : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object; `secrets` may be null.
  NetworkSettings(Settings* settings, Secrets* secrets, QObject* parent = nullptr);

  /// Calls `done` in this thread, now or when the keychain has answered, unless `context` has gone.
  void withSetup(QObject* context, std::function<void(const NetworkSetup&)> done);

  /// The proxy only; the keychain is not asked for any token.
  void withProxy(QObject* context, std::function<void(const ProxyChoice&)> done);

  [[nodiscard]] QList<EndpointChoice> endpoints() const;
  void setEndpoints(const QList<EndpointChoice>& choices);
  /// Where an endpoint is; invalid for an own server that was not given.
  [[nodiscard]] QUrl addressOf(Endpoint::Kind kind) const;
  /// Another place for an endpoint. For tests.
  void setAddress(Endpoint::Kind kind, const QUrl& address);

  /// Hosts that may have a token: those of https endpoints that know tokens.
  [[nodiscard]] QStringList tokenHosts() const;
  [[nodiscard]] bool hasToken(const QString& host) const;
  /// Saves a token for https://host; empty removes it.
  void setToken(const QString& host, const QString& token);
  [[nodiscard]] bool hasProxyPassword() const;
  void setProxyPassword(const QString& password);

  /// The keychain has been asked to forget something and has not answered.
  [[nodiscard]] bool isForgetting() const { return m_forgetting > 0; }

 Q_SIGNALS:
  /// What withSetup() gives is another.
  void changed();
  /// hasToken() or hasProxyPassword() of something is another.
  void secretsChanged();
  void failed(const Problem& problem);
  /// isForgetting() has become false.
  void forgotten();

 private:
  void onSetting(SettingKey key);
  void forgetTokens();
  void forgetSecret(const QString& key);
  void readSecret(const QString& key);
  void writeSecret(const QString& key, const QString& secret, const std::function<void(bool isStored)>& stored);
  [[nodiscard]] QStringList storedHosts() const;
  [[nodiscard]] NetworkSetup setup() const;
  void answer();

  struct Question {
    QPointer<QObject> context;
    std::function<void(const NetworkSetup&)> done;
  };

  Settings* m_settings;
  Secrets* m_secrets;
  QHash<QString, QString> m_known;  // key -> secret, as far as read or entered
  QStringList m_hosts;              // with a stored token, as last seen
  QHash<Endpoint::Kind, QUrl> m_addresses;
  QList<Question> m_questions;
  int m_reading = 0;
  int m_forgetting = 0;
};
