#include "quantize/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "core/thread_pool.h"
#include "gguf/printable.h"
#include "gguf/raw_metadata.h"
#include "gguf/split.h"
#include "gguf/writer.h"
#include "quantize/convert.h"
#include "quantize/encode.h"

namespace engine::quantize {
namespace {

using gguf::printable;
using gguf::TensorInfo;

constexpr uint32_t kU32 = 4;                  // GGUF value type
constexpr uint32_t kQuantizationVersion = 2;  // of the block layouts in formats.md 2
constexpr int64_t kLargestAlignment = 4096;   // padding beyond it only wastes space

/// A tensor to write and what is known about it before it is written.
struct Job {
  Conversion conversion;
  std::string note;
};

Status check_kind(const gguf::File& file) {
  const std::string kind(file.string("general.type").value_or("model"));
  const bool projector = file.string("general.architecture") == "clip";  // older ones name no kind
  if (kind != "model" || projector)
    return Error{ErrorCode::unsupported,
                 fmt::format("{} is no model but of the kind \"{}\".", file.path(), projector ? "mmproj" : printable(kind)),
                 "Choose a model file."};
  if (file.tensors().empty())
    return Error{ErrorCode::unsupported, fmt::format("{} holds no weights.", file.path()), "Choose a file with the whole model."};
  return {};
}

/// The output may replace nothing that is read, under whatever name.
Status check_output(const QuantizeOptions& o, const gguf::File& file) {
  std::vector<std::string> inputs{o.input, file.path()};
  if (const auto split = gguf::parse_split_name(file.path()); split && file.integer("split.count").value_or(1) > 1)
    for (int i = 1; i <= split->count; ++i) inputs.push_back(gguf::split_path(split->prefix, i, split->count));
  for (const MergeAdapter& a : o.adapters) inputs.push_back(a.adapter.path);
  for (const std::string& input : inputs)
    for (const std::string& output : {o.output, o.output + ".part"}) {
      std::error_code missing;
      if (input == output || std::filesystem::equivalent(input, output, missing))
        return Error{ErrorCode::invalid_argument, fmt::format("{} is an input, so it cannot be the output.", printable(output, 4096)),
                     "Choose another name for the output."};
    }
  return {};
}

class Planner {
 public:
  Planner(const QuantizeOptions& options, const gguf::File& file, const Merge& merge, Mix mix)
      : options_(options), file_(file), merge_(merge), mix_(std::move(mix)) {}

  Result<std::vector<Job>> plan() {
    const TensorInfo* table = file_.tensor("token_embd.weight");
    const bool tied = !file_.tensor("output.weight");
    // An adapter of the table leaves the output as it is and the other way round, so they come apart.
    const bool parts = tied && table && (!merge_.patches("token_embd.weight").empty() || !merge_.patches("output.weight").empty());
    mix_.set_tied(tied && !parts);
    for (const TensorInfo& t : file_.tensors()) {
      if (Status s = add(t.name, t); !s) return s.error();
      if (parts && &t == table) {
        if (Status s = add("output.weight", t); !s) return s.error();
        note(jobs_.back(), "a copy of token_embd.weight, which the adapter separates from the output");
      }
    }
    return std::move(jobs_);
  }

 private:
  static void note(Job& job, const std::string& text) { job.note += (job.note.empty() ? "" : "; ") + text; }

  Status add(const std::string& name, const TensorInfo& source) {
    const Choice choice = mix_.choose(name, source);
    const std::span<const Patch> patches = merge_.patches(name);
    Job job{{name, &source, choice.type, patches}, choice.note};
    if (choice.kept) note(job, "kept");
    if (!patches.empty()) note(job, "adapter merged");
    if (choice.type != source.type || !patches.empty())
      if (Status s = check_change(job); !s) return s;
    jobs_.push_back(std::move(job));
    return {};
  }

  Status check_change(Job& job) {
    const TensorInfo& source = *job.conversion.source;
    const std::string name = printable(source.name);
    if (!dtype_info(source.type).computable || !can_encode(job.conversion.to))
      return Error{ErrorCode::unsupported,
                   fmt::format("The tensor {} is of type {}, which cannot be converted.", name, dtype_name(source.type)),
                   "Start from a version of the model in F16, BF16 or F32."};
    if (dtype_info(source.type).block_elems == 1 || options_.allow_requantize) return {};
    return Error{ErrorCode::invalid_argument,
                 fmt::format("{} is quantised already: its tensor {} is {}.", file_.path(), name, dtype_name(source.type)),
                 "Start from the model in F16, BF16 or F32, or add --allow-requantize, at a loss of quality."};
  }

