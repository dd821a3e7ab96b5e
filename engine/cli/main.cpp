// hearth-cli: the engine without a window.
#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "cli/commands.h"
#include "cli/console.h"
#include "engine/build.h"

namespace engine::cli {
namespace {

const std::map<std::string, DType> kImportTypes{{"f32", DType::f32}, {"f16", DType::f16}, {"bf16", DType::bf16}, {"q8_0", DType::q8_0}};
const std::map<std::string, KvType> kKvTypes{{"f32", KvType::f32}, {"f16", KvType::f16}, {"q8_0", KvType::q8_0}};

/// "1,2,3" with optional spaces; throws CLI::ValidationError on anything else.
template <class T>
std::vector<T> parse_list(const std::string& text, const std::string& option) {
  std::vector<T> out;
  std::stringstream in(text);
  std::string item;
  while (std::getline(in, item, ',')) {
    size_t used = 0;
    long value = 0;
    try {
      value = std::stol(item, &used);
    } catch (const std::exception&) {
      used = 0;
    }
    if (used == 0 || item.find_first_not_of(' ', used) != std::string::npos || value < 0 || value > INT32_MAX)
      throw CLI::ValidationError(option, fmt::format("'{}' is not a list of numbers", text));
    out.push_back(static_cast<T>(value));
  }
  if (out.empty()) throw CLI::ValidationError(option, "the list is empty");
  return out;
}

void add_model(CLI::App& command, Common& common) {
  command.add_option("MODEL", common.model, "a GGUF file")->required();
}

void add_run_options(CLI::App& command, Common& common) {
  command.add_option("--device", common.device, "auto or a name of `hearth-cli devices`")->capture_default_str();
  command.add_option("--gpu-layers", common.gpu_layers, "the first N layers on the device, the others on the CPU; else as many as fit")
      ->check(CLI::Range(0, 1 << 16));
  command.add_option("--cpu-moe", common.cpu_moe_layers, "the experts of the last N layers in the computer's memory; else as few as must")
      ->check(CLI::Range(0, 1 << 16));
  command
      .add_option("--hot-experts", common.hot_experts,
                  "of each of those layers, the N most used experts on the device; else as many as fit")
      ->check(CLI::Range(0, 1 << 24));
  command
      .add_option("--stream-tokens", common.stream_tokens,
                  "prompt steps of N tokens and more bring experts to the device; 0: none do; else where it is quicker")
      ->check(CLI::Range(0, 1 << 24));
  command.add_option("--expert-device", common.expert_device, "device of the routed experts; two with a+b");
  command.add_option("--threads", common.threads, "0: one for each physical core")->check(CLI::Range(0, 1024));
  command.add_flag("--background", common.background, "the processor's threads give way to other programs");
  command.add_option("--ctx,-c", common.context, "context in tokens")->check(CLI::Range(1, 1 << 24));
  command.add_option("--lora", common.lora, "PATH[:SCALE]: a LoRA adapter (GGUF file or PEFT folder), repeatable")->allow_extra_args(false);
  command.add_option("--kv", common.kv, "type of the KV cache: f32, f16 or q8_0")->transform(CLI::CheckedTransformer(kKvTypes));
}

void add_sampling(CLI::App& command, GenerateOptions& o) {
  command.add_option("-n,--max-tokens", o.max_tokens, "at most N tokens, 0: until the context is full")
      ->check(CLI::Range(0, 1 << 24))
      ->capture_default_str();
  command.add_option("--temp", o.sampling.temperature, "temperature, 0: greedy")->check(CLI::Range(0.0, 100.0))->capture_default_str();
  command.add_option("--top-k", o.sampling.top_k)->check(CLI::Range(0, 1 << 24))->capture_default_str();
  command.add_option("--top-p", o.sampling.top_p)->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command.add_option("--min-p", o.sampling.min_p)->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command.add_option("--repeat-penalty", o.sampling.repeat_penalty)->check(CLI::Range(0.1, 10.0))->capture_default_str();
  command.add_option("--presence-penalty", o.sampling.presence_penalty)->check(CLI::Range(-10.0, 10.0))->capture_default_str();
  command.add_option("--seed", o.sampling.seed, "0: a random one");
  command.add_option("--stop", o.stop, "stop string, repeatable");
  command.add_option("--system", o.system, "system message");
}

struct AllOptions {
  Common common;
  TokenizeOptions tokenize;
  TemplateOptions render;
  LogitsOptions logits;
  GenerateOptions generate;
  BenchOptions bench;
  PerplexityOptions perplexity;
  QuantizeCommand quantize;
  ImportCommand import_folder;
  AdapterCommand adapter;
  SelftestOptions selftest;
  std::string tokens_text, depths_text, batches_text;
  int status = 0;
};

void add_inspection(CLI::App& app, AllOptions& o) {
  auto* devices_command = app.add_subcommand("devices", "list devices and say why one cannot be used");
  devices_command->callback([&] { o.status = devices(o.common); });

  auto* info_command = app.add_subcommand("info", "what a model file holds and needs");
  add_model(*info_command, o.common);
  add_run_options(*info_command, o.common);
  info_command->callback([&] { o.status = info(o.common); });

  auto* tokenize_command = app.add_subcommand("tokenize", "text on stdin to token ids");
  add_model(*tokenize_command, o.common);
  tokenize_command->add_flag("--special", o.tokenize.special, "special tokens in the text become those tokens");
  tokenize_command->add_flag("-0", o.tokenize.nul_separated, "NUL-separated texts, a line of ids for each");
  tokenize_command->add_flag("--bos", o.tokenize.bos, "begin with the BOS token");
  tokenize_command->callback([&] { o.status = tokenize(o.common, o.tokenize); });

  auto* detokenize_command = app.add_subcommand("detokenize", "token ids on stdin to text");
  add_model(*detokenize_command, o.common);
  detokenize_command->callback([&] { o.status = detokenize(o.common); });

  auto* template_command = app.add_subcommand("template", "render a chat template");
  template_command->add_option("MODEL", o.common.model, "a GGUF file with a chat template");
  template_command->add_option("--file", o.render.file, "a Jinja file instead of MODEL");
  template_command->add_option("--input", o.render.input, "JSON: messages, add_generation_prompt, bos_token, eos_token, tools, now, ...")
      ->required();
  template_command->callback([&] { o.status = render_template(o.common, o.render); });
}

void add_running(CLI::App& app, AllOptions& o) {
  auto* logits_command = app.add_subcommand("logits", "logits of all tokens as raw f32");
  add_model(*logits_command, o.common);
  add_run_options(*logits_command, o.common);
  logits_command->add_option("--tokens", o.tokens_text, "ids, comma-separated")->required();
  logits_command->add_option("--out", o.logits.out, "output file")->required();
  logits_command->add_option("--split", o.logits.split, "the first N tokens in one batch, the rest one by one")
      ->check(CLI::Range(0, 1 << 24));
  logits_command->add_flag("--yarn-round", o.logits.yarn_round, "round the YaRN ramp of gpt-oss, which the original does not");
  logits_command->callback([&] {
    o.logits.tokens = parse_list<int32_t>(o.tokens_text, "--tokens");
    o.status = logits(o.common, o.logits);
  });

  auto* generate_command = app.add_subcommand("generate", "one answer, streamed");
  add_model(*generate_command, o.common);
  add_run_options(*generate_command, o.common);
  generate_command->add_option("-p,--prompt", o.generate.prompt, "the message")->required();
  generate_command->add_flag("--raw", o.generate.raw, "continue the text as it is, without a chat template");
  add_sampling(*generate_command, o.generate);
  generate_command->callback([&] { o.status = generate(o.common, o.generate); });

  auto* chat_command = app.add_subcommand("chat", "talk with a model");
  add_model(*chat_command, o.common);
  add_run_options(*chat_command, o.common);
  add_sampling(*chat_command, o.generate);
  chat_command->callback([&] { o.status = chat(o.common, o.generate); });
}

void add_measuring(CLI::App& app, AllOptions& o) {
  auto* bench_command = app.add_subcommand("bench", "speed of prompts and answers, and the share of the memory bandwidth used");
  add_model(*bench_command, o.common);
  add_run_options(*bench_command, o.common);
  bench_command->add_option("-p", o.bench.prompt, "prompt tokens, 0: none")->check(CLI::Range(0, 1 << 20))->capture_default_str();
  bench_command->add_option("-n", o.bench.decode, "decoded tokens, 0: none")->check(CLI::Range(0, 1 << 20))->capture_default_str();
  bench_command->add_option("-d", o.depths_text, "depths (tokens already in the context), comma-separated");
  bench_command->add_option("-b", o.batches_text, "sequences decoded together, comma-separated");
  bench_command->add_option("-r", o.bench.repeats, "runs; the median is printed")->check(CLI::Range(1, 1000))->capture_default_str();
  bench_command->add_flag("--profile", o.bench.profile, "time by op");
  bench_command->callback([&] {
    if (!o.depths_text.empty()) o.bench.depths = parse_list<int>(o.depths_text, "-d");
    if (!o.batches_text.empty()) o.bench.batches = parse_list<int>(o.batches_text, "-b");
    o.status = bench(o.common, o.bench);
  });

  auto* perplexity_command = app.add_subcommand("perplexity", "perplexity of a text, second half of every chunk scored");
  add_model(*perplexity_command, o.common);
  perplexity_command->add_option("FILE", o.perplexity.file, "a text")->required();
  add_run_options(*perplexity_command, o.common);
  perplexity_command->add_option("--chunks", o.perplexity.chunks, "at most N chunks")->check(CLI::Range(1, 1 << 24));
  perplexity_command->callback([&] { o.status = perplexity(o.common, o.perplexity); });

  auto* selftest_command = app.add_subcommand("selftest", "check every op and a known answer");
  selftest_command->add_option("--device", o.common.device, "auto or a name of `hearth-cli devices`")->capture_default_str();
  selftest_command->add_option("--threads", o.common.threads)->check(CLI::Range(0, 1024));
  selftest_command->add_option("--filter", o.selftest.filter, "only ops whose name contains this");
  selftest_command->add_option("--model", o.common.model, "also run a known-answer generation with this model");
  selftest_command->callback([&] { o.status = selftest(o.common, o.selftest); });
}

void add_quantize(CLI::App& app, AllOptions& o) {
  auto* command = app.add_subcommand("quantize", "write a model with other block types, adapters merged in");
  command->add_option("IN", o.common.model, "a GGUF file, or one part of a split one")->required();
  command->add_option("OUT", o.quantize.output, "the file to write")->required();
  command->add_option("TYPE", o.quantize.mix, "one of " + quantize_types())->required();
  command->add_flag("--pure", o.quantize.pure, "one type for every matrix, the output and the embeddings too");
  command->add_option("--tensor-type", o.quantize.tensor_types, "PATTERN=TYPE: tensors whose name matches get another type, repeatable")
      ->allow_extra_args(false);
  command->add_option("--lora", o.common.lora, "PATH[:SCALE]: merge an adapter into the weights, repeatable")->allow_extra_args(false);
  command->add_flag("--allow-requantize", o.quantize.allow_requantize, "also quantise what is quantised already; quality suffers");
  command->add_flag("--dry-run", o.quantize.dry_run, "show the types and sizes, write nothing");
  command->add_option("--threads", o.common.threads, "0: one for each physical core")->check(CLI::Range(0, 1024));
  command->callback([&] { o.status = quantize_model(o.common, o.quantize); });
}

void add_import(CLI::App& app, AllOptions& o) {
  auto* command = app.add_subcommand("import", "a model folder of Hugging Face (config.json, tokenizer, *.safetensors) as one GGUF file");
  command->add_option("FOLDER", o.import_folder.folder, "the folder")->required();
  command->add_option("OUT", o.import_folder.output, "the GGUF file to write")->required();
  command->add_option("--type", o.import_folder.type, "type of the matrices, f16 where it is not given")
      ->option_text("f16|bf16|f32|q8_0")
      ->transform(CLI::CheckedTransformer(kImportTypes));
  command->callback([&] { o.status = import_model(o.common, o.import_folder); });
}

void add_adapter(CLI::App& app, AllOptions& o) {
  auto* command = app.add_subcommand("adapter", "what a LoRA adapter is, and whether it fits a model");
  command->add_option("PATH", o.adapter.path, "a GGUF adapter, or a PEFT folder")->required();
  command->add_option("--base", o.common.model, "a GGUF file: fails when the adapter cannot be used with it");
  command->callback([&] { o.status = adapter(o.common, o.adapter); });
}

}  // namespace
}  // namespace engine::cli

int main(int argc, char** argv) {
  using namespace engine::cli;
  std::vector<std::string> arguments = prepare_console(argc, argv);
  AllOptions options;
  CLI::App app{"hearth-cli: the Hearth engine without a window", "hearth-cli"};
  app.allow_windows_style_options(false);  // "/models/x.gguf" is a path there, too, and no option
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--json", options.common.json, "machine-readable output");
  app.set_version_flag(
      "--version",
      [&options] {
        const engine::BuildInfo build = engine::build_info();
        return options.common.json ? engine::version_json(build, "hearth-cli") : engine::version_text(build, "hearth-cli");
      },
      "version, options and libraries of this build");
  try {
    add_inspection(app, options);
    add_running(app, options);
    add_measuring(app, options);
    add_quantize(app, options);
    add_import(app, options);
    add_adapter(app, options);
    std::reverse(arguments.begin(), arguments.end());  // the library takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    return fail({engine::ErrorCode::device, std::string("Unexpected failure: ") + error.what() + ".", ""});
  }
  return options.status;
}
