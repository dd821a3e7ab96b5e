// What the processor under us can do, asked at run time.
#pragma once

#include <string>

#include "cpu/kernels.h"

namespace engine::cpu {

/// The best level that this processor and this build have. HEARTH_CPU=scalar|avx2|avxvnni|avx512 lowers it (for tests);
/// a level that the processor lacks, or any other word, is ignored.
Level best_level();

/// "Intel Xeon", "AMD Ryzen 7 7840U": the brand without marks and clock rates; "CPU" when unknown.
std::string processor_name();

}  // namespace engine::cpu
