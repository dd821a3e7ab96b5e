#include "bridge/engine_client.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <atomic>
#include <type_traits>

#include "bridge/engine_problem.h"
#include "engine/check.h"
#include "engine/engine.h"

namespace {

constexpr int kFrameMs = 16;
// Ids for requests that the engine did not take, above everything it counts to.
constexpr quint64 kRefusedIds = quint64(1) << 62;

[[nodiscard]] ModelFacts factsOf(const engine::ModelLoaded& loaded) {
  ModelFacts facts;
  facts.path = fromStd(loaded.info.path);
  facts.name = fromStd(loaded.info.name);
  facts.architecture = fromStd(loaded.info.architecture);
  facts.quantisation = fromStd(loaded.info.quantisation);
  facts.deviceName = fromStd(loaded.device);
  facts.fileBytes = loaded.info.file_bytes;
  facts.experts = loaded.info.experts;
  facts.expertsUsed = loaded.info.experts_used;
  facts.contextLength = loaded.context;
  facts.hasChatTemplate = loaded.info.has_chat_template;
  facts.chatLayout = fromStd(loaded.chat_format.layout);
  facts.thinkingSwitch = loaded.chat_format.thinking_switch;
  facts.chatTemplateProblem = fromStd(loaded.chat_format.problem);
  for (const engine::DeviceMemory& d : loaded.plan.devices)
    facts.parts.append({fromStd(d.device), d.memory.weights, d.memory.experts, d.memory.kv_cache, d.memory.scratch, d.memory.adapters});
  facts.layersAway = loaded.plan.cpu_moe_layers;
  facts.hotExperts = loaded.plan.hot_experts;
  return facts;
}

/// Why an answer failed; adapters are named as people know them, by their files.
[[nodiscard]] Problem failureOf(const engine::Failed& failed) {
  if (failed.adapters.empty()) return problemOf(failed.error);
  QStringList names;
  for (const std::string& path : failed.adapters) names += QFileInfo(fromStdPath(path)).fileName();
  if (names.size() > 1) return problemOf(failed.error, ErrorId::AdaptersTogether, {names.join(QStringLiteral(", "))});
  return problemOf(failed.error, ErrorId::AdapterNotUsable, names);
}

[[nodiscard]] AnswerEnd endOf(engine::StopReason reason) {
  switch (reason) {
    case engine::StopReason::stop_string:
      return AnswerEnd::StopString;
    case engine::StopReason::max_tokens:
      return AnswerEnd::MaxTokens;
    case engine::StopReason::context_full:
      return AnswerEnd::ContextFull;
    case engine::StopReason::cancelled:
      return AnswerEnd::Cancelled;
    case engine::StopReason::end_of_turn:
      break;
  }
  return AnswerEnd::EndOfTurn;
}

[[nodiscard]] ExpertWork workOf(const engine::ExpertUse& use) {
  ExpertWork work{{}, use.total, use.on_device};
  for (const std::vector<uint64_t>& layer : use.chosen) work.chosen.append(QList<quint64>(layer.begin(), layer.end()));
  return work;
}

[[nodiscard]] AnswerUsage usageOf(const engine::Usage& usage) {
  AnswerUsage out{usage.prompt_tokens,       usage.reused_tokens, usage.generated_tokens, usage.decode_seconds,
                  usage.first_token_seconds, usage.seed,          usage.prompt_seconds};
  if (usage.experts) out.experts = workOf(*usage.experts);
  return out;
}

[[nodiscard]] DeviceSwitch switchOf(const engine::DeviceFallback& fallback) {
  QString reason = fromStd(fallback.reason.message);
  if (reason.endsWith(u'.')) reason.chop(1);
  return {fromStd(fallback.from_name), reason};
}

[[nodiscard]] DeviceCheck checkOf(engine::CheckState check) {
  switch (check) {
    case engine::CheckState::unchecked:
      return DeviceCheck::Unchecked;
    case engine::CheckState::passed:
      return DeviceCheck::Passed;
    case engine::CheckState::failed:
      return DeviceCheck::Failed;
    case engine::CheckState::not_needed:
      break;
  }
  return DeviceCheck::NotNeeded;
}

[[nodiscard]] DeviceLeft leftOf(engine::NotAutomatic why) {
  switch (why) {
    case engine::NotAutomatic::chosen:
      return DeviceLeft::Chosen;
    case engine::NotAutomatic::failed_check:
      return DeviceLeft::FailedCheck;
    case engine::NotAutomatic::software:
      return DeviceLeft::Software;
    case engine::NotAutomatic::integrated:
      return DeviceLeft::Integrated;
    case engine::NotAutomatic::other:
    case engine::NotAutomatic::for_checking:
      break;
  }
  return DeviceLeft::Other;
}

[[nodiscard]] engine::LoadOptions optionsOf(const ModelRequest& request) {
  engine::LoadOptions options;
  options.model_path = toStdPath(request.path);
  if (!request.device.isEmpty()) options.device = request.device.toStdString();
  options.threads = request.threads;
  options.background = request.background;
  options.context = request.contextLength;
  options.chat_template = request.chatTemplate.toStdString();
  return options;
}

/// Joins texts of the same request that follow each other, and keeps only the last of successive progress reports.
[[nodiscard]] std::vector<engine::Event> coalesced(std::vector<engine::Event> events) {
  std::vector<engine::Event> out;
  out.reserve(events.size());
  for (engine::Event& event : events) {
    auto* text = std::get_if<engine::TextDelta>(&event);
    auto* previous = out.empty() ? nullptr : std::get_if<engine::TextDelta>(&out.back());
    if (text && previous && previous->id == text->id && previous->kind == text->kind) {
      previous->text += text->text;
      previous->tokens += text->tokens;
      continue;
    }
    const auto* load = std::get_if<engine::LoadProgress>(&event);
    if (load && !out.empty() && std::holds_alternative<engine::LoadProgress>(out.back()) &&
        std::get<engine::LoadProgress>(out.back()).id == load->id)
      out.pop_back();
    out.push_back(std::move(event));
  }
  return out;
}

}  // namespace

