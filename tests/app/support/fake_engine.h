// An engine whose answers the test speaks.
#pragma once

#include <QList>
#include <functional>

#include "bridge/answer_engine.h"

namespace hearth_test {

class FakeEngine final : public AnswerEngine {
 public:
  using AnswerEngine::AnswerEngine;

  RequestId load(const ModelRequest& request) override {
    loads.append(request);
    return loading = ++lastId;
  }

  RequestId submit(const AnswerRequest& request) override {
    if (onSubmit) onSubmit();
    requests.append(request);
    ids.append(++lastId);
    return lastId;
  }

  void cancel(RequestId id) override { cancelled.append(id); }

  /// A word is a token, and a turn has four more.
  RequestId count(const QList<ChatTurn>& turns) override {
    if (!canCount) return 0;
    TokenCounts counts;
    for (const ChatTurn& turn : turns) counts.texts.append(static_cast<int>(turn.content.split(u' ', Qt::SkipEmptyParts).size()));
    for (const int tokens : counts.texts) counts.prompt += tokens + 4;
    countedTexts += static_cast<int>(turns.size());
    const RequestId id = ++lastId;
    QMetaObject::invokeMethod(
        this, [this, id, counts] { Q_EMIT counted(id, counts); }, Qt::QueuedConnection);
    return id;
  }

  [[nodiscard]] QList<DeviceFacts> devices() const override {
    const QString gpu = QStringLiteral("vulkan:");
    return {
        {QStringLiteral("cpu"),
         QStringLiteral("CPU, 2 threads"),
         8'000'000'000,
         true,
         {},
         16'000'000'000,
         DeviceCheck::NotNeeded,
         {},
         DeviceLeft::Chosen},
        {QStringLiteral("cuda:0"), QStringLiteral("NVIDIA GPU (CUDA)"), 0, false, QStringLiteral("No driver.")},
        {gpu + u'0', QStringLiteral("Small GPU"), 3'000'000'000, true, {}, 4'000'000'000, DeviceCheck::Passed, {}, DeviceLeft::Integrated},
        {gpu + u'1',
         QStringLiteral("Odd GPU"),
         7'000'000'000,
         true,
         {},
         8'000'000'000,
         DeviceCheck::Failed,
         QStringLiteral("3 of 300 checks failed"),
         DeviceLeft::FailedCheck},
        {gpu + u'2', QStringLiteral("llvmpipe"), 2'000'000'000, true, {}, 2'000'000'000, DeviceCheck::Unchecked, {}, DeviceLeft::Software}};
  }

  [[nodiscard]] DeviceVerdict checkDevice(const QString& id, const std::atomic<bool>& cancel) const override {
    return onCheck ? onCheck(id, cancel) : DeviceVerdict();
  }

  [[nodiscard]] MemoryNeed memoryFor(const ModelRequest& request) const override {
    const int context = request.contextLength > 0 ? request.contextLength : 1024;
    return {6'000'000, static_cast<quint64>(context) * 1000, 1'000'000, context};
  }

  /// The load under way ends well.
  void finishLoad(int contextLength = 1024, const QString& name = QStringLiteral("Fake"),
                  const QString& device = QStringLiteral("test device"), const QString& layout = {}, const QString& problem = {}) {
    ModelFacts facts;
    facts.path = loads.last().path;
    facts.name = name;
    facts.architecture = QStringLiteral("deepseek2");
    facts.quantisation = QStringLiteral("Q8_0");
    facts.deviceName = device;
    facts.fileBytes = 6'183'552;
    facts.experts = 12;
    facts.expertsUsed = 2;
    facts.contextLength = contextLength;
    facts.chatLayout = layout;
    facts.chatTemplateProblem = problem;
    facts.thinkingSwitch = thinkingSwitch;
    Q_EMIT modelLoaded(loading, facts);
  }

  void failLoad(const QString& detail) { Q_EMIT loadFailed(loading, Problem{ErrorId::EngineBadFile, {}, detail}); }

  void text(qsizetype request, const QString& delta) { Q_EMIT answerText(ids[request], delta, 1); }

  void thinking(qsizetype request, const QString& delta) { Q_EMIT answerThinking(ids[request], delta, 1); }

  void finish(qsizetype request, AnswerEnd end = AnswerEnd::EndOfTurn) {
    Q_EMIT answerFinished(ids[request], end, AnswerUsage{20, 5, 11, 0.5, 0.25, 42});
  }

  void fail(qsizetype request, ErrorId id, const QString& detail) { Q_EMIT answerFailed(ids[request], Problem{id, {}, detail}); }

  std::function<DeviceVerdict(const QString& id, const std::atomic<bool>& cancel)> onCheck;  // in a worker thread
  std::function<void()> onSubmit;
  bool thinkingSwitch = false;  // of the next model
  bool canCount = false;
  int countedTexts = 0;
  QList<ModelRequest> loads;
  QList<AnswerRequest> requests;
  QList<RequestId> ids;  // of the requests
  QList<RequestId> cancelled;
  RequestId loading = 0;
  RequestId lastId = 0;
};

}  // namespace hearth_test
