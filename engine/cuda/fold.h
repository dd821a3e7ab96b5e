// Neighbouring ops that become fewer launches together than each by itself (design.md section 2, rule 6).
#pragma once

#include <span>

#include "cuda/recorder.h"

namespace engine::cuda {

/// Records the first of `ops` (not empty), with its successors as far as they fold; returns how many ops that were. Every result has
/// the bits that the ops alone would give it.
size_t record_folded(Recorder& r, std::span<const Op> ops);

}  // namespace engine::cuda
