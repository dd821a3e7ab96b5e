// What tests set and read of the emulated device.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "host_api.h"

namespace hearth_emulator {

/// Facts of the device; changed before it is opened. HEARTH_CUDA_EMULATOR_DEVICE=75 begins with those of another compute capability.
struct Properties {
  int devices = 1;
  int major = 9, minor = 0;
  int processors = 4;
  size_t shared_bytes = 227 << 10;  // that a block may ask for
  size_t memory_bytes = size_t{4} << 30;
};
Properties& properties();

/// Calls named `function` (of the runtime; "" for none) fail with `error` after `skip` more.
void fail_calls(const char* function, int skip, cudaError_t error);
/// Calls that failed because of it.
int failed_calls();
/// What the call of that name is to fail with, for those parts of the emulator that stand for it.
cudaError_t call(const char* function);

/// Device memory that is allocated now.
size_t device_bytes();
std::vector<std::span<std::byte>> device_memory();

}  // namespace hearth_emulator
