#include "net/rate_limit.h"

#include <algorithm>

namespace {

constexpr qint64 kUnlimitedBuffer = 1 << 20;
constexpr qint64 kLeastBuffer = 16 << 10;
constexpr int kTickMs = 50;
constexpr double kBucketSeconds = 0.25;

}  // namespace

RateLimit::RateLimit(QObject* parent) : QObject(parent) {
  m_timer.setInterval(kTickMs);
  m_timer.setSingleShot(true);
  connect(&m_timer, &QTimer::timeout, this, &RateLimit::refilled);
}

void RateLimit::setBytesPerSecond(qint64 bytes) {
  if (bytes == m_rate) return;
  m_rate = std::max<qint64>(0, bytes);
  m_tokens = 0;
  m_clock.start();
  Q_EMIT refilled();
}

void RateLimit::fill() {
  const double seconds = static_cast<double>(m_clock.nsecsElapsed()) / 1e9;
  m_clock.start();
  m_tokens = std::min(m_tokens + seconds * static_cast<double>(m_rate), std::max(1.0, static_cast<double>(m_rate) * kBucketSeconds));
}

qint64 RateLimit::take(qint64 wanted) {
  if (m_rate == 0) return wanted;
  fill();
  const qint64 granted = std::min(wanted, static_cast<qint64>(m_tokens));
  m_tokens -= static_cast<double>(granted);
  if (granted < wanted && !m_timer.isActive()) m_timer.start();
  return granted;
}

qint64 RateLimit::readBuffer() const {
  return m_rate == 0 ? kUnlimitedBuffer : std::clamp(m_rate / 8, kLeastBuffer, kUnlimitedBuffer);
}
