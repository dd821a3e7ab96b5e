#include "block.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "watch.h"

namespace hearth_emulator {

constinit thread_local Lane* current = nullptr;
constinit thread_local uint3 block_index{};
constinit thread_local uint3 block_size{};
constinit thread_local uint3 grid_size{};
constinit thread_local std::byte* dynamic_shared = nullptr;

/// A stack that runs one thread after another.
struct Fiber {
  void* at = nullptr;  // its stack pointer while others run
};

// Leaves the registers that a call keeps on the stack, stores the stack pointer in *from and goes on at the one given. It ends with
// a return: all lanes come from the same place, so that the processor predicts where it leads.
extern "C" void hearth_emulator_switch(void** from, void* to);
#if defined(__x86_64__)
asm(R"(
  .text
  .globl hearth_emulator_switch
  .type hearth_emulator_switch, @function
hearth_emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size hearth_emulator_switch, . - hearth_emulator_switch
)");
constexpr size_t kSavedWords = 6;
#else
#error "The emulator switches stacks on x86-64 only."
#endif

namespace {

constexpr size_t kPage = 4096, kStack = 128 << 10, kMaxShared = 227 << 10, kSharedPages = 228 << 10;
constexpr unsigned kMaxThreads = 1024;
constexpr uint32_t kAll = 0xffffffffu;

/// Readable and writable memory between two pages that are neither.
std::byte* guarded(size_t bytes) {
  void* p = mmap(nullptr, bytes + 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  std::byte* begin = static_cast<std::byte*>(p) + kPage;
  if (p == MAP_FAILED || mprotect(begin, bytes, PROT_READ | PROT_WRITE) != 0) {
    std::perror("CUDA emulator: memory");
    std::abort();
  }
  return begin;
}

void release(std::byte* begin, size_t bytes) {
  munmap(begin - kPage, bytes + 2 * kPage);
}

/// One block at a time: its threads, their fibers, its shared memory. One for each thread of the operating system.
class Runner {
 public:
  Runner();
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  void run(const LaunchConfig& config, uint64_t block, void (*code)(const void*), const void* argument, const Early* early);
  /// Whether threads wait at begin_kernel().
  [[nodiscard]] bool early() const { return early_ != nullptr; }
  void meet(Collective kind, const Where& where, void (*complete)(Warp&, unsigned));
  [[noreturn]] void fiber_main();

 private:
  void begin_block(const LaunchConfig& config, uint64_t block);
  void check_shared(const LaunchConfig& config) const;
  Fiber* take_fiber();
  void open_barrier();
  [[nodiscard]] Lane* next_lane(Warp& warp);
  [[nodiscard]] Lane* next_anywhere();
  [[nodiscard]] Lane* after_return(Lane* self);
  void jump(Fiber* from, Fiber* to);
  void complete(Warp& warp, void (*step)(Warp&, unsigned));
  unsigned draw() {
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(random_ >> 33);
  }

  std::byte* stacks_;
  std::byte* shared_;  // behind its end nothing may be touched
  std::vector<Fiber> fibers_;
  std::vector<Fiber*> idle_;
  size_t made_ = 0;
  Fiber main_;
  std::unique_ptr<Lane[]> lanes_;
  std::unique_ptr<Warp[]> warps_;
  uint32_t runnable_ = 0;  // warps with a lane that can go on
  uint32_t waiting_ = 0;   // warps at the barrier of the block
  uint64_t random_ = 0;
  void (*code_)(const void*) = nullptr;
  const void* argument_ = nullptr;
  const Early* early_ = nullptr;  // until begin_kernel()
};

constinit thread_local Runner* runner = nullptr;

[[noreturn]] void enter() {
  runner->fiber_main();
}

Runner::Runner() : fibers_(kMaxThreads), lanes_(new Lane[kMaxThreads]), warps_(new Warp[kMaxThreads / 32]) {
  stacks_ = guarded(kMaxThreads * kStack);
  shared_ = guarded(kSharedPages);
  idle_.reserve(kMaxThreads);
}

Runner::~Runner() {
  release(stacks_, kMaxThreads * kStack);
  release(shared_, kSharedPages);
}

Fiber* Runner::take_fiber() {
  if (!idle_.empty()) {
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }
  // Tops of stacks begin at different lines of a page: else they would push each other out of the caches.
  std::byte* stack = stacks_ + made_ * kStack;
  mprotect(stack, kPage, PROT_NONE);
  Fiber* fiber = &fibers_[made_];
  // What the first switch to it finds: registers, then where to go on, then no caller.
  void** top = reinterpret_cast<void**>(stack + kStack - made_ % 61 * 192) - 2;
  top[0] = reinterpret_cast<void*>(&enter), top[1] = nullptr;
  fiber->at = std::fill_n(top - kSavedWords, kSavedWords, nullptr) - kSavedWords;
  ++made_;
  return fiber;
}

void Runner::jump(Fiber* from, Fiber* to) {
  hearth_emulator_switch(&from->at, to->at);
}

void Runner::begin_block(const LaunchConfig& config, uint64_t block) {
  random_ = (seed() + 1) * 0x9e3779b97f4a7c15u + block;
  draw();
  block_index = {static_cast<unsigned>(block % config.grid.x), static_cast<unsigned>(block / config.grid.x % config.grid.y),
                 static_cast<unsigned>(block / config.grid.x / config.grid.y)};
  block_size = {config.threads, 1, 1};
  grid_size = config.grid;
  const unsigned warps = config.threads / 32;
  for (unsigned w = 0; w < warps; ++w) {
    warps_[w].live = kAll, warps_[w].arrived = 0, warps_[w].turn = draw() % 32;
    for (unsigned i = 0; i < 32; ++i) lanes_[w * 32 + i] = {{w * 32 + i, 0, 0}, i, &warps_[w], nullptr};
  }
  runnable_ = warps == 32 ? kAll : (1u << warps) - 1;
  waiting_ = 0;
  const size_t bytes = (config.shared + 15) / 16 * 16;
  dynamic_shared = shared_ + kSharedPages - bytes;
  std::memset(dynamic_shared - 16, 0xff, bytes + 16);  // NaN: shared memory begins with anything
}

void Runner::check_shared(const LaunchConfig& config) const {
  const auto untouched = [](const std::byte* p, size_t n) {
    return std::all_of(p, p + n, [](std::byte b) { return b == std::byte{0xff}; });
  };
  const size_t slack = (config.shared + 15) / 16 * 16 - config.shared;
  if (!untouched(dynamic_shared - 16, 16) || !untouched(dynamic_shared + config.shared, slack))
    fail("the block wrote beside its dynamic shared memory", Where::current());
}

void Runner::run(const LaunchConfig& config, uint64_t block, void (*code)(const void*), const void* argument, const Early* early) {
  begin_block(config, block);
  code_ = code, argument_ = argument, early_ = early;
  if (early) early->enter();
  current = next_anywhere();
  current->fiber = take_fiber();
  jump(&main_, current->fiber);
  if (early_) early_->leave();
  early_ = nullptr;
  check_shared(config);
  current = nullptr;
}

/// Runs threads that have not started, one after another, for as long as they are next.
void Runner::fiber_main() {
  for (;;) {
    Lane* self = current;
    code_(argument_);
    Fiber* fiber = self->fiber;
    Lane* next = after_return(self);
    if (next && !next->fiber) {
      next->fiber = fiber;
      current = next;
      continue;
    }
    idle_.push_back(fiber);
    if (next) current = next;
    jump(fiber, next ? next->fiber : &main_);
  }
}

Lane* Runner::next_lane(Warp& warp) {
  const uint32_t open = warp.live & ~warp.arrived;
  const unsigned offset = static_cast<unsigned>(std::countr_zero(std::rotr(open, static_cast<int>(warp.turn))));
  return &lanes_[static_cast<size_t>(&warp - warps_.get()) * 32 + (warp.turn + offset) % 32];
}

Lane* Runner::next_anywhere() {
  const unsigned turn = draw() % 32;
  const unsigned offset = static_cast<unsigned>(std::countr_zero(std::rotr(runnable_, static_cast<int>(turn))));
  return next_lane(warps_[(turn + offset) % 32]);
}

/// Lets warps go on that wait for the whole block: those at begin_kernel() before those that are at a barrier already.
void Runner::open_barrier() {
  uint32_t begun = 0;
  for (uint32_t left = waiting_; left; left &= left - 1)
    if (const int w = std::countr_zero(left); warps_[w].kind == Collective::kernel_begin) begun |= 1u << w;
  if (begun) {
    early_->leave();
    early_ = nullptr;
  }
  runnable_ = begun ? begun : waiting_;
  waiting_ &= ~runnable_;
  for (uint32_t left = runnable_; left; left &= left - 1) {
    Warp& warp = warps_[std::countr_zero(left)];
    warp.arrived = 0, warp.turn = draw() % 32, warp.side ^= 1;
  }
}

void Runner::complete(Warp& warp, void (*step)(Warp&, unsigned)) {
  if (step) step(warp, warp.side);
  warp.arrived = 0, warp.turn = draw() % 32, warp.side ^= 1;
}

const char* name(Collective kind) {
  constexpr const char* kNames[] = {"a shuffle", "a vote", "a tensor core product", "__syncwarp", "__syncthreads", "begin_kernel"};
  return kNames[static_cast<int>(kind)];
}

[[noreturn]] void diverged(const Warp& warp, const char* what) {
  const std::string text = std::string("divergence: some lanes of the warp wait at ") + name(warp.kind) + " in line " +
                           std::to_string(warp.where.line()) + " of " + warp.where.file_name() + " and this one " + what;
  fail(text.c_str(), warp.where);
}

bool of_block(Collective kind) {
  return kind == Collective::block_barrier || kind == Collective::kernel_begin;
}
bool needs_all(Collective kind) {
  return kind != Collective::warp_barrier && !of_block(kind);
}

void Runner::meet(Collective kind, const Where& where, void (*step)(Warp&, unsigned)) {
  Lane* self = current;
  Warp& warp = *self->warp;
  if (needs_all(kind) && warp.live != kAll) fail("divergence: a lane of the warp has returned before a collective of all lanes", where);
  if (warp.arrived == 0) {
    warp.kind = kind, warp.where = where;
  } else if (warp.kind != kind || warp.where.line() != where.line() || warp.where.file_name() != where.file_name()) {
    const std::string text = std::string("is at ") + name(kind) + " in line " + std::to_string(where.line()) + " of " + where.file_name();
    diverged(warp, text.c_str());
  }
  warp.arrived |= 1u << self->lane;
  if (warp.arrived != warp.live) {
    current = next_lane(warp);
  } else if (!of_block(kind)) {
    complete(warp, step);
    return;
  } else {
    const uint32_t bit = 1u << (&warp - warps_.get());
    runnable_ &= ~bit, waiting_ |= bit;
    if (runnable_ == 0) {
      open_barrier();
      if (runnable_ & bit) return;
    }
    current = next_anywhere();
  }
  if (!current->fiber) current->fiber = take_fiber();
  jump(self->fiber, current->fiber);
}

/// The thread that goes on when `self` has returned; null when the block is done.
Lane* Runner::after_return(Lane* self) {
  Warp& warp = *self->warp;
  const uint32_t bit = 1u << (&warp - warps_.get());
  warp.live &= ~(1u << self->lane);
  if (warp.live & ~warp.arrived) return next_lane(warp);
  if (warp.live) {  // those that are left wait
    if (needs_all(warp.kind)) diverged(warp, "has returned");
    if (warp.kind == Collective::warp_barrier) {
      complete(warp, nullptr);
      return next_lane(warp);
    }
    waiting_ |= bit;
  }
  runnable_ &= ~bit;
  if (runnable_ == 0 && waiting_ != 0) open_barrier();
  return runnable_ ? next_anywhere() : nullptr;
}

// ---- Threads of the operating system

void on_signal(int number, siginfo_t* info, void*) {
  if (number == SIGSEGV && page_was_watched(info->si_addr)) return;
  char text[256];
  int n = 0;
  if (current)
    n = std::snprintf(text, sizeof text,
                      "CUDA emulator: signal %d (memory beyond a buffer or the shared memory, or an assertion) in block (%u, %u, %u) of "
                      "(%u, %u, %u), thread %u of %u\n",
                      number, block_index.x, block_index.y, block_index.z, grid_size.x, grid_size.y, grid_size.z, current->thread.x,
                      block_size.x);
  if (n > 0 && write(2, text, static_cast<size_t>(n)) < 0) n = 0;
  std::signal(number, SIG_DFL);
  std::raise(number);
}

/// The runner of this thread; faults of kernels are reported from a stack of their own.
Runner& own_runner() {
  static thread_local std::unique_ptr<Runner> made;
  if (!made) {
    made = std::make_unique<Runner>();
    runner = made.get();
    stack_t stack{};
    stack.ss_size = 64 << 10;
    stack.ss_sp = guarded(stack.ss_size);
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO;
    for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE}) sigaction(number, &action, nullptr);
  }
  return *made;
}

/// Threads that run blocks of a launch along with the one that asks for it.
class Pool {
 public:
  Pool() {
    const unsigned n = std::min(std::thread::hardware_concurrency(), 8u);
    for (unsigned i = 1; i < n; ++i) threads_.emplace_back([this] { serve(); });
  }
  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      end_ = true;
    }
    wake_.notify_all();
    for (std::thread& t : threads_) t.join();
  }

  void run(const LaunchConfig& config, void (*code)(const void*), const void* argument, const Early* early) {
    const std::lock_guard one(launch_);
    config_ = config, code_ = code, argument_ = argument;
    blocks_ = static_cast<uint64_t>(config.grid.x) * config.grid.y * config.grid.z;
    next_ = 0;
    if (early || blocks_ == 1 || threads_.empty()) return work(early);
    {
      const std::lock_guard lock(mutex_);
      ++launches_, busy_ = threads_.size();
    }
    wake_.notify_all();
    work();
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

 private:
  void work(const Early* early = nullptr) {
    Runner& own = own_runner();
    for (uint64_t block; (block = next_.fetch_add(1, std::memory_order_relaxed)) < blocks_;)
      own.run(config_, block, code_, argument_, early);
  }
  void serve() {
    for (uint64_t seen = 0;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return end_ || launches_ != seen; });
        if (end_) return;
        seen = launches_;
      }
      work();
      const std::lock_guard lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  std::mutex launch_, mutex_;
  std::condition_variable wake_, done_;
  std::vector<std::thread> threads_;
  bool end_ = false;
  uint64_t launches_ = 0;
  size_t busy_ = 0;
  LaunchConfig config_;
  void (*code_)(const void*) = nullptr;
  const void* argument_ = nullptr;
  uint64_t blocks_ = 0;
  std::atomic<uint64_t> next_ = 0;
};

}  // namespace

