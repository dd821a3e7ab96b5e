#include "services/device_test.h"

DeviceTest::DeviceTest(const AnswerEngine* engine, QObject* parent) : QObject(parent), m_engine(engine) {
  m_pool.setMaxThreadCount(1);
}

DeviceTest::~DeviceTest() {
  m_cancel = true;
  m_pool.waitForDone();
}

void DeviceTest::start(const QString& deviceId) {
  if (m_running) return;
  m_running = true;
  m_cancel = false;
  m_pool.start([this, deviceId] {
    const DeviceVerdict verdict = m_engine->checkDevice(deviceId, m_cancel);
    QMetaObject::invokeMethod(
        this,
        [this, verdict] {
          m_running = false;
          Q_EMIT finished(verdict);
        },
        Qt::QueuedConnection);
  });
}

void DeviceTest::cancel() {
  m_cancel = true;
}
