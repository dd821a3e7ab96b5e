// The engine as the services see it: Qt value types and signals. Implemented by EngineClient, and by fakes in tests.
#pragma once

#include <QList>
#include <QMetaType>
#include <QObject>
#include <QString>

/// A failure for people: what went wrong and what to do next, one sentence each.
struct EngineFailure {
  enum class Kind { Other, NotFound, BadFile, Unsupported, OutOfMemory, ContextFull, Busy, Cancelled };

  Kind kind = Kind::Other;
  QString cause;
  QString nextStep;
};

/// What to load. Zeros mean automatic.
struct ModelRequest {
  QString path;
  int threads = 0;
  int contextLength = 0;  // tokens
};

/// Facts of the resident model. Sizes in bytes.
struct ModelFacts {
  QString path;
  QString name;
  QString architecture;
  QString quantisation;
  QString deviceName;
  quint64 fileBytes = 0;
  int experts = 0;
  int expertsUsed = 0;
  int contextLength = 0;  // tokens of one conversation
  bool hasChatTemplate = false;
};

struct ChatTurn {
  QString role;  // "system", "user" or "assistant"
  QString content;

  bool operator==(const ChatTurn&) const = default;
};

struct SamplingSettings {
  double temperature = 0.7;
  double topP = 0.9;
  int topK = 40;
  double repeatPenalty = 1.0;

  bool operator==(const SamplingSettings&) const = default;
};

/// One answer to compute.
struct AnswerRequest {
  QList<ChatTurn> turns;
  SamplingSettings sampling;
  int maxTokens = 0;      // 0: until the context is full
  quint64 cacheSalt = 0;  // prompts are only shared between requests of the same salt
};

enum class AnswerEnd { EndOfTurn, StopString, MaxTokens, ContextFull, Cancelled };

/// Counts and times of one finished answer. Seconds.
struct AnswerUsage {
  int promptTokens = 0;
  int reusedTokens = 0;
  int generatedTokens = 0;
  double decodeSeconds = 0;
  double firstTokenSeconds = 0;
  quint64 seed = 0;
};

/// Loads models and computes answers. All calls return at once; results arrive as signals in the caller's thread,
/// never from inside a call.
class AnswerEngine : public QObject {
  Q_OBJECT

 public:
  using RequestId = quint64;  // 0: none

  using QObject::QObject;

  /// Replaces the resident model. Answers loadProgress..., then modelLoaded or loadFailed.
  virtual RequestId load(const ModelRequest& request) = 0;
  /// Answers answerProgress..., answerText..., then answerFinished or answerFailed.
  virtual RequestId submit(const AnswerRequest& request) = 0;
  /// Stops a load or an answer; ids that are unknown or finished are ignored.
  virtual void cancel(RequestId id) = 0;

 Q_SIGNALS:
  void loadProgress(quint64 id, double fraction);
  void modelLoaded(quint64 id, const ModelFacts& facts);
  void loadFailed(quint64 id, const EngineFailure& failure);
  void answerProgress(quint64 id, int done, int total);
  void answerText(quint64 id, const QString& text, int tokens);
  void answerFinished(quint64 id, AnswerEnd end, const AnswerUsage& usage);
  void answerFailed(quint64 id, const EngineFailure& failure);
};

Q_DECLARE_METATYPE(EngineFailure)
Q_DECLARE_METATYPE(ModelFacts)
Q_DECLARE_METATYPE(AnswerUsage)
