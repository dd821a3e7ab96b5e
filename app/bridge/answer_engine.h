// The engine as the services see it: Qt value types and signals. Implemented by EngineClient, and by fakes in tests.
#pragma once

#include <QList>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>
#include <atomic>
#include <optional>

#include "errors/error_catalogue.h"

/// What to load. Zeros mean automatic.
struct ModelRequest {
  QString path;
  QString device;  // see DeviceFacts::id; empty or "auto": the best one
  int threads = 0;
  bool background = false;    // the processor's threads give way to other programs
  int contextLength = 0;      // tokens
  QString chatTemplate = {};  // in place of the model's own; empty: its own
};

/// What one device holds of a model, bytes.
struct DevicePart {
  QString device;  // DeviceFacts::id
  quint64 weights = 0;
  quint64 experts = 0;
  quint64 cache = 0;
  quint64 scratch = 0;
  quint64 adapters = 0;  // set aside for them

  [[nodiscard]] quint64 total() const { return weights + experts + cache + scratch + adapters; }
  bool operator==(const DevicePart&) const = default;
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
  QString chatLayout;            // name of the layout used in place of a chat template; empty: the model's own is used
  QString chatTemplateProblem;   // why its own cannot be used, in the engine's words; empty when it has none
  QList<DevicePart> parts = {};  // the main device first
  int layersAway = 0;            // whose experts are in the computer's memory although the layers are not,
  int hotExperts = 0;            // but for so many of each, the most used
  bool thinkingSwitch = false;   // its template can ask for answers without thinking
};

/// Whether a device passed its self-test.
enum class DeviceCheck { NotNeeded, Unchecked, Passed, Failed };

/// Why "auto" leaves a usable device alone.
enum class DeviceLeft { Chosen, Other, FailedCheck, Software, Integrated };

/// One device that could compute.
struct DeviceFacts {
  QString id;    // "cpu", "cuda:0", ...
  QString name;  // for people
  quint64 freeBytes = 0;
  bool usable = false;
  QString reason;          // why it is not usable, in the engine's words
  quint64 totalBytes = 0;  // 0: unknown
  DeviceCheck check = DeviceCheck::NotNeeded;
  QString checkReason = {};  // why the self-test failed, in the engine's words
  DeviceLeft left = DeviceLeft::Other;
};

/// What a self-test said of a device.
struct DeviceVerdict {
  enum class Result { Passed, Failed, Cancelled };
  Result result = Result::Passed;
  QString reason;  // why it failed, in the engine's words
};

/// Another device computes than the one that was chosen.
struct DeviceSwitch {
  QString from;    // for people
  QString reason;  // in the engine's words, without a full stop
};

/// Memory that a model would take, bytes. All zero: unknown.
struct MemoryNeed {
  quint64 weights = 0;  // experts included
  quint64 cache = 0;    // for the context
  quint64 scratch = 0;
  int contextLength = 0;  // tokens this is for
  quint64 onDevice = 0;   // of it on the chosen device, where the rest goes to the computer's memory; 0: not split
  bool fits = true;

  [[nodiscard]] quint64 total() const { return weights + cache + scratch; }
};

struct ChatTurn {
  QString role;  // "system", "user" or "assistant"
  QString content;

  bool operator==(const ChatTurn&) const = default;
};

struct SamplingSettings {
  double temperature = 0.7;
  double topP = 0.9;
  double minP = 0;
  int topK = 40;
  double repeatPenalty = 1.0;
  double presencePenalty = 0;  // 0: off
  int penaltyWindow = 64;      // tokens looked back at by both penalties
  quint64 seed = 0;            // 0: a random one

  bool operator==(const SamplingSettings&) const = default;
};

/// An adapter at work.
struct AdapterUse {
  QString path;  // GGUF file or PEFT folder
  double scale = 1;

  bool operator==(const AdapterUse&) const = default;
};

/// What there is of an answer that goes on. The thinking is over when there is text.
struct BegunAnswer {
  QString thinking;
  QString text;

  bool operator==(const BegunAnswer&) const = default;
};

