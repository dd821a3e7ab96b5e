// Requests to the engine thread and the events that come back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/info.h"
#include "engine/result.h"

namespace engine {

using RequestId = uint64_t;  // 0 is never a valid id

struct ChatMessage {
  std::string role;     // "system", "user" or "assistant"
  std::string content;  // UTF-8
};

/// Sampling. temperature 0 is greedy. Stages: penalties, top-k, top-p, min-p, temperature.
struct SamplingParams {
  float temperature = 0.7f;
  int top_k = 40;                 // 0: off
  float top_p = 0.9f;             // 1: off
  float min_p = 0.0f;             // 0: off
  float repeat_penalty = 1.0f;    // 1: off
  float presence_penalty = 0.0f;  // 0: off
  int penalty_last_n = 64;        // tokens looked back at by both penalties
  uint64_t seed = 0;              // 0: a random one, reported in Usage
};

/// A LoRA adapter and how much of it: a GGUF adapter, a PEFT folder, or the adapter_model.safetensors inside one.
struct AdapterUse {
  std::string path;
  float scale = 1.0f;  // 0: as if it were not there
};

/// What to load. A load replaces the model that is resident.
struct LoadOptions {
  std::string model_path;
  std::string device = "auto";  // see DeviceInfo::id
  std::string expert_device;    // device of the routed experts; empty: as `cpu_moe_layers` says
  int gpu_layers = -1;          // the first N layers on `device`, the others on the processor; -1: as many as fit
  int cpu_moe_layers = -1;      // routed experts of the last N layers in the computer's memory; -1: as few as necessary
  int hot_experts = -1;         // of each of those layers, so many experts on `device`, the most used; -1: as many as fit
  int stream_tokens = -1;       // as MemoryPlan
  int threads = 0;              // 0: physical cores
  bool background = false;      // the processor's threads give way to those of other programs
  int context = 0;              // tokens for each sequence; 0: min(trained context, 4096)
  KvType kv = KvType::f16;
  int max_sequences = 4;  // concurrent sequences
  // Most bytes of attached adapters, part of the memory plan; 0: no adapters, -1: by the size of the model.
  int64_t adapter_bytes = -1;
  // A device that cannot be used or fails is replaced by the processor (DeviceFallback), also when it was named. With "auto"
  // that is always so.
  bool allow_fallback = true;
  // In place of the model's own chat template; empty: its own. One that does not work is refused (LoadFailed::of_template).
  std::string chat_template;
};

/// What there is of an answer that goes on. The thinking is over when there is text.
struct BegunAnswer {
  std::string thinking;  // without its tags; empty: none
  std::string text;
};

/// One answer to compute: either `messages` (chat template applied) or `prompt` (raw text).
struct Request {
  std::vector<ChatMessage> messages;
  std::optional<std::string> prompt;  // raw text to continue; may be empty for a model that begins with BOS
  // Of requests with messages: the answer to the last one goes on from here. Only what is new is reported.
  std::optional<BegunAnswer> begun = {};
  // Whether the model thinks before it answers, where its template leaves that to the chat (ChatFormat::thinking_switch); none: as
  // the template does by itself.
  std::optional<bool> thinking = {};
  int max_tokens = 0;  // 0: until the context is full
  SamplingParams sampling;
  std::vector<std::string> stop;     // stop strings, not part of the answer
  std::vector<AdapterUse> adapters;  // attached when they are not yet; requests with other adapters can run beside this one
  uint64_t cache_salt = 0;           // prefixes are only shared between requests of the same salt (one per chat)
};

enum class StopReason { end_of_turn, stop_string, max_tokens, context_full, cancelled };

/// What a piece of text is: the answer, or the thinking that a reasoning model writes before it. Only requests with
/// messages tell them apart; the continuation of a raw prompt is all answer.
enum class TextKind { answer, thinking };

/// Counts and times of one finished request. Seconds.
struct Usage {
  int prompt_tokens = 0;
  int reused_tokens = 0;  // of the prompt, taken from the prefix cache
  int generated_tokens = 0;
  double prompt_seconds = 0, decode_seconds = 0;
  double first_token_seconds = 0;  // from submit to the first text
  int thinking_tokens = 0;         // of the generated ones
  double thinking_seconds = 0;     // from the first token to the end of the thinking
  uint64_t seed = 0;
  /// Of a model with experts: how they worked while this request was computed, also for others at the same time. Null: not known.
  std::shared_ptr<const ExpertUse> experts = nullptr;
};

struct LoadProgress {
  RequestId id;
  float fraction;
  std::string stage;
};  // fraction 0..1
struct ModelLoaded {
  RequestId id;
  ModelInfo info;
  std::string device;
  int context;
  double seconds;
  MemoryEstimate memory;  // on all devices together
  ChatFormat chat_format = {};
  MemoryPlan plan = {};  // by device
};
/// A device could not be used, or failed under running answers: the processor computes from now on. Comes before the ModelLoaded
/// of the load (`id`), or, in the middle of answers, with id 0 and followed by a ModelLoaded with id 0. Answers go on where they were.
struct DeviceFallback {
  RequestId id;
  std::string from, to;   // DeviceInfo::id
  std::string from_name;  // DeviceInfo::name, or the id of a device that is not there
  Error reason;
};
struct LoadFailed {
  RequestId id;
  Error error;
  bool of_template = false;  // LoadOptions::chat_template is the reason
};
struct ModelUnloaded {
  RequestId id;
};
/// An adapter is on the device of the resident model, ready for requests.
struct AdapterAttached {
  RequestId id;
  std::string path, name;
  int rank;        // largest
  int tensors;     // that it changes
  uint64_t bytes;  // on the device
};
struct AdapterDetached {
  RequestId id;
  std::string path;
};
/// How many tokens messages are for the resident model.
struct Counted {
  RequestId id;
  int prompt = 0;             // of all of them as a prompt, with the marks of the template
  std::vector<int> contents;  // of each one's text alone
};
struct PromptProgress {
  RequestId id;
  int done, total, reused;
};  // tokens
struct TextDelta {
  RequestId id;
  std::string text;
  int tokens;
  TextKind kind = TextKind::answer;
};  // whole UTF-8 characters only; the marks of a thinking section are no text
struct Finished {
  RequestId id;
  StopReason reason;
  Usage usage;
  std::vector<int32_t> ids = {};
};  // ids: the tokens of the answer
struct Failed {
  RequestId id;
  Error error;
  // Paths of the adapters that are the reason: one that this model cannot use, or several that cannot work together.
  std::vector<std::string> adapters = {};
};

using Event = std::variant<LoadProgress, ModelLoaded, LoadFailed, ModelUnloaded, AdapterAttached, AdapterDetached, PromptProgress,
                           TextDelta, Finished, Failed, DeviceFallback, Counted>;

}  // namespace engine
