#include "quantize/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "core/mmap_file.h"
#include "core/quant_blocks.h"
#include "gguf/printable.h"
#include "quantize/encode.h"

namespace engine::quantize {
namespace {

// A piece is the unit of work and of summation: its size may not depend on the number of threads. 64 Ki elements take about a
// millisecond and 256 KiB of floats, which stay in the second-level cache. A multiple of every block.
constexpr int64_t kPiece = 1 << 16;
constexpr int64_t kPiecesPerThread = 8;  // in memory at once

struct Piece {
  int64_t row = 0, rows = 0, col = 0, cols = 0;  // cols: whole rows, or a part of one row
};

enum class Problem { none, not_finite, too_large };

struct PieceResult {
  ConversionSums sums;
  Problem problem = Problem::none;
  float value = 0;  // the largest magnitude, when too_large
};

/// How the elements of a tensor fall into pieces.
class Pieces {
 public:
  explicit Pieces(const gguf::TensorInfo& t)
      : cols_(t.ne[0]),
        rows_(t.ne[1] * t.ne[2] * t.ne[3]),
        rows_each_(std::max<int64_t>(1, kPiece / cols_)),
        parts_(cols_ > kPiece ? (cols_ + kPiece - 1) / kPiece : 1) {}

  [[nodiscard]] int64_t count() const { return (rows_ + rows_each_ - 1) / rows_each_ * parts_; }
  [[nodiscard]] Piece piece(int64_t i) const {
    const int64_t row = i / parts_ * rows_each_, col = i % parts_ * kPiece;
    return {row, std::min(rows_each_, rows_ - row), col, std::min(kPiece, cols_ - col)};
  }
  [[nodiscard]] int64_t row_length() const { return cols_; }

