// Threads that sleep until a word in memory changes.
#pragma once

#include <atomic>
#include <cstdint>

namespace engine {

/// Sleeps while the word has this value; may also return without a reason.
void park_while(const std::atomic<uint32_t>& word, uint32_t value);

/// Wakes all that sleep on the word, after it was changed.
void unpark_all(std::atomic<uint32_t>& word);

}  // namespace engine
