#include "services/performance_service.h"

#include "services/model_service.h"

namespace {

constexpr int kChangeMs = 250;  // between two changes that the window is told of

}  // namespace

PerformanceService::PerformanceService(AnswerEngine* engine, const ModelService* models, QObject* parent)
    : QObject(parent), m_models(models) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(kChangeMs);
  connect(&m_timer, &QTimer::timeout, this, &PerformanceService::changed);
  connect(engine, &AnswerEngine::answerProgress, this, [this](quint64 id, int done, int total) {
    follow(id);
    if (id != m_answer.request) return;
    m_answer.promptDone = done;
    m_answer.promptTotal = total;
    changeSoon();
  });
  connect(engine, &AnswerEngine::answerText, this, [this](quint64 id, const QString&, int tokens) { onText(id, tokens); });
  connect(engine, &AnswerEngine::answerThinking, this, [this](quint64 id, const QString&, int tokens) { onText(id, tokens); });
  connect(engine, &AnswerEngine::answerFinished, this, [this](quint64 id, AnswerEnd, const AnswerUsage& usage) { onFinished(id, usage); });
  connect(engine, &AnswerEngine::answerFailed, this, [this](quint64 id) { onFailed(id); });
  connect(models, &ModelService::changed, this, &PerformanceService::changed);
}

/// Requests are numbered in the order in which they come; the engine's refusals have numbers far above.
void PerformanceService::follow(quint64 request) {
  if (request <= m_answer.request) return;
  m_answer = {};
  m_answer.request = request;
  m_answer.running = true;
  m_answer.modelName = m_models->name();
  m_counts.clear();
  m_clock.invalidate();
}

void PerformanceService::onText(quint64 request, int tokens) {
  follow(request);
  if (request != m_answer.request) return;
  if (!m_clock.isValid()) m_clock.start();
  count(tokens, m_clock.elapsed());
  changeSoon();
}

void PerformanceService::count(int tokens, qint64 ms) {
  m_answer.tokens += tokens;
  while (ms / m_answer.spanMs >= kMostSpeeds) {
    for (qsizetype i = 0; i < m_counts.size(); i += 2) m_counts[i / 2] = m_counts[i] + (i + 1 < m_counts.size() ? m_counts[i + 1] : 0);
    m_counts.resize((m_counts.size() + 1) / 2);
    m_answer.spanMs *= 2;
  }
  const auto span = static_cast<qsizetype>(ms / m_answer.spanMs);
  if (m_counts.size() <= span) m_counts.resize(span + 1);
  m_counts[span] += tokens;
  // The last span is not over yet: it counts when the next one begins.
  m_answer.speeds.resize(span);
  for (qsizetype i = 0; i < span; ++i) m_answer.speeds[i] = m_counts[i] * 1000.0 / m_answer.spanMs;
}

void PerformanceService::onFinished(quint64 request, const AnswerUsage& usage) {
  follow(request);
  if (request != m_answer.request) return;
  m_answer.running = false;
  m_answer.usage = usage;
  m_answer.promptDone = m_answer.promptTotal = usage.promptTokens;
  m_answer.tokens = usage.generatedTokens;
  m_timer.stop();
  Q_EMIT changed();
}

void PerformanceService::onFailed(quint64 request) {
  if (request != m_answer.request) return;
  m_answer.running = false;
  m_timer.stop();
  Q_EMIT changed();
}

void PerformanceService::changeSoon() {
  if (!m_timer.isActive()) m_timer.start();
}
