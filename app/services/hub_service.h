// Model hubs: what there is to download.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "errors/error_catalogue.h"
#include "net/hub_repository.h"
#include "services/download_service.h"

class NetworkSettings;
class Settings;

/// Asks the endpoints in the order of the settings. Answers arrive as signals with the id of the question; a later question of the same
/// kind replaces an earlier one.
class HubService : public QObject {
  Q_OBJECT

 public:
  explicit HubService(Settings* settings, QObject* parent = nullptr);
  ~HubService() override;

  /// As DownloadService::setNetwork().
  void setNetwork(NetworkSettings* network);

  enum class What { Models, Adapters };
  /// Repositories with GGUF files (or adapters) that match the words, most downloaded first. Answers found() or failed().
  quint64 search(const QString& text, What what = What::Models);
  /// Files and card of a repository: "owner/name", or an address of huggingface.co, hf-mirror.com or modelscope.cn. Answers lookedUp() or
  /// failed(); an address that is none of these fails at once.
  quint64 lookUp(const QString& repositoryOrUrl);
  void cancel();

  /// "owner/name" of an id or an address; empty when it is neither.
  [[nodiscard]] static QString repositoryOf(const QString& text);

 Q_SIGNALS:
  void found(quint64 question, const QList<HubRepository>& repositories);
  void lookedUp(quint64 question, const HubRepository& repository);
  void failed(quint64 question, const Problem& problem);

 private:
  struct Private;
  std::unique_ptr<Private> d;
};
