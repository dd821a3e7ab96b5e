// A bandwidth limit that all connections of a thread share.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

/// A token bucket: fills with the bytes that may be read, and holds a quarter of a second of them.
class RateLimit : public QObject {
  Q_OBJECT

 public:
  explicit RateLimit(QObject* parent = nullptr);

  /// 0: no limit.
  void setBytesPerSecond(qint64 bytes);
  [[nodiscard]] qint64 bytesPerSecond() const { return m_rate; }
  /// Takes up to `wanted`; 0: wait for refilled().
  [[nodiscard]] qint64 take(qint64 wanted);
  /// What a connection may hold unread, so that the limit is felt by the sender.
  [[nodiscard]] qint64 readBuffer() const;

 Q_SIGNALS:
  void refilled();

 private:
  void fill();

  qint64 m_rate = 0;
  double m_tokens = 0;
  QElapsedTimer m_clock;
  QTimer m_timer;
};
