// How the answer that is being computed, or was computed last, is doing: for the window, stored nowhere.
#pragma once

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QTimer>

#include "bridge/answer_engine.h"

class ModelService;

/// Watches the engine. Of several answers at the same time it follows the one that began last.
class PerformanceService : public QObject {
  Q_OBJECT

 public:
  /// Most values of the speed over time; when they are full, neighbours become one.
  static constexpr int kMostSpeeds = 120;
  static constexpr int kFirstSpanMs = 500;

  struct Answer {
    quint64 request = 0;  // 0: there was none yet
    bool running = false;
    QString modelName;
    int promptDone = 0, promptTotal = 0;
    int tokens = 0;        // generated so far
    AnswerUsage usage;     // once it has ended
    QList<double> speeds;  // tokens/s in spans of spanMs, from the first token on
    int spanMs = kFirstSpanMs;
  };

  /// Both must outlive this object.
  PerformanceService(AnswerEngine* engine, const ModelService* models, QObject* parent = nullptr);

  [[nodiscard]] const Answer& answer() const { return m_answer; }
  [[nodiscard]] const ModelService& models() const { return *m_models; }

  /// Takes over tokens that came `ms` after the first one. Public for tests: time is whatever they say.
  void count(int tokens, qint64 ms);

 Q_SIGNALS:
  /// At most a few times a second while an answer is computed.
  void changed();

 private:
  void follow(quint64 request);
  void onText(quint64 request, int tokens);
  void onFinished(quint64 request, const AnswerUsage& usage);
  void onFailed(quint64 request);
  void changeSoon();

  const ModelService* m_models;
  Answer m_answer;
  QList<int> m_counts;    // tokens in each span
  QElapsedTimer m_clock;  // since the first token
  QTimer m_timer;
};