 private:
  int64_t cols_, rows_, rows_each_, parts_;
};

/// Offset of a piece in a tensor of a type; whole rows follow each other without gaps.
size_t offset_of(const Piece& p, DType type, int64_t row_length) {
  return static_cast<size_t>(p.row) * row_bytes(type, row_length) + row_bytes(type, p.col);
}

size_t bytes_of(const Piece& p, DType type) {
  return static_cast<size_t>(p.rows) * row_bytes(type, p.cols);
}

bool all_finite(const float* x, int64_t n, float& largest) {
  float peak = 0;
  int bad = 0;
#pragma omp simd reduction(max : peak) reduction(+ : bad)
  for (int64_t i = 0; i < n; ++i) {
    const float a = std::fabs(x[i]);
    bad += a <= 3.4028235e38f ? 0 : 1;
    peak = a > peak ? a : peak;
  }
  largest = peak;
  return bad == 0;
}

ConversionSums sums_of(const float* x, const float* y, int64_t n) {
  double squares = 0, error = 0;
#pragma omp simd reduction(+ : squares, error)
  for (int64_t i = 0; i < n; ++i) {
    const double v = static_cast<double>(x[i]), e = v - static_cast<double>(y[i]);
    squares += v * v;
    error += e * e;
  }
  return {squares, error};
}

void merge_into(const Conversion& c, const Piece& p, float* values) {
  std::vector<Patch> here;
  for (const Patch& patch : c.patches)
    if (patch.first_row < p.row + p.rows && p.row < patch.first_row + patch.rows) here.push_back(patch);
  for (int64_t r = 0; r < p.rows; ++r) apply_patches(here, p.row + r, p.col, p.cols, values + r * p.cols);
}

struct Buffers {
  std::vector<float> values = std::vector<float>(kPiece), decoded = std::vector<float>(kPiece);
};

PieceResult convert_piece(const Conversion& c, const Piece& p, Buffers& buffers, std::byte* out) {
  const gguf::TensorInfo& source = *c.source;
  const int64_t n = p.rows * p.cols;
  const std::byte* bytes = source.data + offset_of(p, source.type, source.ne[0]);
  float *x = buffers.values.data(), *y = buffers.decoded.data();
  dequantize_row(source.type, bytes, x, n);
  PieceResult result;
  float largest = 0;
  if (!c.patches.empty() && all_finite(x, n, largest)) merge_into(c, p, x);
  if (!all_finite(x, n, largest)) {
    result.problem = Problem::not_finite;
    return result;
  }
  if (c.to == source.type && c.patches.empty()) {
    std::memcpy(out, bytes, bytes_of(p, source.type));
    result.sums.squares = sums_of(x, x, n).squares;
    return result;
  }
  if (largest > largest_value(c.to)) return {{}, Problem::too_large, largest};
  encode_row(c.to, x, out, n);
  dequantize_row(c.to, out, y, n);
  result.sums = sums_of(x, y, n);
  return result;
}

Error problem_error(const Conversion& c, const PieceResult& result) {
  const std::string name = gguf::printable(c.name);
  if (result.problem == Problem::not_finite)
    return Error{
        ErrorCode::bad_file, fmt::format("The tensor {} holds a value that is not a finite number.", name),
        c.patches.empty() ? "The model is damaged: download it again." : "The model or the adapter is damaged, or the scale is too large."};
  return Error{ErrorCode::bad_file,
               fmt::format("The tensor {} holds {:.3g}, but {} ends at {:.3g}.", name, static_cast<double>(result.value), dtype_name(c.to),
                           static_cast<double>(largest_value(c.to))),
               fmt::format("Keep it with --tensor-type {}=F32.", name)};
}

/// Types that nothing here can decode (integers, F64) are copied as they are.
Status copy_bytes(const gguf::TensorInfo& t, const std::atomic<bool>* cancel, gguf::StreamWriter& out,
                  const std::function<void(size_t)>& advance) {
  constexpr size_t kStep = size_t{16} << 20;
  for (size_t at = 0; at < t.bytes; at += kStep) {
    if (cancel && cancel->load(std::memory_order_relaxed)) return cancelled_error();
    const size_t n = std::min(kStep, t.bytes - at);
    if (Status s = out.write({t.data + at, n}); !s) return s;
    advance(n);
  }
  return {};
}

}  // namespace

Error cancelled_error() {
  return Error{ErrorCode::cancelled, "The quantisation was stopped; nothing was written.", ""};
}

Result<ConversionSums> convert_tensor(const Conversion& c, ThreadPool& pool, const std::atomic<bool>* cancel, gguf::StreamWriter& out,
                                      const std::function<void(size_t)>& advance) {
  const gguf::TensorInfo& source = *c.source;
  ConversionSums total;
  if (!dtype_info(source.type).computable) {
    if (Status s = copy_bytes(source, cancel, out, advance); !s) return s.error();
    return total;
  }
  const Pieces pieces(source);
  const int64_t batch = kPiecesPerThread * pool.size();
  std::vector<Buffers> buffers(static_cast<size_t>(pool.size()));
  std::vector<PieceResult> results(static_cast<size_t>(batch));
  std::vector<std::byte> encoded;
  for (int64_t first = 0; first < pieces.count(); first += batch) {
    const int64_t count = std::min(batch, pieces.count() - first);
    std::vector<size_t> offsets{0};
    size_t read = 0;
    for (int64_t i = 0; i < count; ++i) {
      offsets.push_back(offsets.back() + bytes_of(pieces.piece(first + i), c.to));
      read += bytes_of(pieces.piece(first + i), source.type);
    }
    encoded.resize(std::max(encoded.size(), offsets.back()));
    pool.run(
        count,
        [&](int64_t i, int thread) {
          results[static_cast<size_t>(i)] = convert_piece(c, pieces.piece(first + i), buffers[static_cast<size_t>(thread)],
                                                          encoded.data() + offsets[static_cast<size_t>(i)]);
        },
        cancel);
    if (cancel && cancel->load(std::memory_order_relaxed)) return cancelled_error();
    for (int64_t i = 0; i < count; ++i) {
      const PieceResult& r = results[static_cast<size_t>(i)];
      if (r.problem != Problem::none) return problem_error(c, r);
      total.squares += r.sums.squares;
      total.squared_error += r.sums.squared_error;
    }
    if (Status s = out.write({encoded.data(), offsets.back()}); !s) return s.error();
    advance(read);
  }
  give_back_pages({source.data, source.bytes});  // a model of any size stays out of this process's memory
  return total;
}

}  // namespace engine::quantize
