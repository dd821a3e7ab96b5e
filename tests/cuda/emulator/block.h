// Blocks of threads as fibers.
//
// Every thread of a block has a fiber. One runs until it reaches a collective operation (a shuffle, a vote, a barrier, a product of
// tensor cores), leaves there what the others of its warp are to read, and hands over to a thread that has not arrived yet. The last
// one to arrive goes on at once. What lanes leave is kept twice in turn, so that a lane may be on its way to the next operation while
// others still read. The order of lanes and warps is drawn from a seed: code that counts on an order fails.
//
// A lane that has exited or waits at another operation when all lanes are needed ends the program with a message, as does
// touching memory beyond the dynamic shared memory.
//
// Where a launch may begin before the one in front of it has ended, what its blocks do before begin_kernel() can be run with the memory as
// it may be by then (Early): the threads of a block wait there for each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>

#include "vector_types.h"

namespace hearth_emulator {

using Where = std::source_location;

enum class Collective : uint8_t { shuffle, vote, tensor_core, warp_barrier, block_barrier, kernel_begin };

/// What one lane leaves for its warp.
union Deposit {
  uint64_t word;
  struct {
    unsigned a[4], b[2];
  } fragments;
};

/// What one lane gets of a product of tensor cores.
union Product {
  float f[4];
  int i[4];
};

struct Warp {
  uint32_t live = 0;     // lanes that have not returned
  uint32_t arrived = 0;  // of these, waiting at the present operation
  unsigned turn = 0;     // the lane to begin with after it
  unsigned side = 0;     // which of the two sets of deposits the present operation fills
  Collective kind = Collective::shuffle;
  Where where;
  Deposit deposits[2][32];
  Product products[2][32];
};

struct Fiber;

struct Lane {
  uint3 thread;
  unsigned lane;
  Warp* warp;
  Fiber* fiber;        // null until it starts
  bool begun = false;  // whether it has waited for the launch in front (begin_kernel)
};

/// The thread that runs, its block, and the launch. Null outside of kernels.
extern constinit thread_local Lane* current;
extern constinit thread_local uint3 block_index;
extern constinit thread_local uint3 block_size;
extern constinit thread_local uint3 grid_size;
extern constinit thread_local std::byte* dynamic_shared;

/// Returns once every lane of the warp has called it; for block_barrier and kernel_begin, every thread of the block that has not returned.
/// `complete`, if any, is run once, when the last lane of the warp has arrived; `side` is that of the deposits.
void meet(Collective kind, const Where& where, void (*complete)(Warp& warp, unsigned side) = nullptr);

/// Ends the program with `what`, naming block and thread.
[[noreturn]] void fail(const char* what, const Where& where);

struct LaunchConfig {
  uint3 grid{1, 1, 1};
  unsigned threads = 32;  // of a block, all along x
  size_t shared = 0;      // bytes of dynamic shared memory
};

/// HEARTH_CUDA_EMULATOR_SEED, which chooses the order of threads, or 1.
uint64_t seed();

/// What is done before a block runs, and when its threads have come to begin_kernel().
struct Early {
  std::function<void()> enter, leave;
};

/// begin_kernel() of the thread that runs.
void begin_kernel(const Where& where = Where::current());

/// Runs `code(argument)` for every thread of every block, several blocks at a time; returns when all are done. With `early` one block runs
/// after the other.
void run_grid(const LaunchConfig& config, void (*code)(const void* argument), const void* argument, const Early* early = nullptr);

}  // namespace hearth_emulator
