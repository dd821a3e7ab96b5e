// HTTP as everything in Hearth uses it: redirects by hand, certificates always checked, no cookies, no cache.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QNetworkAccessManager>
#include <QObject>
#include <QPair>
#include <QString>
#include <QTimer>
#include <QUrl>
#include <functional>

#include "errors/error_catalogue.h"

class QNetworkReply;

/// Which proxy to use. Addresses of this computer are never asked through one that was entered by hand.
struct ProxyChoice {
  enum class Mode { System, None, Http, Socks5 };
  Mode mode = Mode::System;
  QString host;
  quint16 port = 0;
  QString user, password;

  bool operator==(const ProxyChoice&) const = default;
};

struct HttpOptions {
  ProxyChoice proxy;
  QHash<QString, QString> tokens;  // by HttpSession::hostOf(): sent as bearer token to https addresses of that host and nowhere else
  int stallMs = 30'000;            // nothing arrives for so long: the exchange fails
  int mostRedirects = 10;
  bool onlySecure = false;  // redirects lead to https or to this computer, also where the first address is not https

  bool operator==(const HttpOptions&) const = default;
};

/// Why an exchange did not end well.
struct HttpFailure {
  enum class Kind {
    None,
    Cancelled,
    Unreachable,  // no connection, or it broke off
    Stalled,      // nothing arrived for the time of the options
    Certificate,  // the server is not who it says
    Proxy,        // the proxy refuses
    Redirects,    // too many, or without an address
    Insecure,     // from https to something else
    Status,       // 400 and above
    TooLarge,     // fetch(): more than the limit
  };
  Kind kind = Kind::None;
  QString host;                // that failed
  int status = 0;              // HTTP
  int retryAfterSeconds = -1;  // the server's wish; -1: none
  qint64 rangeTotal = -1;      // of 416: how long the file is, -1: not said
  QByteArray errorCode;        // X-Error-Code of the hub: "GatedRepo", "RepoNotFound"
  bool sentToken = false;
  QString detail;

  explicit operator bool() const { return kind != Kind::None; }
  /// The same may succeed later without anyone doing anything.
  [[nodiscard]] bool mayPass() const;
  /// For people; `subject` is what was asked for: "owner/name".
  [[nodiscard]] Problem problem(const QString& subject) const;
};

struct HttpRequest {
  QUrl url;
  QList<QPair<QByteArray, QByteArray>> headers = {};  // sent again after each redirect
  qint64 readBuffer = 0;                              // bytes that may wait to be read; 0: any number
  bool decompress = false;                            // bodies may come compressed
};

/// One request with its redirects. Deletes itself when its parent goes; the owner deletes it otherwise.
class HttpExchange : public QObject {
  Q_OBJECT

 public:
  HttpExchange(QNetworkAccessManager* manager, const HttpOptions& options, HttpRequest request, QObject* parent);
  ~HttpExchange() override;

  [[nodiscard]] int status() const { return m_status; }
  /// A header of the last response.
  [[nodiscard]] QByteArray header(const char* name) const;
  /// A header of the first response, which is the hub's own where it leads on to a network for delivery.
  [[nodiscard]] QByteArray firstHeader(const char* name) const;
  /// The address that answered.
  [[nodiscard]] QUrl url() const { return m_request.url; }
  [[nodiscard]] const HttpFailure& failure() const { return m_failure; }
  [[nodiscard]] bool isFinished() const { return m_finished; }

  [[nodiscard]] qint64 bytesAvailable() const;
  [[nodiscard]] QByteArray read(qint64 most);
  void setReadBuffer(qint64 bytes);

 Q_SIGNALS:
  /// status() and header() are known. Not for a redirect or a failure.
  void headersArrived();
  void dataArrived();
  /// After the last byte has come in; some may still wait to be read. Once, and never from inside the constructor.
  void finished();

 private:
  void send();
  void onHeaders();
  void onFinished();
  void onStall();
  void follow();
  void drop();
  void fail(HttpFailure::Kind kind, const QString& detail);

  QNetworkAccessManager* m_manager;
  HttpOptions m_options;
  HttpRequest m_request;
  QNetworkReply* m_reply = nullptr;
  QTimer m_stall;
  QHash<QByteArray, QByteArray> m_firstHeaders;  // names in lower case
  HttpFailure m_failure;
  QString m_certificateError;
  int m_status = 0;
  int m_redirects = 0;
  bool m_hasFirst = false;
  bool m_sentToken = false;
  bool m_finished = false;
};

struct FetchResult {
  QByteArray body;
  QUrl url;  // that answered
  HttpFailure failure;
};

/// Connections of one thread. Options that change hold for later exchanges.
class HttpSession : public QObject {
  Q_OBJECT

 public:
  explicit HttpSession(QObject* parent = nullptr);
  ~HttpSession() override;

  void setOptions(const HttpOptions& options);
  [[nodiscard]] const HttpOptions& options() const { return m_options; }

  /// Begins a GET.
  [[nodiscard]] HttpExchange* get(const HttpRequest& request, QObject* parent);
  /// Fetches a small thing into memory; `done` is called in this thread unless `context` has gone. More than `limitBytes` is a failure.
  void fetch(const QUrl& url, qint64 limitBytes, QObject* context, std::function<void(const FetchResult&)> done);

  /// What a token belongs to: the host in lower case, with the port where it is not the scheme's own.
  [[nodiscard]] static QString hostOf(const QUrl& url);
  /// Nobody between here and the server can read or change what is sent: https, or http of this computer.
  [[nodiscard]] static bool isSecure(const QUrl& url);

 private:
  QNetworkAccessManager m_manager;
  HttpOptions m_options;
};
