// Downloads: a queue that survives.
#pragma once

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "errors/error_catalogue.h"
#include "net/download_request.h"

class NetworkSettings;
class Settings;
class StorageThread;

enum class DownloadState { Queued, Running, Waiting, Verifying, Paused, Failed, Done };

/// A download of the list. Bytes.
struct DownloadRow {
  qint64 id = 0;
  DownloadRequest request;
  DownloadState state = DownloadState::Queued;
  quint64 received = 0;
  quint64 total = 0;          // 0: not known yet
  double bytesPerSecond = 0;  // of the last seconds
  int secondsLeft = -1;       // -1: not known
  QString endpoint;           // host that serves it
  int retrySeconds = 0;       // of Waiting: until the next try
  Problem problem;            // of Failed and Waiting: why
  QStringList files;          // of Done: absolute paths
  QDateTime addedAt;
};

/// Runs downloads one after the other in a thread of its own (app/net), several parts of a file at once: always the first of the queue that
/// is neither paused nor failed. The list is in the database; which bytes have arrived is written beside the files, so that any end of the
/// process is survived. All files of a download appear together, when the last one is verified.
class DownloadService : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object. `dataFolder`: models go to models/, adapters to adapters/.
  DownloadService(StorageThread* storage, Settings* settings, const QString& dataFolder, QObject* parent = nullptr);
  ~DownloadService() override;

  /// Where proxy, tokens and endpoints come from; without it, from the settings alone. Before start(); must outlive this object.
  void setNetwork(NetworkSettings* network);

  /// Reads the list and goes on with what was running. Call when the settings are known.
  void start();

  /// In the order of the queue; finished ones last.
  [[nodiscard]] QList<DownloadRow> downloads() const;
  /// Returns the id; the one of an equal request that is not finished.
  qint64 add(const DownloadRequest& request);
  void pause(qint64 id);
  /// Goes on after a pause or a failure.
  void resume(qint64 id);
  /// Removes the download and what has arrived of it. A finished one only leaves the list.
  void remove(qint64 id);
  /// Moves it `step` places in the queue.
  void move(qint64 id, int step);
  void pauseAll();
  void resumeAll();
  void removeFinished();

 Q_SIGNALS:
  /// The list or the order is another.
  void listChanged();
  void rowChanged(const DownloadRow& row);
  /// Files are whole, verified and in their place.
  void finished(const DownloadRow& row);

 private:
  void onReachability();

  struct Private;
  std::unique_ptr<Private> d;
};