struct EngineClient::Private {
  std::atomic<bool> wakePosted{false};
  QTimer frame;  // fires when the next take is due
  QElapsedTimer lastTake;
  quint64 refused = kRefusedIds;
  std::string cacheFolder;
  std::unique_ptr<engine::Engine> engine;  // destroyed first: its thread calls back into this object
};

EngineClient::EngineClient(const QString& cacheFolder, QObject* parent) : AnswerEngine(parent), d(std::make_unique<Private>()) {
  d->frame.setSingleShot(true);
  d->frame.setTimerType(Qt::PreciseTimer);
  connect(&d->frame, &QTimer::timeout, this, &EngineClient::takeEvents);
  d->cacheFolder = toStdPath(cacheFolder);
  engine::EngineOptions options;
  options.cache_dir = d->cacheFolder;
  options.wake = [this] {
    if (!d->wakePosted.exchange(true))
      QMetaObject::invokeMethod(
          this, [this] { onWake(); }, Qt::QueuedConnection);
  };
  d->engine = std::make_unique<engine::Engine>(std::move(options));
}

EngineClient::~EngineClient() {
  d->engine.reset();
}

void EngineClient::onWake() {
  d->wakePosted = false;
  if (d->frame.isActive()) return;
  const qint64 since = d->lastTake.isValid() ? d->lastTake.elapsed() : kFrameMs;
  d->frame.start(static_cast<int>(std::max<qint64>(0, kFrameMs - since)));
}

void EngineClient::takeEvents() {
  d->lastTake.start();
  for (const engine::Event& event : coalesced(d->engine->poll())) {
    std::visit(
        [this](const auto& e) {
          using E = std::decay_t<decltype(e)>;
          if constexpr (std::is_same_v<E, engine::LoadProgress>)
            Q_EMIT loadProgress(e.id, static_cast<double>(e.fraction));
          else if constexpr (std::is_same_v<E, engine::ModelLoaded>)
            Q_EMIT modelLoaded(e.id, factsOf(e));
          else if constexpr (std::is_same_v<E, engine::LoadFailed>)
            Q_EMIT loadFailed(e.id, e.of_template ? problemOf(e.error, ErrorId::TemplateBroken, {}) : problemOf(e.error));
          else if constexpr (std::is_same_v<E, engine::DeviceFallback>)
            Q_EMIT deviceSwitched(e.id, switchOf(e));
          else if constexpr (std::is_same_v<E, engine::PromptProgress>)
            Q_EMIT answerProgress(e.id, e.done, e.total);
          else if constexpr (std::is_same_v<E, engine::TextDelta>)
            e.kind == engine::TextKind::thinking ? Q_EMIT answerThinking(e.id, fromStd(e.text), e.tokens)
                                                 : Q_EMIT answerText(e.id, fromStd(e.text), e.tokens);
          else if constexpr (std::is_same_v<E, engine::Finished>)
            Q_EMIT answerFinished(e.id, endOf(e.reason), usageOf(e.usage));
          else if constexpr (std::is_same_v<E, engine::Failed>)
            Q_EMIT answerFailed(e.id, failureOf(e));
          else if constexpr (std::is_same_v<E, engine::Counted>)
            Q_EMIT counted(e.id, {e.prompt, QList<int>(e.contents.begin(), e.contents.end())});
        },
        event);
  }
}

