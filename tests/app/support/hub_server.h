// A model hub on this computer that misbehaves on demand: API, redirects to another host for the bytes, a mirror.
//
// Three sites on three ports, so three origins: the hub (API, /resolve/), the network that delivers large files, and a mirror that
// serves the same files itself with marks (ETag) of its own. Runs in a thread of its own; all functions may be called from any other.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrl>
#include <QUrlQuery>
#include <functional>
#include <memory>
#include <optional>

namespace hearth_test {

enum class HubSite { Hub, Cdn, Mirror };

struct HubFile {
  QString path;  // inside the repository
  QByteArray data;
  bool large = true;  // kept apart: sha256 in the metadata, delivered by the other host
  QString hash = {};  // sha256, filled in by the server
};

struct HubEntry {
  QString id;  // "owner/name"
  QList<HubFile> files;
  QStringList tags = {};
  QString licence = QStringLiteral("apache-2.0");
  bool gated = false;  // files only for goodToken; otherToken has not accepted the licence
  qint64 downloads = 1000;
};

struct HubRequest {
  HubSite site = HubSite::Hub;
  QString path;  // decoded
  QUrlQuery query;
  QHash<QByteArray, QByteArray> headers;  // names in lower case
  qint64 from = -1, to = -1;              // of Range, -1: none
  [[nodiscard]] bool asksForFile() const { return path.contains(QLatin1String("/resolve/")) || path.startsWith(QLatin1String("/blob/")); }
};

/// What the answer to one request does wrong.
struct HubFault {
  enum class Kind {
    None,
    Drop,        // the connection ends after `bytes` of the body
    Stall,       // nothing comes after `bytes` of the body, the connection stays
    Status,      // `status`, with Retry-After `retryAfter` and X-Error-Code `errorCode` where given
    WholeFile,   // 200 and everything, instead of 206
    NewEtag,     // another mark
    WrongBytes,  // some bytes are others
    WrongRange,  // Content-Range begins `bytes` later than was asked, and so do the bytes
    WrongTotal,  // Content-Range says another size
    Short,       // Content-Length and body end after `bytes`, Content-Range says all
    TooLong,     // the body goes on after the range, without Content-Length
    Slow,        // `bytes` a second
    EndlessRedirect,
    Unencrypted,  // leads to an http address
    Garbage,      // what is no HTTP at all
  };
  Kind kind = Kind::None;
  qint64 bytes = 0;
  int status = 0;
  int retryAfter = -1;
  QByteArray errorCode = {};
};

class HubServer {
 public:
  /// TlsUntrusted: with a certificate that nobody has signed.
  enum class Security { Plain, Tls, TlsUntrusted };
  explicit HubServer(Security security = Security::Plain);
  ~HubServer();
  HubServer(const HubServer&) = delete;
  HubServer& operator=(const HubServer&) = delete;

  /// False where certificates cannot be made (no openssl program): skip the test.
  [[nodiscard]] bool isListening() const;
  /// "http://127.0.0.1:PORT".
  [[nodiscard]] QUrl url(HubSite site = HubSite::Hub) const;

  /// Adds a repository, or replaces it.
  void add(const HubEntry& entry);
  /// The mirror has another file than the hub.
  void setMirrorFile(const QString& repository, const HubFile& file);

  static constexpr const char* kGoodToken = "hf_good";    // may read gated repositories
  static constexpr const char* kOtherToken = "hf_other";  // has not accepted the licence

  /// The next `times` requests for files at `site` (whose path contains `part`) go wrong; -1: all of them.
  void misbehave(HubSite site, const HubFault& fault, int times = 1, const QString& part = {});
  /// Decides about every request that misbehave() leaves alone; called in the server's thread.
  void setFaults(std::function<HubFault(const HubRequest&)> faults);
  /// Faults by chance for files at all sites: `percent` of the requests, the kinds and places decided by `seed`.
  void useSchedule(unsigned seed, int percent);
  /// No faults from now on.
  void behave();
  /// All connections end and no new ones are taken, until it is called with true.
  void setOnline(bool online);

  [[nodiscard]] QList<HubRequest> requests() const;
  [[nodiscard]] int requestCount(HubSite site) const;
  /// How many requests at this site had an Authorization header.
  [[nodiscard]] int authorisedCount(HubSite site) const;
  /// Most connections for files at once.
  [[nodiscard]] int mostAtOnce() const;
  [[nodiscard]] qint64 bytesServed() const;

  /// Bytes that look random, the same for the same seed.
  [[nodiscard]] static QByteArray bytes(qsizetype size, unsigned seed = 1);
  [[nodiscard]] static QString sha256(const QByteArray& data);

  struct Private;

 private:
  std::unique_ptr<Private> d;
};

}  // namespace hearth_test
