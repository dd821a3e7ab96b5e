#include "single_instance.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QLockFile>

#include "services/platform.h"

namespace {

constexpr int kConnectMs = 500;
constexpr int kLockMs = 2000;
constexpr int kAnswerMs = 15000;        // a first start from a slow disk answers when its window is there
constexpr qint64 kMostBytes = 8 << 20;  // a command line has at most 2 MB, and UTF-16 doubles it
constexpr QDataStream::Version kStreamVersion = QDataStream::Qt_6_0;

}  // namespace

SingleInstance::SingleInstance(const QString& dataFolder, QObject* parent) : QObject(parent) {
  const QString canonical = QFileInfo(dataFolder).canonicalFilePath();
  const QString user = platform::userName();
  const QByteArray identity = (user + QLatin1Char('\n') + (canonical.isEmpty() ? QDir::cleanPath(dataFolder) : canonical)).toUtf8();
  const QString key = QString::fromLatin1(QCryptographicHash::hash(identity, QCryptographicHash::Sha256).toHex().first(16));
  m_socketPath = platform::serverName(key);
  m_lockPath = platform::lockPath(key);
  m_server.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::onConnection);
}

SingleInstance::Role SingleInstance::claim(const QStringList& message) {
  if (handOver(message)) return Role::Second;
  // Two starts at the same moment: only one replaces the socket, the other then finds it.
  QLockFile lock(m_lockPath);
  lock.setStaleLockTime(kLockMs * 5);
  const bool locked = lock.tryLock(kLockMs);
  if (locked && handOver(message)) return Role::Second;
  if (!m_server.listen(m_socketPath)) {
    QLocalServer::removeServer(m_socketPath);
    static_cast<void>(m_server.listen(m_socketPath));  // without a socket the application still works, alone
  }
  return Role::First;
}

bool SingleInstance::handOver(const QStringList& message) const {
  platform::allowRaising();
  QLocalSocket socket;
  socket.connectToServer(m_socketPath);
  if (!socket.waitForConnected(kConnectMs)) return false;
  QByteArray bytes;
  QDataStream out(&bytes, QIODevice::WriteOnly);
  out.setVersion(kStreamVersion);
  out << message;
  socket.write(bytes);
  while (socket.bytesToWrite() > 0 && socket.waitForBytesWritten(kAnswerMs)) {
  }
  // The first one answers with a byte; silence means that it hangs, and then a second window is better than none.
  return socket.waitForReadyRead(kAnswerMs);
}

void SingleInstance::onConnection() {
  while (QLocalSocket* socket = m_server.nextPendingConnection()) {
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    const auto read = [this, socket] {
      if (socket->bytesAvailable() > kMostBytes) {
        socket->abort();
        return;
      }
      QDataStream in(socket);
      in.setVersion(kStreamVersion);
      QStringList message;
      in.startTransaction();
      in >> message;
      if (!in.commitTransaction()) return;
      socket->write("1");
      socket->disconnectFromServer();
      Q_EMIT activated(message);
    };
    connect(socket, &QLocalSocket::readyRead, this, read);
    read();
  }
}
