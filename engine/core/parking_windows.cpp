// Not std::atomic::wait: where there is no futex, libstdc++ 12 looks at the word before it takes its lock, so that a change in between
// wakes nobody. Pools of threads then wait for ever, once in some ten starts.
#include <windows.h>

#include "core/parking.h"

namespace engine {

static_assert(sizeof(std::atomic<uint32_t>) == sizeof(uint32_t));  // WaitOnAddress compares the bytes

void park_while(const std::atomic<uint32_t>& word, uint32_t value) {
  ::WaitOnAddress(const_cast<std::atomic<uint32_t>*>(&word), &value, sizeof value, INFINITE);
}

void unpark_all(std::atomic<uint32_t>& word) {
  ::WakeByAddressAll(&word);
}

}  // namespace engine
