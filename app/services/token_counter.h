// How many tokens texts are for the loaded model.
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QStringList>

#include "bridge/answer_engine.h"

class ModelService;

/// Asks the engine and remembers what it said, for as long as the model stays. Until an answer comes, and without a model, an estimate
/// stands in for it.
class TokenCounter : public QObject {
  Q_OBJECT

 public:
  /// Both must outlive this object.
  TokenCounter(AnswerEngine* engine, const ModelService* models, QObject* parent = nullptr);

  /// Counted, else estimated on the high side.
  [[nodiscard]] int tokens(const QString& text) const;
  [[nodiscard]] bool knows(const QString& text) const;
  /// What a chat template adds to each turn.
  [[nodiscard]] int turnMarks() const { return m_marks; }
  /// Asks for what is not known; changed() follows. False: all of it is known, or will not become so, because no model is there or it
  /// cannot count.
  bool ask(const QStringList& texts);

 Q_SIGNALS:
  void changed();

 private:
  using Key = std::pair<qsizetype, size_t>;

  [[nodiscard]] static Key keyOf(const QString& text);
  void forget();
  void onCounted(quint64 id, const TokenCounts& counts);
  void onFailed(quint64 id);

  AnswerEngine* m_engine;
  const ModelService* m_models;
  QHash<Key, int> m_known;
  QHash<quint64, QList<Key>> m_asked;  // by request
  QSet<Key> m_waiting;                 // of all of them
  quint64 m_marksRequest = 0;
  bool m_able = true;
  int m_marks;
};