/// One answer to compute.
struct AnswerRequest {
  QList<ChatTurn> turns;
  SamplingSettings sampling;
  int maxTokens = 0;      // 0: until the context is full
  quint64 cacheSalt = 0;  // prompts are only shared between requests of the same salt
  QList<AdapterUse> adapters = {};
  std::optional<BegunAnswer> begun = {};  // only what follows it is reported
  QStringList stop = {};                  // texts at which the answer ends, not part of it
  std::optional<bool> thinking = {};      // none: as the model does by itself; see ModelFacts::thinkingSwitch
};

enum class AnswerEnd { EndOfTurn, StopString, MaxTokens, ContextFull, Cancelled };

/// How often the experts of a model with experts worked.
struct ExpertWork {
  QList<QList<quint64>> chosen;  // [layer][expert] times a token chose it; empty in layers without experts
  quint64 total = 0;
  quint64 onDevice = 0;  // of it, by experts on the device of their layer

  bool operator==(const ExpertWork&) const = default;
};

/// Counts and times of one finished answer. Seconds.
struct AnswerUsage {
  int promptTokens = 0;
  int reusedTokens = 0;
  int generatedTokens = 0;
  double decodeSeconds = 0;
  double firstTokenSeconds = 0;
  quint64 seed = 0;
  double promptSeconds = 0;  // for the tokens of the prompt that were not reused
  ExpertWork experts = {};   // while this answer was computed, for others at the same time too
};

/// Tokens of texts for the loaded model.
struct TokenCounts {
  int prompt = 0;         // all of them as one prompt, with the marks of the chat template
  QList<int> texts = {};  // each one alone
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
  /// Answers answerProgress..., answerThinking... and answerText..., then answerFinished or answerFailed.
  virtual RequestId submit(const AnswerRequest& request) = 0;
  /// Stops a load or an answer; ids that are unknown or finished are ignored.
  virtual void cancel(RequestId id) = 0;
  /// Counts the tokens of turns with the tokenizer of the loaded model, between two steps of what is being computed. Answers counted or
  /// answerFailed. 0: it cannot count.
  virtual RequestId count(const QList<ChatTurn>& turns) {
    Q_UNUSED(turns)
    return 0;
  }
  /// Forgets an adapter whose file goes away or has changed: the next answer that names it reads it anew. Answers under way keep it.
  virtual void detachAdapter(const QString& path) { Q_UNUSED(path) }

  /// The devices of this machine. May look at drivers: call it from a worker thread.
  [[nodiscard]] virtual QList<DeviceFacts> devices() const = 0;
  /// Runs the self-test of a device unless its result is known: a few seconds at most, in a worker thread. `id` as in DeviceFacts.
  [[nodiscard]] virtual DeviceVerdict checkDevice(const QString& id, const std::atomic<bool>& cancel) const {
    Q_UNUSED(id)
    Q_UNUSED(cancel)
    return {};
  }
  /// Memory for a model; `request` as for load(). Reads the head of the file: call it from a worker thread.
  [[nodiscard]] virtual MemoryNeed memoryFor(const ModelRequest& request) const = 0;

 Q_SIGNALS:
  void loadProgress(quint64 id, double fraction);
  void modelLoaded(quint64 id, const ModelFacts& facts);
  void loadFailed(quint64 id, const Problem& problem);
  /// The processor computes from now on. Of a load, before its modelLoaded; with id 0 a device failed under running answers, which go
  /// on: modelLoaded with id 0 follows.
  void deviceSwitched(quint64 id, const DeviceSwitch& change);
  void answerProgress(quint64 id, int done, int total);
  void answerText(quint64 id, const QString& text, int tokens);
  /// What a reasoning model thinks before it answers: no part of the answer.
  void answerThinking(quint64 id, const QString& text, int tokens);
  void answerFinished(quint64 id, AnswerEnd end, const AnswerUsage& usage);
  void answerFailed(quint64 id, const Problem& problem);
  void counted(quint64 id, const TokenCounts& counts);
};

Q_DECLARE_METATYPE(ModelFacts)
Q_DECLARE_METATYPE(AnswerUsage)
Q_DECLARE_METATYPE(TokenCounts)
