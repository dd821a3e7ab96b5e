#include "blocked_network.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

namespace {

/// A reply that has failed.
class RefusedReply final : public QNetworkReply {
 public:
  RefusedReply(QNetworkAccessManager::Operation operation, const QNetworkRequest& request, QObject* parent) : QNetworkReply(parent) {
    setOperation(operation);
    setRequest(request);
    setUrl(request.url());
    open(QIODevice::ReadOnly);
    setError(ContentAccessDenied, QStringLiteral("Network access is off"));
    setFinished(true);
    QMetaObject::invokeMethod(
        this,
        [this] {
          Q_EMIT errorOccurred(error());
          Q_EMIT finished();
        },
        Qt::QueuedConnection);
  }

  void abort() override {}
  [[nodiscard]] qint64 bytesAvailable() const override { return 0; }

 protected:
  qint64 readData(char*, qint64) override { return -1; }
};

class BlockedNetwork final : public QNetworkAccessManager {
 public:
  using QNetworkAccessManager::QNetworkAccessManager;

 protected:
  QNetworkReply* createRequest(Operation operation, const QNetworkRequest& request, QIODevice*) override {
    return new RefusedReply(operation, request, this);
  }
};

}  // namespace

QNetworkAccessManager* BlockedNetworkFactory::create(QObject* parent) {
  return new BlockedNetwork(parent);
}
