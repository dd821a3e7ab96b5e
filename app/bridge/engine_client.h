// The real engine behind AnswerEngine. Only the files of this folder include engine headers.
#pragma once

#include <QTimer>
#include <memory>

#include "bridge/answer_engine.h"

/// Owns engine::Engine. The engine thread's wake call queues at most one take of events per frame (16 ms) in the thread of
/// this object; text of one answer that arrived meanwhile becomes one signal.
class EngineClient final : public AnswerEngine {
  Q_OBJECT

 public:
  /// `cacheFolder` keeps what is known about devices; empty: nothing is kept, and devices are not tested.
  explicit EngineClient(const QString& cacheFolder = {}, QObject* parent = nullptr);
  /// Cancels everything and joins the engine thread.
  ~EngineClient() override;

  RequestId load(const ModelRequest& request) override;
  RequestId submit(const AnswerRequest& request) override;
  void cancel(RequestId id) override;
  RequestId count(const QList<ChatTurn>& turns) override;
  void detachAdapter(const QString& path) override;
  [[nodiscard]] QList<DeviceFacts> devices() const override;
  [[nodiscard]] DeviceVerdict checkDevice(const QString& id, const std::atomic<bool>& cancel) const override;
  [[nodiscard]] MemoryNeed memoryFor(const ModelRequest& request) const override;

 private:
  struct Private;

  void onWake();
  void takeEvents();

  std::unique_ptr<Private> d;
};
