#include "core/parking.h"

namespace engine {

void park_while(const std::atomic<uint32_t>& word, uint32_t value) {
  word.wait(value, std::memory_order_seq_cst);
}

void unpark_all(std::atomic<uint32_t>& word) {
  word.notify_all();
}

}  // namespace engine
