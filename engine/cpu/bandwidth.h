// The roof of decoding: how fast this machine reads memory.
#pragma once

#include <cstddef>

namespace engine::cpu {

/// Bytes per second of a plain vector sum over `bytes` (whole 256 KiB) with `threads` threads, best of 3 passes. Takes about 0.5 s for 1
/// GiB, and that much memory; 0 when there is too little. Less than several times the caches measures those.
double measure_read_bandwidth(int threads, size_t bytes = size_t{1} << 30);

}  // namespace engine::cpu