  const QuantizeOptions& options_;
  const gguf::File& file_;
  const Merge& merge_;
  Mix mix_;
  std::vector<Job> jobs_;
};

uint32_t alignment_of(const gguf::File& file) {
  const int64_t alignment = file.integer("general.alignment").value_or(32);
  return static_cast<uint32_t>(alignment <= kLargestAlignment ? alignment : 32);
}

std::vector<std::byte> u32_payload(uint32_t value) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  return {bytes, bytes + sizeof value};
}

/// The metadata of the input, value for value, in its order.
Result<gguf::Writer> copy_metadata(const gguf::File& file, uint32_t file_type) {
  Result<std::vector<gguf::RawValue>> values = gguf::read_raw_metadata(file.path());
  if (!values) return values.error();
  gguf::Writer writer(alignment_of(file));
  bool type_written = false, version_written = false;
  for (const gguf::RawValue& v : *values) {
    if (v.key.starts_with("split.") || v.key == "general.alignment") continue;
    const bool is_type = v.key == "general.file_type", is_version = v.key == "general.quantization_version";
    type_written |= is_type, version_written |= is_version;
    if (is_type || is_version)
      writer.put_raw(v.key, kU32, u32_payload(is_type ? file_type : kQuantizationVersion));
    else
      writer.put_raw(v.key, v.type, v.payload);
  }
  if (!type_written) writer.put_u32("general.file_type", file_type);
  if (!version_written) writer.put_u32("general.quantization_version", kQuantizationVersion);
  return writer;
}

std::vector<int64_t> dimensions(const TensorInfo& t) {
  return {t.ne, t.ne + t.n_dims};
}

TensorReport report_of(const Job& job) {
  const TensorInfo& t = *job.conversion.source;
  TensorReport r;
  r.name = job.conversion.name;
  r.from = t.type;
  r.to = job.conversion.to;
  r.elements = t.ne[0] * t.ne[1] * t.ne[2] * t.ne[3];
  r.bytes_in = t.bytes;
  r.bytes_out = row_bytes(r.to, t.ne[0]) * static_cast<uint64_t>(t.ne[1] * t.ne[2] * t.ne[3]);
  r.note = job.note;
  return r;
}

QuantizeReport start_report(const std::vector<Job>& jobs) {
  QuantizeReport report;
  int requantised = 0;
  for (const Job& job : jobs) {
    report.tensors.push_back(report_of(job));
    report.bytes_in += report.tensors.back().bytes_in;
    report.bytes_out += report.tensors.back().bytes_out;
    const DType from = job.conversion.source->type;
    requantised += dtype_info(from).block_elems > 1 && (from != job.conversion.to || !job.conversion.patches.empty()) ? 1 : 0;
  }
  if (requantised > 0)
    report.warnings.push_back(fmt::format(
        "{} tensors were quantised already. Quantising them again adds a second error to the first: quality suffers.", requantised));
  return report;
}

Status write_tensors(const QuantizeOptions& o, const std::vector<Job>& jobs, gguf::StreamWriter& out, QuantizeReport& report) {
  ThreadPool pool(std::max(1, o.threads));
  uint64_t done = 0;
  double squares = 0, error = 0;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const Job& job = jobs[i];
    const auto advance = [&](size_t bytes) {
      done += bytes;
      if (o.progress) o.progress(static_cast<double>(done) / static_cast<double>(report.bytes_in), job.conversion.name);
    };
    Result<ConversionSums> sums = convert_tensor(job.conversion, pool, o.cancel, out, advance);
    if (!sums) return sums.error();
    TensorReport& r = report.tensors[i];
    r.rms = std::sqrt(sums->squares / static_cast<double>(r.elements));
    r.rmse = std::sqrt(sums->squared_error / static_cast<double>(r.elements));
    if (r.from == r.to && job.conversion.patches.empty()) continue;
    squares += sums->squares;
    error += sums->squared_error;
  }
  report.relative_error = squares > 0 ? std::sqrt(error / squares) : 0;
  return {};
}

Result<Merge> make_merge(const QuantizeOptions& o, const gguf::File& file) {
  if (o.adapters.empty()) return Merge();
  const Result<model::Config> config = model::read_config(file);
  if (!config) return config.error();
  return Merge::make(o.adapters, file, *config);
}

}  // namespace

Result<QuantizeReport> quantize(const QuantizeOptions& options) {
  Result<gguf::File> file = gguf::File::open(options.input);
  if (!file) return file.error();
  if (Status s = check_kind(*file); !s) return s.error();
  if (Status s = options.dry_run ? Status() : check_output(options, *file); !s) return s.error();
  Result<Mix> mix = Mix::make(options.mix, *file, options.purity, options.overrides);
  if (!mix) return mix.error();
  Result<Merge> merge = make_merge(options, *file);
  if (!merge) return merge.error();
  Result<std::vector<Job>> jobs = Planner(options, *file, *merge, *mix).plan();
  if (!jobs) return jobs.error();
  QuantizeReport report = start_report(*jobs);
  if (options.dry_run) return report;

  Result<gguf::Writer> head = copy_metadata(*file, mix->file_type());
  if (!head) return head.error();
  std::vector<gguf::TensorShape> shapes;
  for (const Job& job : *jobs) shapes.push_back({job.conversion.name, job.conversion.to, dimensions(*job.conversion.source)});
  Result<gguf::StreamWriter> out = gguf::StreamWriter::create(options.output, *head, std::move(shapes));
  if (!out) return out.error();
  if (Status s = write_tensors(options, *jobs, *out, report); !s) return s.error();
  // A request that came during the last bytes still leaves nothing behind.
  if (options.cancel && options.cancel->load(std::memory_order_relaxed)) return cancelled_error();
  if (Status s = out->finish(); !s) return s.error();
  report.file_bytes = out->file_bytes();
  return report;
}

}  // namespace engine::quantize
