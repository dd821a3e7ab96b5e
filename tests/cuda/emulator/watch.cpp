#include "watch.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hearth_emulator {
namespace {

constexpr size_t kPage = 4096;

/// Whole pages, and where copies of them go.
struct Range {
  std::byte *begin, *end, *copies;
};

struct Page {
  std::byte *now, *before;
};

struct State {
  std::vector<Range> ranges;  // in order
  std::byte* copies = nullptr;
  size_t bytes = 0;
  std::vector<Page> written;  // has room for all: a handler of signals must not allocate
  std::vector<char> noted;    // of every page: whether it is one of these
  std::atomic_flag busy;
};
State& state() {
  static State* const made = new State;
  return *made;
}

void protect(std::byte* begin, size_t bytes, int how) {
  if (mprotect(begin, bytes, how) == 0) return;
  std::perror("CUDA emulator: watching memory");
  std::abort();
}

std::byte* page_of(const void* address) {
  return reinterpret_cast<std::byte*>(reinterpret_cast<uintptr_t>(address) / kPage * kPage);
}

void add_changes(const Page& page, std::vector<Bytes>& changed) {
  if (std::memcmp(page.now, page.before, kPage) == 0) return;
  for (size_t i = 0; i < kPage; ++i) {
    if (page.now[i] == page.before[i]) continue;
    Bytes* const last = changed.empty() ? nullptr : &changed.back();
    if (last && last->data() + last->size() == page.now + i)
      *last = {last->data(), last->size() + 1};
    else
      changed.push_back({page.now + i, 1});
  }
}

}  // namespace

WriteWatch::WriteWatch(std::span<const Bytes> memory) {
  State& s = state();
  for (const Bytes& m : memory) {
    if (m.empty()) continue;
    std::byte *const begin = page_of(m.data()), *const end = page_of(m.data() + m.size() - 1) + kPage;
    s.ranges.push_back({begin, end, nullptr});
    s.bytes += static_cast<size_t>(end - begin);
  }
  if (s.bytes == 0) return;
  void* const copies = mmap(nullptr, s.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (copies == MAP_FAILED) std::perror("CUDA emulator: watching memory"), std::abort();
  s.copies = static_cast<std::byte*>(copies);
  s.written.reserve(s.bytes / kPage);
  s.noted.assign(s.bytes / kPage, 0);
  std::byte* at = s.copies;
  for (Range& r : s.ranges) {
    r.copies = at, at += r.end - r.begin;
    protect(r.begin, static_cast<size_t>(r.end - r.begin), PROT_READ);
  }
  std::sort(s.ranges.begin(), s.ranges.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
}

WriteWatch::~WriteWatch() {
  State& s = state();
  for (const Range& r : s.ranges) protect(r.begin, static_cast<size_t>(r.end - r.begin), PROT_READ | PROT_WRITE);
  if (s.copies) munmap(s.copies, s.bytes);
  s.ranges.clear(), s.written.clear();
  s.copies = nullptr, s.bytes = 0;
}

std::vector<Bytes> WriteWatch::changes() {
  State& s = state();
  std::sort(s.written.begin(), s.written.end(), [](const Page& a, const Page& b) { return a.now < b.now; });
  std::vector<Bytes> changed;
  for (const Page& page : s.written) {
    add_changes(page, changed);
    protect(page.now, kPage, PROT_READ);
    s.noted[static_cast<size_t>(page.before - s.copies) / kPage] = 0;
  }
  s.written.clear();
  return changed;
}

bool page_was_watched(void* address) {
  State& s = state();
  while (s.busy.test_and_set()) {
  }
  auto* const page = page_of(address);
  auto range = std::upper_bound(s.ranges.begin(), s.ranges.end(), page, [](const std::byte* a, const Range& r) { return a < r.begin; });
  const bool watched = range != s.ranges.begin() && page < (--range)->end;
  std::byte* const copy = watched ? range->copies + (page - range->begin) : nullptr;
  if (char* const noted = watched ? &s.noted[static_cast<size_t>(copy - s.copies) / kPage] : nullptr; noted && !*noted) {
    std::memcpy(copy, page, kPage);
    s.written.push_back({page, copy});
    *noted = 1;
    protect(page, kPage, PROT_READ | PROT_WRITE);
  }
  s.busy.clear();
  return watched;
}

}  // namespace hearth_emulator