uint64_t seed() {
  static const uint64_t value = [] {
    const char* text = std::getenv("HEARTH_CUDA_EMULATOR_SEED");
    return text ? std::strtoull(text, nullptr, 10) : 1u;
  }();
  return value;
}

void meet(Collective kind, const Where& where, void (*complete)(Warp&, unsigned)) {
  runner->meet(kind, where, complete);
}

void begin_kernel(const Where& where) {
  current->begun = true;
  if (runner->early()) runner->meet(Collective::kernel_begin, where, nullptr);
}

void fail(const char* what, const Where& where) {
  std::fprintf(stderr, "CUDA emulator: %s\n  line %u of %s, %s\n", what, where.line(), where.file_name(), where.function_name());
  if (current)
    std::fprintf(stderr, "  block (%u, %u, %u) of (%u, %u, %u), thread %u of %u\n", block_index.x, block_index.y, block_index.z,
                 grid_size.x, grid_size.y, grid_size.z, current->thread.x, block_size.x);
  std::abort();
}

void run_grid(const LaunchConfig& config, void (*code)(const void*), const void* argument, const Early* early) {
  if (config.threads == 0 || config.threads % 32 || config.threads > kMaxThreads)
    fail("threads of a block: not a multiple of 32 from 32 to 1024", Where::current());
  if (config.shared > kMaxShared) fail("more dynamic shared memory than a block may have", Where::current());
  if (config.grid.y > 65535 || config.grid.z > 65535) fail("grid.y or grid.z is more than 65535", Where::current());
  static Pool pool;
  pool.run(config, code, argument, early);
}

}  // namespace hearth_emulator
