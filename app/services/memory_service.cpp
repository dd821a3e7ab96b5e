#include "services/memory_service.h"

#include "services/model_service.h"
#include "services/settings.h"

MemoryService::MemoryService(const AnswerEngine* engine, const ModelService* models, Settings* settings, QObject* parent)
    : QObject(parent), m_engine(engine), m_models(models) {
  m_pool.setMaxThreadCount(1);
  connect(models, &ModelService::stateChanged, this, [this] {
    if (m_models->state() != ModelService::State::Loading) refresh();  // a load needs the disk for itself
  });
  connect(settings, &Settings::changed, this, [this](SettingKey key) {
    if (key == SettingKey::ContextLength || key == SettingKey::Device) refresh();
  });
}

MemoryService::~MemoryService() {
  m_pool.waitForDone();
}

quint64 MemoryService::freeBytes() const {
  const QString chosen = m_models->request().device;
  for (const DeviceFacts& device : m_devices) {
    const bool automatic = chosen.isEmpty() || chosen == QLatin1String("auto");
    if (device.usable && (automatic ? device.left == DeviceLeft::Chosen : device.id == chosen)) return device.freeBytes;
  }
  return 0;
}

void MemoryService::refresh() {
  if (m_running) {
    m_again = true;
    return;
  }
  m_running = true;
  m_pool.start([this, request = m_models->request()] {
    const QList<DeviceFacts> devices = m_engine->devices();
    const MemoryNeed need = request.path.isEmpty() ? MemoryNeed() : m_engine->memoryFor(request);
    QMetaObject::invokeMethod(
        this,
        [this, devices, need] {
          m_running = false;
          m_devices = devices;
          m_need = need;
          Q_EMIT changed();
          if (std::exchange(m_again, false)) refresh();
        },
        Qt::QueuedConnection);
  });
}
