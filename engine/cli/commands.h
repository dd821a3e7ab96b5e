// The commands of hearth-cli. Each returns the exit status: 0, or 1 after one line on stderr.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/dtype.h"
#include "engine/request.h"
#include "engine/result.h"
#include "runtime/model_runtime.h"

namespace engine::cli {

/// Options most commands share.
struct Common {
  std::string model;
  std::string device = "auto";
  std::string expert_device;
  int gpu_layers = -1, cpu_moe_layers = -1, hot_experts = -1, stream_tokens = -1;  // LoadOptions
  int threads = 0;
  bool background = false;
  int context = 0;
  KvType kv = KvType::f16;
  std::vector<std::string> lora;  // PATH[:SCALE]
  bool json = false;
};

struct TokenizeOptions {
  bool special = false, nul_separated = false, bos = false;
};
struct TemplateOptions {
  std::string file, input;
};
struct LogitsOptions {
  std::vector<int32_t> tokens;
  std::string out;
  int split = 0;
  bool yarn_round = false;
};
struct GenerateOptions {
  std::string prompt, system;
  int max_tokens = 256;
  bool raw = false;
  SamplingParams sampling;
  std::vector<std::string> stop;
};
struct BenchOptions {
  int prompt = 512, decode = 128, repeats = 5;
  std::vector<int> depths{0}, batches{1};
  bool profile = false;
};
struct PerplexityOptions {
  std::string file;
  int chunks = 0;
};
struct QuantizeCommand {
  std::string output, mix;
  std::vector<std::string> tensor_types;  // PATTERN=TYPE
  bool pure = false, allow_requantize = false, dry_run = false;
};
struct ImportCommand {
  std::string folder, output;
  DType type = DType::f16;
};
struct AdapterCommand {
  std::string path;
};
struct SelftestOptions {
  std::string filter;
};

int devices(const Common& common);
int info(const Common& common);
int tokenize(const Common& common, const TokenizeOptions& options);
int detokenize(const Common& common);
int render_template(const Common& common, const TemplateOptions& options);
int logits(const Common& common, const LogitsOptions& options);
int generate(const Common& common, const GenerateOptions& options);
int chat(const Common& common, const GenerateOptions& options);
int bench(const Common& common, const BenchOptions& options);
int perplexity(const Common& common, const PerplexityOptions& options);
int quantize_model(const Common& common, const QuantizeCommand& command);
/// `common.model`: the base, may be empty. 1 when the adapter does not fit it.
int adapter(const Common& common, const AdapterCommand& command);
int import_model(const Common& common, const ImportCommand& command);
int selftest(const Common& common, const SelftestOptions& options);

/// The names `quantize` knows, comma-separated.
std::string quantize_types();

/// Prints "hearth-cli: <cause> <next step>" on stderr; returns 1.
int fail(const Error& error);

/// Options of a load from the common ones. A device that was named is not replaced by another.
LoadOptions load_options(const Common& common);
RuntimeOptions runtime_options(const Common& common);

/// A load that Ctrl+C stops in order: a self-test that was only stopped must not count as one that crashed.
Result<std::unique_ptr<ModelRuntime>> load_runtime(const RuntimeOptions& options);

/// Where results of self-tests are kept: $HEARTH_HOME/cache, or hearth in the user's cache folder; empty where there is none.
std::string cache_folder();

/// "PATH" or "PATH:SCALE"; a path that exists is taken whole, colons and all. Errors: not_found.
Result<AdapterUse> parse_adapter(const std::string& text);
Result<std::vector<AdapterUse>> parse_adapters(const std::vector<std::string>& texts);

/// Memory that is enough for the adapters of --lora; 0 without any.
int64_t adapter_bytes(const Common& common);

/// The adapters of --lora, attached.
Result<AdapterSet> attach_adapters(ModelRuntime& runtime, const Common& common);

/// Pages 0.. of one sequence of `tokens` tokens that begins at page `first`.
std::vector<int32_t> page_range(int first, int tokens);

}  // namespace engine::cli
