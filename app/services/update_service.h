// Whether there is a newer version of Hearth: only when the person asks, and nothing is ever downloaded but the news.
#pragma once

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <optional>

#include "errors/error_catalogue.h"
#include "services/update_file.h"

class HttpSession;
class NetworkSettings;
class Settings;
enum class SettingKey;
struct FetchResult;

/// How long things take. Tests have less patience.
struct UpdateTiming {
  int firstLookMs = 60'000;     // a weekly search waits until the start of the application is over
  int lookAgainMs = 3'600'000;  // is it time? For applications that run for days
  int afterFailureMs = 21'600'000;
  int stallMs = 20'000;
  int deadlineMs = 60'000;  // of the whole search
};

/// Reads news that are signed with the key of the build (docs/packaging.md), from the address of the settings. The newest news are kept in
/// the settings with their signature, which is checked again at every start; older ones are refused, so that nobody can hide a version
/// that was announced already. The request is a GET without query, cookies or anything that tells one computer from another.
/// Signatures and files of up to 64 KiB are checked in the GUI thread: that takes less than a millisecond.
class UpdateService : public QObject {
  Q_OBJECT

 public:
  /// Must outlive this object.
  explicit UpdateService(Settings* settings, QObject* parent = nullptr);
  ~UpdateService() override;

  /// The settings have been read: what is known is shown, and the weekly search is planned if it is on. Connects to nothing itself.
  void start();
  /// Whose proxy is used; must outlive this object. Without it: that of the system.
  void setNetwork(NetworkSettings* network);
  /// In place of the build's. For tests.
  void setPublicKey(const QString& key);
  void setVersion(const QString& version);
  void setTiming(const UpdateTiming& timing);

  /// The build knows a public key; without one there is no search.
  [[nodiscard]] bool isOffered() const { return !m_key.isEmpty(); }
  /// Of HEARTH_UPDATE_URL where the environment has it, else of the settings.
  [[nodiscard]] QString address() const;
  [[nodiscard]] bool isAddressFixed() const;

  [[nodiscard]] bool isChecking() const { return m_isChecking; }
  /// Why the last search of this run failed.
  [[nodiscard]] const Problem& problem() const { return m_problem; }
  /// Invalid: never.
  [[nodiscard]] QDateTime lastCheck() const;
  /// The newest version that is newer than this one, a skipped one too.
  [[nodiscard]] const std::optional<Release>& newer() const { return m_newer; }
  [[nodiscard]] bool isSkipped() const;
  /// The weekly search has found something that the person has neither skipped nor put away.
  [[nodiscard]] bool wantsNotice() const;

  /// Answers changed() when it has ended. Nothing without a key.
  void check();
  void cancel();
  /// The version of newer() is not wanted (or is again); a later one is told of.
  void setSkipped(bool skipped);
  void dismissNotice();

 Q_SIGNALS:
  void changed();

 private:
  void onSetting(SettingKey key);
  void readStored();
  void choose();
  void plan();
  void onTimer();
  [[nodiscard]] bool isDue() const;
  void connectAndFetch(quint64 run, const QUrl& url);
  void onNews(const QUrl& url, const FetchResult& result);
  void onSignature(const QByteArray& json, const FetchResult& result);
  void take(const QByteArray& json, const QByteArray& signature);
  void end(const Problem& problem);

  Settings* m_settings;
  NetworkSettings* m_network = nullptr;
  QString m_key;
  QString m_version;
  UpdateTiming m_timing;
  UpdateNews m_news;  // without `issued`: none
  std::optional<Release> m_newer;
  Problem m_problem;
  std::unique_ptr<HttpSession> m_session;  // only while a search runs, so that no connection stays open
  QTimer m_deadline;
  QTimer m_timer;
  QDateTime m_notBefore;  // after a weekly search that failed
  quint64 m_run = 0;      // of searches: answers to earlier ones are dropped
  bool m_isStarted = false;
  bool m_isChecking = false;
};
