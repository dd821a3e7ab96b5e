// Runs one download after the other, in the thread for downloads.
#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QMetaType>
#include <QObject>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <memory>

#include "errors/error_catalogue.h"
#include "net/download_request.h"
#include "net/endpoints.h"
#include "net/file_download.h"
#include "net/http_session.h"
#include "net/rate_limit.h"

/// What the settings say about the network.
struct NetworkSetup {
  HttpOptions http;
  QList<Endpoint> endpoints;  // those that are on, in order
  qint64 bytesPerSecond = 0;  // of downloads, 0: no limit

  bool operator==(const NetworkSetup&) const = default;
};

Q_DECLARE_METATYPE(NetworkSetup)

/// How far a download is.
struct DownloadProgress {
  enum class Doing { Fetching, Waiting, Verifying };
  qint64 id = 0;
  Doing doing = Doing::Fetching;
  quint64 received = 0, total = 0;  // bytes; total 0: not known
  double bytesPerSecond = 0;
  int secondsLeft = -1;
  QString endpoint;
  int retrySeconds = 0;  // of Waiting
  Problem problem;       // of Waiting
};

Q_DECLARE_METATYPE(DownloadProgress)
Q_DECLARE_METATYPE(DownloadRequest)

/// Speed over the last seconds.
class SpeedMeter {
 public:
  void restart(quint64 received);
  void add(quint64 received, qint64 nowMs);
  [[nodiscard]] double bytesPerSecond() const;

 private:
  QList<QPair<qint64, quint64>> m_samples;
};

/// All files of a request become visible together, when the last one is whole and verified. Lives in its thread; every function is
/// called there.
class DownloadWorker : public QObject {
  Q_OBJECT

 public:
  explicit DownloadWorker(QObject* parent = nullptr);
  ~DownloadWorker() override;

  /// Ends what runs and begins or goes on with this. `dataFolder`: files go below it.
  void start(qint64 id, const DownloadRequest& request, const QString& dataFolder, const NetworkSetup& setup);
  /// Keeps what has arrived.
  void stop();
  /// Removes what has arrived of a download that is not running.
  void removeUnfinished(const DownloadRequest& request, const QString& dataFolder);
  /// Ends a pause after a failure.
  void retryNow();
  void setBytesPerSecond(qint64 bytes);

  /// Absolute paths of the files of a request; empty: a name is not safe, `unsafe` says which.
  [[nodiscard]] static QStringList targets(const DownloadRequest& request, const QString& dataFolder, QString* unsafe = nullptr);

 Q_SIGNALS:
  void progressed(const DownloadProgress& progress);
  /// Sizes and checksums were found out.
  void described(qint64 id, const DownloadRequest& request);
  void finished(qint64 id, const DownloadRequest& request, const QStringList& files);
  void failed(qint64 id, const Problem& problem);

 private:
  void describe(qsizetype endpoint);
  void takeListing(const FetchResult& result, qsizetype endpoint);
  void begin();
  [[nodiscard]] Problem checkSpace() const;
  void nextFile();
  void publish();
  void report();
  void fail(const Problem& problem);

  std::unique_ptr<HttpSession> m_session;
  RateLimit m_limit;
  NetworkSetup m_setup;
  DownloadTuning m_tuning;
  qint64 m_id = 0;  // 0: nothing runs
  DownloadRequest m_request;
  QString m_dataFolder;
  QStringList m_targets;
  std::unique_ptr<QObject> m_describing;  // context of the question for sizes
  std::unique_ptr<FileDownload> m_file;
  qsizetype m_index = 0;  // of the file
  quint64 m_before = 0;   // bytes of the files before it
  SpeedMeter m_speed;
  QElapsedTimer m_clock;
  QTimer m_report;
};
