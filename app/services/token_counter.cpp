#include "services/token_counter.h"

#include <algorithm>
#include <numeric>

#include "services/model_service.h"
#include "services/prompt.h"

namespace {

constexpr int kUsualMarks = 8;  // of a turn, in the usual templates
constexpr qsizetype kMostKnown = 20'000;

}  // namespace

TokenCounter::TokenCounter(AnswerEngine* engine, const ModelService* models, QObject* parent)
    : QObject(parent), m_engine(engine), m_models(models), m_marks(kUsualMarks) {
  connect(models, &ModelService::stateChanged, this, &TokenCounter::forget);
  connect(engine, &AnswerEngine::counted, this, &TokenCounter::onCounted);
  connect(engine, &AnswerEngine::answerFailed, this, &TokenCounter::onFailed);
}

// The text itself is not kept: it may be long, and private.
TokenCounter::Key TokenCounter::keyOf(const QString& text) {
  return {text.size(), qHash(text, 0x9e3779b9)};
}

bool TokenCounter::knows(const QString& text) const {
  return text.isEmpty() || m_known.contains(keyOf(text));
}

int TokenCounter::tokens(const QString& text) const {
  if (text.isEmpty()) return 0;
  const auto known = m_known.constFind(keyOf(text));
  return known == m_known.constEnd() ? estimatedTokens(text) : *known;
}

bool TokenCounter::ask(const QStringList& texts) {
  if (!m_able || m_models->state() != ModelService::State::Ready) return false;
  QList<ChatTurn> turns;
  QList<Key> keys;
  bool waits = false;
  for (const QString& text : texts) {
    if (knows(text)) continue;
    waits = true;
    const Key key = keyOf(text);
    if (m_waiting.contains(key)) continue;
    m_waiting.insert(key);
    keys.append(key);
    turns.append({turns.size() % 2 == 0 ? QStringLiteral("user") : QStringLiteral("assistant"), text});
  }
  if (turns.isEmpty()) return waits;
  const quint64 id = m_engine->count(turns);
  if (id == 0) {
    m_able = false;
    m_waiting.clear();
    return false;
  }
  m_asked.insert(id, keys);
  if (m_marksRequest == 0) {
    const ChatTurn word{QStringLiteral("user"), QStringLiteral("a")};
    m_marksRequest = m_engine->count({word, {QStringLiteral("assistant"), word.content}, word});
  }
  return true;
}

/// Another model has other tokens.
void TokenCounter::forget() {
  m_known.clear();
  m_asked.clear();
  m_waiting.clear();
  m_marksRequest = 0;
  m_able = true;
  m_marks = kUsualMarks;
  Q_EMIT changed();
}

void TokenCounter::onCounted(quint64 id, const TokenCounts& counts) {
  if (id != 0 && id == m_marksRequest) {
    const int texts = std::accumulate(counts.texts.begin(), counts.texts.end(), 0);
    const int turns = std::max(1, static_cast<int>(counts.texts.size()));
    m_marks = std::max(0, counts.prompt - texts + turns - 1) / turns;
    Q_EMIT changed();
    return;
  }
  const QList<Key> keys = m_asked.take(id);
  if (keys.isEmpty()) return;
  if (m_known.size() > kMostKnown) m_known.clear();
  for (qsizetype i = 0; i < keys.size(); ++i) {
    m_waiting.remove(keys[i]);
    if (i < counts.texts.size()) m_known.insert(keys[i], counts.texts[i]);
  }
  Q_EMIT changed();
}

void TokenCounter::onFailed(quint64 id) {
  if (!m_asked.contains(id)) return;
  m_asked.clear();
  m_waiting.clear();
  m_able = false;
  Q_EMIT changed();
}
