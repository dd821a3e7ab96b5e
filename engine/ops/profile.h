// Per-op time and traffic, summed over runs.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace engine {

struct Profile {
  struct Entry {
    uint64_t calls = 0;
    double seconds = 0;
  };
  std::map<std::string, Entry> entries;  // op name -> sums

  void add(const std::string& op, double seconds) {
    Entry& e = entries[op];
    ++e.calls;
    e.seconds += seconds;
  }
};

}  // namespace engine
