// Fetches one file: in parts, over several connections, from the first endpoint that has it.
#pragma once

#include <QCryptographicHash>
#include <QFile>
#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <memory>
#include <random>

#include "errors/error_catalogue.h"
#include "net/download_request.h"
#include "net/endpoints.h"
#include "net/http_session.h"
#include "net/part_file.h"
#include "net/part_response.h"

class RateLimit;

/// Times and numbers; tests make them small.
struct DownloadTuning {
  int connections = 4;
  qint64 leastPart = 1 << 20;  // bytes; a file is cut into about sixteen parts within these bounds
  qint64 mostPart = 32 << 20;
  int stallMs = 30'000;
  int backOffMs = 1'000;  // first pause after a failure; doubles
  int mostBackOffMs = 30'000;
  int mostPauseMs = 300'000;    // when no endpoint answers
  int failuresPerEndpoint = 5;  // in a row, without bytes in between
  int saveMs = 2'000;

  /// As the environment says (HEARTH_DOWNLOAD_TUNING=fast): for tests of the whole application.
  [[nodiscard]] static DownloadTuning standard();
  [[nodiscard]] static DownloadTuning fast();
};

struct FileTask {
  QString repository, revision;
  DownloadFile file;
  QString target;  // where it goes in the end
  QList<Endpoint> endpoints;
};

/// Ends with arrived(): the bytes are whole and their checksum is right, but the file is still unfinished by name, until
/// PartFile::publish(). Every
/// failure that may pass is waited for, with growing pauses; failed() is for those that someone has to do something about.
/// What has arrived is kept whenever this object ends.
class FileDownload : public QObject {
  Q_OBJECT

 public:
  FileDownload(HttpSession* session, RateLimit* limit, FileTask task, const DownloadTuning& tuning, QObject* parent);
  ~FileDownload() override;

  void start();
  /// Ends a pause.
  void retryNow();

  [[nodiscard]] qint64 received() const;
  [[nodiscard]] qint64 total() const { return static_cast<qint64>(m_task.file.size); }
  [[nodiscard]] QString endpointHost() const;
  /// Of the file, once it has arrived.
  [[nodiscard]] QString sha256() const { return m_task.file.sha256; }
  [[nodiscard]] bool isWaiting() const { return m_retry.isActive() && m_lanes.isEmpty(); }
  /// Until the next try.
  [[nodiscard]] int retryMs() const { return m_retry.remainingTime(); }
  [[nodiscard]] bool isVerifying() const { return m_verifying; }
  [[nodiscard]] const Problem& lastProblem() const { return m_lastProblem; }

 Q_SIGNALS:
  void arrived();
  void failed(const Problem& problem);

 private:
  struct Lane {
    HttpExchange* exchange = nullptr;
    int part = -1;         // -1: the whole file in one stream
    qint64 position = 0;   // of the next byte
    qint64 end = 0;        // -1: not known yet
    QByteArray condition;  // the mark in If-Range
    bool isChecked = false;
  };

  // Connections.
  void fill();
  [[nodiscard]] int freePart() const;
  void openLane(int part);
  void closeLane(Lane* lane);
  void closeAll();
  void readAll();
  void readLane(HttpExchange* exchange);
  void onHeaders(HttpExchange* exchange);
  void onFinished(HttpExchange* exchange);
  void laneDone(Lane* lane);
  [[nodiscard]] Lane* laneOf(const HttpExchange* exchange) const;

  // What answers mean.
  [[nodiscard]] bool checkIdentity(const PartResponse& response);
  [[nodiscard]] bool checkEtag(const PartResponse& response);
  [[nodiscard]] bool checkRange(Lane* lane, const PartResponse& response);
  [[nodiscard]] bool openFile();
  void beginStream(Lane* lane);
  [[nodiscard]] bool knowsParts() const;
  [[nodiscard]] bool isPartRight(int part);
  void dropPart(int part);

  // What goes wrong.
  void laneFailed(Lane* lane, const HttpFailure& failure);
  void answerFailed(Lane* lane, const Problem& problem);
  void countFailure(const Problem& problem, int waitMs);
  void refuse(const Problem& problem);
  void nextEndpoint(int leastMs);
  void wait(int ms);
  void giveUp(const Problem& problem);

  // The end.
  void hashMore();
  void checkWhole();
  void checkExisting();
  [[nodiscard]] qint64 partBytes() const;
  [[nodiscard]] const Endpoint& endpoint() const { return m_task.endpoints[m_endpoint]; }

  HttpSession* m_session;
  RateLimit* m_limit;
  FileTask m_task;
  DownloadTuning m_tuning;
  PartFile m_file;
  QList<std::shared_ptr<Lane>> m_lanes;
  QTimer m_retry, m_save, m_hashTimer;
  std::mt19937 m_random;

  qsizetype m_endpoint = 0;
  QSet<qsizetype> m_refused;  // endpoints that cannot serve it
  Problem m_firstRefusal;
  Problem m_lastProblem;
  int m_failures = 0;          // in a row, at this endpoint
  int m_round = 0;             // how often no endpoint answered
  qint64 m_sinceFailure = 0;   // bytes
  bool m_isKnown = false;      // this endpoint has given a good answer: more connections may follow
  bool m_isTrusted = false;    // bytes that are there came from it in this run
  bool m_hasRanges = false;    // it has answered with a part
  int m_wholeAnswers = 0;      // it gave the whole file instead, in a row
  bool m_isStream = false;     // it knows no ranges
  QHash<int, int> m_badParts;  // how often a part had a wrong checksum

  QCryptographicHash m_hash{QCryptographicHash::Sha256};
  qint64 m_hashed = 0;
  std::unique_ptr<QFile> m_existing;  // a file with the right size that is in the place already
  qint64 m_buffer = 0;                // of the connections
  bool m_verifying = false;
  bool m_ended = false;
};
