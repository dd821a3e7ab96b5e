// The roof of decoding: how fast this machine reads memory.
#pragma once

namespace engine::cpu {

/// Bytes per second of a plain vector sum over 1 GiB with `threads` threads, best of 3 passes. Takes about 0.5 s and 1 GiB
/// of memory; 0 when there is too little.
double measure_read_bandwidth(int threads);

}  // namespace engine::cpu
