// The computer under us.
#pragma once

#include <cstdint>
#include <string>

namespace engine {

struct Memory {
  uint64_t total = 0, available = 0;  // bytes; available without pushing anything out
};
Memory system_memory();

/// Physical cores this process may run on, at least 1.
int physical_cores();

/// From now on the calling thread gives way to threads of the usual priority, for good.
void lower_thread_priority();

/// What the processor calls itself, with all its marks; empty when unknown.
std::string processor_brand();

}  // namespace engine
