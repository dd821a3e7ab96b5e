// A build without the codebooks of IQ1 to IQ3 (engine/core/CMakeLists.txt): no type that needs one is computable, so these are never
// read.
#include "core/iq_grids.h"

namespace engine {

constinit const Codebook<uint64_t, 256> kIq2XxsGrid{};
constinit const Codebook<uint64_t, 512> kIq2XsGrid{};
constinit const Codebook<uint64_t, 1024> kIq2SGrid{};
constinit const Codebook<uint32_t, 256> kIq3XxsGrid{};
constinit const Codebook<uint32_t, 512> kIq3SGrid{};
constinit const Codebook<uint64_t, 2048> kIq1Grid{};

}  // namespace engine
