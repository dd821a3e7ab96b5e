// What the devices are and what a model would take, without loading it.
#pragma once

#include <QList>
#include <QObject>
#include <QThreadPool>

#include "bridge/answer_engine.h"

class ModelService;
class Settings;

/// Asks the engine in a thread of its own, again after every change of the model or of a setting that matters.
class MemoryService : public QObject {
  Q_OBJECT

 public:
  /// All must outlive this object.
  MemoryService(const AnswerEngine* engine, const ModelService* models, Settings* settings, QObject* parent = nullptr);
  ~MemoryService() override;

  /// Empty until known.
  [[nodiscard]] const QList<DeviceFacts>& devices() const { return m_devices; }
  [[nodiscard]] const MemoryNeed& need() const { return m_need; }
  /// Bytes that were free on the device of the settings; 0: unknown.
  [[nodiscard]] quint64 freeBytes() const;

  /// Looks at everything again.
  void refresh();

 Q_SIGNALS:
  void changed();

 private:
  const AnswerEngine* m_engine;
  const ModelService* m_models;
  QList<DeviceFacts> m_devices;
  MemoryNeed m_need;
  bool m_running = false;
  bool m_again = false;
  QThreadPool m_pool;
};
