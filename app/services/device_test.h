// The self-test of a device, asked for by a person.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <atomic>

#include "bridge/answer_engine.h"

/// Runs one test at a time in a thread of its own. The engine keeps the result, so a device that was tested answers at once.
class DeviceTest : public QObject {
  Q_OBJECT

 public:
  /// `engine` must outlive this object.
  explicit DeviceTest(const AnswerEngine* engine, QObject* parent = nullptr);
  /// Stops a test and waits for its end.
  ~DeviceTest() override;

  /// Tests a device, see DeviceFacts::id. Answers finished(). Ignored while a test runs.
  void start(const QString& deviceId);
  /// The device stays untested; finished() follows. Without a test nothing happens.
  void cancel();
  [[nodiscard]] bool isRunning() const { return m_running; }

 Q_SIGNALS:
  void finished(const DeviceVerdict& verdict);

 private:
  const AnswerEngine* m_engine;
  std::atomic<bool> m_cancel{false};
  bool m_running = false;
  QThreadPool m_pool;
};