AnswerEngine::RequestId EngineClient::load(const ModelRequest& request) {
  return d->engine->load(optionsOf(request));
}

AnswerEngine::RequestId EngineClient::submit(const AnswerRequest& request) {
  engine::Request out;
  for (const ChatTurn& turn : request.turns) out.messages.push_back({turn.role.toStdString(), turn.content.toStdString()});
  if (request.begun) out.begun = {request.begun->thinking.toStdString(), request.begun->text.toStdString()};
  out.max_tokens = request.maxTokens;
  out.sampling.temperature = static_cast<float>(request.sampling.temperature);
  out.sampling.top_p = static_cast<float>(request.sampling.topP);
  out.sampling.min_p = static_cast<float>(request.sampling.minP);
  out.sampling.top_k = request.sampling.topK;
  out.sampling.repeat_penalty = static_cast<float>(request.sampling.repeatPenalty);
  out.sampling.presence_penalty = static_cast<float>(request.sampling.presencePenalty);
  out.sampling.penalty_last_n = request.sampling.penaltyWindow;
  out.sampling.seed = request.sampling.seed;
  out.thinking = request.thinking;
  for (const QString& stop : request.stop) out.stop.push_back(stop.toStdString());
  out.cache_salt = request.cacheSalt;
  for (const AdapterUse& use : request.adapters) out.adapters.push_back({toStdPath(use.path), static_cast<float>(use.scale)});
  const engine::Result<engine::RequestId> id = d->engine->submit(std::move(out));
  if (id) return *id;
  const quint64 refused = ++d->refused;
  QMetaObject::invokeMethod(
      this, [this, refused, problem = problemOf(id.error())] { Q_EMIT answerFailed(refused, problem); }, Qt::QueuedConnection);
  return refused;
}

void EngineClient::cancel(RequestId id) {
  if (id < kRefusedIds) d->engine->cancel(id);
}

AnswerEngine::RequestId EngineClient::count(const QList<ChatTurn>& turns) {
  std::vector<engine::ChatMessage> messages;
  for (const ChatTurn& turn : turns) messages.push_back({turn.role.toStdString(), turn.content.toStdString()});
  return d->engine->count(std::move(messages));
}

void EngineClient::detachAdapter(const QString& path) {
  d->engine->detach(toStdPath(path));
}

QList<DeviceFacts> EngineClient::devices() const {
  QList<DeviceFacts> devices;
  for (const engine::DeviceInfo& device : engine::list_devices(d->cacheFolder)) {
    if (device.id == "reference") continue;  // scalar code for checking the others: hundreds of times slower
    devices.append({fromStd(device.id), fromStd(device.name), device.memory_free, device.usable, fromStd(device.reason),
                    device.memory_total, checkOf(device.check), fromStd(device.check_reason), leftOf(device.automatic)});
  }
  return devices;
}

DeviceVerdict EngineClient::checkDevice(const QString& id, const std::atomic<bool>& cancel) const {
  const engine::Status tested = engine::check_device(d->cacheFolder, id.toStdString(), &cancel);
  if (tested) return {};
  const bool stopped = tested.error().code == engine::ErrorCode::cancelled;
  return {stopped ? DeviceVerdict::Result::Cancelled : DeviceVerdict::Result::Failed, fromStd(tested.error().message)};
}

MemoryNeed EngineClient::memoryFor(const ModelRequest& request) const {
  const auto need = [](const engine::MemoryEstimate& m) {
    return MemoryNeed{m.weights + m.experts, m.kv_cache, m.scratch + m.adapters, m.context};
  };
  const engine::LoadOptions options = optionsOf(request);
  if (const auto plan = engine::plan_memory(options, d->cacheFolder)) {
    MemoryNeed planned = need(plan->total());
    if (plan->devices.size() > 1) planned.onDevice = plan->devices.front().memory.total();
    return planned;
  }
  // What it would take says what is too much.
  const auto estimate = engine::estimate_memory(options.model_path, options.context, options.kv);
  if (!estimate) return {};
  MemoryNeed tooMuch = need(*estimate);
  tooMuch.fits = false;
  return tooMuch;
}
