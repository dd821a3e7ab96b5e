// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), seeded by splitmix64:
// the same numbers on every platform and standard library.
#pragma once

#include <cstdint>

namespace engine {

class Rng {
 public:
  explicit Rng(uint64_t seed);

  uint64_t next();
  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  uint64_t s_[4];
};

/// A seed from the system's entropy, never 0 (0 means "choose one" in SamplingParams).
uint64_t random_seed();

}  // namespace engine
