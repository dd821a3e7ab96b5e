#include "import/tensor_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "core/half.h"
#include "core/quant_blocks.h"
#include "model/hf_names.h"

namespace engine::importer {
namespace {

constexpr int64_t kChunk = 1 << 20;                     // elements converted between two looks at `cancel`: some milliseconds
constexpr uint64_t kReleaseEvery = uint64_t{32} << 20;  // bytes written before the pages that were read are given back

/// Rows of one planned tensor as floats.
class RowSource {
 public:
  RowSource(const PlannedTensor& tensor, const StreamControl& control) : t_(tensor), control_(control) {}

  void read(int64_t row, std::span<float> out) {
    if (!t_.values.empty()) {
      std::copy_n(t_.values.begin() + row * static_cast<int64_t>(out.size()), out.size(), out.begin());
      return;
    }
    switch (t_.arrangement) {
      case Arrangement::plain:
        return plain(row, out);
      case Arrangement::heads:
        return heads(row, out);
      case Arrangement::k_b:
        return transposed(row, out);
      case Arrangement::v_b: {
        const int64_t head = row / t_.v_rows;
        return source_row(t_.sources[0], head * (t_.k_rows + t_.v_rows) + t_.k_rows + row % t_.v_rows, out);
      }
    }
  }

 private:
  void plain(int64_t row, std::span<float> out) {
    const int64_t rows = t_.sources[0].rows;
    source_row(t_.sources[static_cast<size_t>(row / rows)], row % rows, out);
  }

  /// A bias is one row of the result, and a column of the source.
  void heads(int64_t row, std::span<float> out) {
    if (t_.sources[0].columns > 1 || out.size() == 1) return source_row(t_.sources[0], model::hf_row_of(row, t_.width), out);
    for (size_t i = 0; i < out.size(); ++i)
      source_row(t_.sources[0], model::hf_row_of(static_cast<int64_t>(i), t_.width), out.subspan(i, 1));
  }

  /// Row (head, j) of k_b is column j of the head's K rows.
  void transposed(int64_t row, std::span<float> out) {
    const Source& source = t_.sources[0];
    const int64_t head = row / source.columns, column = row % source.columns;
    if (head != head_) {
      k_.resize(static_cast<size_t>(t_.k_rows * source.columns));
      for (int64_t n = 0; n < t_.k_rows; ++n)
        source_row(source, head * (t_.k_rows + t_.v_rows) + n,
                   std::span(k_).subspan(static_cast<size_t>(n * source.columns), static_cast<size_t>(source.columns)));
      head_ = head;
    }
    for (int64_t n = 0; n < t_.k_rows; ++n) out[static_cast<size_t>(n)] = k_[static_cast<size_t>(n * source.columns + column)];
  }

  void source_row(const Source& source, int64_t row, std::span<float> out) const {
    gguf::decode(*source.weight, row * source.columns, out);
    if (!source.factors) return;
    const int64_t per_row = (source.columns + control_.fp8_columns - 1) / control_.fp8_columns;
    for (int64_t block = 0; block < per_row; ++block) {
      float factor = 0;
      gguf::decode(*source.factors, row / control_.fp8_rows * per_row + block, {&factor, 1});
      const int64_t end = std::min(source.columns, (block + 1) * control_.fp8_columns);
      for (int64_t i = block * control_.fp8_columns; i < end; ++i) out[static_cast<size_t>(i)] *= factor;
    }
  }

  const PlannedTensor& t_;
  const StreamControl& control_;
  std::vector<float> k_;  // K rows of one head
  int64_t head_ = -1;
};

Status check_values(const gguf::TensorShape& shape, std::span<const float> values) {
  float largest = 0;
  bool finite = true;
  for (const float v : values) {
    finite = finite && std::isfinite(v);
    largest = std::max(largest, std::fabs(v));
  }
  if (!finite)
    return Error{ErrorCode::bad_file, fmt::format("The tensor for {} holds values that are no numbers.", shape.name),
                 "Download the model again, or choose another one."};
  if (shape.type == DType::f16 && largest >= 65520.0f)
    return Error{ErrorCode::bad_file, fmt::format("The tensor for {} holds {}, which is too large for F16.", shape.name, largest),
                 "Import it as bf16 or f32."};
  return {};
}

void encode(DType type, std::span<const float> values, std::vector<std::byte>& out) {
  out.resize(row_bytes(type, static_cast<int64_t>(values.size())));
  if (type == DType::f32) {
    std::memcpy(out.data(), values.data(), out.size());
  } else if (type == DType::q8_0) {
    quantize_row_q8_0(values.data(), out.data(), static_cast<int64_t>(values.size()));
  } else {
    auto* half = reinterpret_cast<uint16_t*>(out.data());
    if (type == DType::f16)
      std::transform(values.begin(), values.end(), half, float_to_half);
    else
      std::transform(values.begin(), values.end(), half, float_to_bfloat);
  }
}

}  // namespace

Status write_tensors(gguf::StreamWriter& writer, const std::vector<PlannedTensor>& tensors, const StreamControl& control) {
  uint64_t total = 0, done = 0, unreleased = 0;
  for (const PlannedTensor& t : tensors) total += t.shape.bytes();
  std::vector<float> values;
  std::vector<std::byte> bytes;
  for (const PlannedTensor& t : tensors) {
    const int64_t in = t.shape.ne[0];
    int64_t rows = 1;
    for (size_t d = 1; d < t.shape.ne.size(); ++d) rows *= t.shape.ne[d];
    RowSource source(t, control);
    const int64_t at_once = std::max<int64_t>(1, kChunk / in);
    for (int64_t first = 0; first < rows; first += at_once) {
      if (control.cancel && *control.cancel) return Error{ErrorCode::cancelled, "The import was stopped.", ""};
      const int64_t n = std::min(at_once, rows - first);
      values.resize(static_cast<size_t>(n * in));
      for (int64_t r = 0; r < n; ++r)
        source.read(first + r, std::span(values).subspan(static_cast<size_t>(r * in), static_cast<size_t>(in)));
      if (Status s = check_values(t.shape, values); !s) return s;
      encode(t.shape.type, values, bytes);
      if (Status s = writer.write(bytes); !s) return s;
      done += bytes.size();
      if (control.progress) control.progress(static_cast<double>(done) / static_cast<double>(total), t.shape.name);
      unreleased += bytes.size();
      if (unreleased < kReleaseEvery) continue;
      unreleased = 0;
      control.checkpoint.give_back();
    }
  }
  return {};
}

}  // namespace engine::importer
