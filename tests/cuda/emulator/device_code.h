// The words of device code: qualifiers, built-in variables, intrinsics, and tensor cores as engine/cuda/device/mma.cuh has them.
#pragma once

#include <math.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "block.h"
#include "core/half.h"

#define HEARTH_CUDA_EMULATED 1

#define __global__
#define __device__
#define __host__
#define __constant__
#define __shared__ static thread_local
#define __launch_bounds__(...)
#define __forceinline__ inline __attribute__((always_inline))
#define __align__(n) __attribute__((aligned(n)))

#define threadIdx (::hearth_emulator::current->thread)
#define blockIdx (::hearth_emulator::block_index)
#define blockDim (::hearth_emulator::block_size)
#define gridDim (::hearth_emulator::grid_size)

/// `name` is the dynamic shared memory of the block, aligned to 16 bytes.
#define HEARTH_DYNAMIC_SHARED(T, name) T* const name = reinterpret_cast<T*>(::hearth_emulator::dynamic_shared)

inline constexpr int warpSize = 32;

namespace hearth_emulator {

inline void check_mask(unsigned mask, const Where& where) {
  if (mask != 0xffffffffu) fail("a collective of some lanes only: the emulator knows those of all lanes", where);
}

template <class T>
uint64_t to_word(T v) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
  uint64_t word = 0;
  std::memcpy(&word, &v, sizeof v);
  return word;
}
template <class T>
T from_word(uint64_t word) {
  T v;
  std::memcpy(&v, &word, sizeof v);
  return v;
}

/// Leaves `v` for the other lanes; what they left is in the result once it returns.
template <class T>
const Deposit* exchange(Collective kind, T v, const Where& where, void (*complete)(Warp&, unsigned) = nullptr) {
  Warp& warp = *current->warp;
  const Deposit* deposits = warp.deposits[warp.side];
  warp.deposits[warp.side][current->lane].word = to_word(v);
  meet(kind, where, complete);
  return deposits;
}

/// Bit i: whether lane i said yes.
unsigned vote(bool yes, const Where& where);

/// The product of the fragments that the lanes left, rounded once.
const Product& multiply_s8(const unsigned (&a)[4], const unsigned (&b)[2], const Where& where);
const Product& multiply_f16(const unsigned (&a)[4], const unsigned (&b)[2], const Where& where);

/// Keeps the compiler from making one rounding of two.
inline float rounded(float v) {
#if defined(__x86_64__)
  asm("" : "+x"(v));
  return v;
#else
  volatile float kept = v;
  return kept;
#endif
}

}  // namespace hearth_emulator

// ---- Collectives

template <class T>
T __shfl_sync(unsigned mask, T v, int source, int width = 32, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  const auto* all = hearth_emulator::exchange(hearth_emulator::Collective::shuffle, v, where);
  const int lane = static_cast<int>(hearth_emulator::current->lane);
  return hearth_emulator::from_word<T>(all[(lane & ~(width - 1)) | (source & (width - 1))].word);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T v, int flip, int width = 32, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  const auto* all = hearth_emulator::exchange(hearth_emulator::Collective::shuffle, v, where);
  const int lane = static_cast<int>(hearth_emulator::current->lane), source = lane ^ flip;
  return source >= 32 || source / width > lane / width ? v : hearth_emulator::from_word<T>(all[source].word);
}
template <class T>
T __shfl_up_sync(unsigned mask, T v, unsigned by, int width = 32, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  const auto* all = hearth_emulator::exchange(hearth_emulator::Collective::shuffle, v, where);
  const int lane = static_cast<int>(hearth_emulator::current->lane), source = lane - static_cast<int>(by);
  return source < (lane & ~(width - 1)) ? v : hearth_emulator::from_word<T>(all[source].word);
}
template <class T>
T __shfl_down_sync(unsigned mask, T v, unsigned by, int width = 32,
                   const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  const auto* all = hearth_emulator::exchange(hearth_emulator::Collective::shuffle, v, where);
  const int lane = static_cast<int>(hearth_emulator::current->lane), source = lane + static_cast<int>(by);
  return source > (lane | (width - 1)) ? v : hearth_emulator::from_word<T>(all[source].word);
}

inline unsigned __ballot_sync(unsigned mask, int yes, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  return hearth_emulator::vote(yes != 0, where);
}
inline int __any_sync(unsigned mask, int yes, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  return __ballot_sync(mask, yes, where) != 0;
}
inline int __all_sync(unsigned mask, int yes, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  return __ballot_sync(mask, yes, where) == 0xffffffffu;
}
inline void __syncwarp(unsigned mask = 0xffffffffu, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::check_mask(mask, where);
  hearth_emulator::meet(hearth_emulator::Collective::warp_barrier, where);
}
inline void __syncthreads(const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  hearth_emulator::meet(hearth_emulator::Collective::block_barrier, where);
}

// ---- Memory

inline void __threadfence() {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
inline void __threadfence_block() {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
template <class T>
T __ldg(const T* p) {
  return *p;
}
template <class T>
T __ldcg(const T* p) {
  return *p;
}
template <class T>
T __ldcs(const T* p) {
  return *p;
}
template <class T>
void __stcs(T* p, T v) {
  *p = v;
}
template <class T>
void __stcg(T* p, T v) {
  *p = v;
}

namespace hearth_emulator {
template <class T>
concept Counter = std::is_same_v<T, int> || std::is_same_v<T, unsigned> || std::is_same_v<T, unsigned long long>;

/// Replaces *p by change(*p); the value before.
template <Counter T, class Change>
T atomic_change(T* p, Change change) {
  T old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(p, &old, change(old), false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}
}  // namespace hearth_emulator

template <hearth_emulator::Counter T>
T atomicAdd(T* p, std::type_identity_t<T> v) {
  return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);
}
template <hearth_emulator::Counter T>
T atomicSub(T* p, std::type_identity_t<T> v) {
  return __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST);
}
template <hearth_emulator::Counter T>
T atomicOr(T* p, std::type_identity_t<T> v) {
  return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST);
}
template <hearth_emulator::Counter T>
T atomicAnd(T* p, std::type_identity_t<T> v) {
  return __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST);
}
template <hearth_emulator::Counter T>
T atomicExch(T* p, std::type_identity_t<T> v) {
  return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);
}
template <hearth_emulator::Counter T>
T atomicCAS(T* p, std::type_identity_t<T> expected, std::type_identity_t<T> v) {
  __atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
template <hearth_emulator::Counter T>
T atomicMax(T* p, std::type_identity_t<T> v) {
  return hearth_emulator::atomic_change(p, [v](T old) { return std::max(old, v); });
}
template <hearth_emulator::Counter T>
T atomicMin(T* p, std::type_identity_t<T> v) {
  return hearth_emulator::atomic_change(p, [v](T old) { return std::min(old, v); });
}

// ---- Numbers

inline float __fmaf_rn(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
inline float __fadd_rn(float a, float b) {
  return hearth_emulator::rounded(a + b);
}
inline float __fsub_rn(float a, float b) {
  return hearth_emulator::rounded(a - b);
}
inline float __fmul_rn(float a, float b) {
  return hearth_emulator::rounded(a * b);
}
inline float __fdiv_rn(float a, float b) {
  return a / b;
}
inline float __frcp_rn(float a) {
  return 1.0f / a;
}
inline float __fsqrt_rn(float a) {
  return sqrtf(a);
}
inline float __fdividef(float a, float b) {
  return a / b;
}
inline float __expf(float a) {
  return expf(a);
}
inline float __logf(float a) {
  return logf(a);
}
inline float rsqrtf(float a) {
  return 1.0f / sqrtf(a);
}
inline float sinpif(float a) {
  return static_cast<float>(std::sin(3.14159265358979323846 * static_cast<double>(a)));
}
inline float cospif(float a) {
  return static_cast<float>(std::cos(3.14159265358979323846 * static_cast<double>(a)));
}
inline void sincospif(float a, float* sine, float* cosine) {
  *sine = sinpif(a), *cosine = cospif(a);
}

inline unsigned __float_as_uint(float v) {
  return std::bit_cast<unsigned>(v);
}
inline int __float_as_int(float v) {
  return std::bit_cast<int>(v);
}
inline float __uint_as_float(unsigned v) {
  return std::bit_cast<float>(v);
}
inline float __int_as_float(int v) {
  return std::bit_cast<float>(v);
}
inline int __float2int_rn(float v) {
  return static_cast<int>(lrintf(v));
}
inline int __float2int_rz(float v) {
  return static_cast<int>(v);
}
inline int __float2int_rd(float v) {
  return static_cast<int>(floorf(v));
}
inline float __int2float_rn(int v) {
  return static_cast<float>(v);
}
inline float __uint2float_rn(unsigned v) {
  return static_cast<float>(v);
}
inline float __ull2float_rn(unsigned long long v) {
  return static_cast<float>(v);
}
inline float __ll2float_rn(long long v) {
  return static_cast<float>(v);
}

inline int __popc(unsigned v) {
  return std::popcount(v);
}
inline int __popcll(unsigned long long v) {
  return std::popcount(v);
}
inline int __ffs(int v) {
  return __builtin_ffs(v);
}
inline int __ffsll(long long v) {
  return __builtin_ffsll(v);
}
inline int __clz(int v) {
  return std::countl_zero(static_cast<unsigned>(v));
}
inline int __clzll(long long v) {
  return std::countl_zero(static_cast<unsigned long long>(v));
}
inline unsigned __brev(unsigned v) {
  unsigned r = 0;
  for (int i = 0; i < 32; ++i) r |= (v >> i & 1u) << (31 - i);
  return r;
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<uint64_t>(a) * b >> 32);
}
inline int __mulhi(int a, int b) {
  return static_cast<int>(static_cast<int64_t>(a) * b >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  const uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
  const uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (middle & 0xffffffffu);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned by) {
  return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) >> (by & 31));
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned by) {
  return static_cast<unsigned>((static_cast<uint64_t>(high) << 32 | low) << (by & 31) >> 32);
}
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const uint64_t bytes = static_cast<uint64_t>(y) << 32 | x;
  unsigned r = 0;
  for (int i = 0; i < 4; ++i) {
    const unsigned s = selector >> (4 * i), byte = static_cast<unsigned>(bytes >> (8 * (s & 7))) & 0xff;
    r |= (s & 8 ? (byte & 0x80 ? 0xffu : 0u) : byte) << (8 * i);
  }
  return r;
}

namespace hearth_emulator {
/// Applies `f` to each of the four bytes; `T` is how they are read.
template <class T, class F>
unsigned by_bytes(unsigned a, unsigned b, F f) {
  unsigned r = 0;
  for (int i = 0; i < 32; i += 8) r |= static_cast<unsigned>(static_cast<uint8_t>(f(static_cast<T>(a >> i), static_cast<T>(b >> i)))) << i;
  return r;
}
}  // namespace hearth_emulator

inline unsigned __vadd4(unsigned a, unsigned b) {
  return hearth_emulator::by_bytes<uint8_t>(a, b, [](int x, int y) { return x + y; });
}
inline unsigned __vsub4(unsigned a, unsigned b) {
  return hearth_emulator::by_bytes<uint8_t>(a, b, [](int x, int y) { return x - y; });
}
inline unsigned __vsubss4(unsigned a, unsigned b) {
  return hearth_emulator::by_bytes<int8_t>(a, b, [](int x, int y) { return std::clamp(x - y, -128, 127); });
}
inline unsigned __vcmpeq4(unsigned a, unsigned b) {
  return hearth_emulator::by_bytes<uint8_t>(a, b, [](int x, int y) { return x == y ? 0xff : 0; });
}
inline unsigned __vcmpne4(unsigned a, unsigned b) {
  return hearth_emulator::by_bytes<uint8_t>(a, b, [](int x, int y) { return x != y ? 0xff : 0; });
}

inline int __dp4a(int a, int b, int c) {
  unsigned sum = static_cast<unsigned>(c);  // wraps around
  for (int i = 0; i < 32; i += 8) sum += static_cast<unsigned>(static_cast<int8_t>(a >> i) * static_cast<int8_t>(b >> i));
  return static_cast<int>(sum);
}
inline unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
  for (int i = 0; i < 32; i += 8) c += (a >> i & 0xff) * (b >> i & 0xff);
  return c;
}

template <class A, class B>
requires std::is_arithmetic_v<A> && std::is_arithmetic_v<B>
constexpr std::common_type_t<A, B> min(A a, B b) {
  using T = std::common_type_t<A, B>;
  return static_cast<T>(b) < static_cast<T>(a) ? static_cast<T>(b) : static_cast<T>(a);
}
template <class A, class B>
requires std::is_arithmetic_v<A> && std::is_arithmetic_v<B>
constexpr std::common_type_t<A, B> max(A a, B b) {
  using T = std::common_type_t<A, B>;
  return static_cast<T>(a) < static_cast<T>(b) ? static_cast<T>(b) : static_cast<T>(a);
}

namespace engine::cuda {

using engine::float_to_half;
using engine::half_to_float;

inline void mma_s8(int (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                   const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  const hearth_emulator::Product& product = hearth_emulator::multiply_s8(a, b, where);
  for (int i = 0; i < 4; ++i) c[i] = static_cast<int>(static_cast<unsigned>(c[i]) + static_cast<unsigned>(product.i[i]));
}
inline void mma_f16(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                    const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  const hearth_emulator::Product& product = hearth_emulator::multiply_f16(a, b, where);
  for (int i = 0; i < 4; ++i) c[i] += product.f[i];
}

/// Copies arrive at once; both addresses are checked.
inline void copy_async(void* shared, const void* global, const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  if ((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) % 16)
    hearth_emulator::fail("copy_async: not aligned", where);
  std::memcpy(shared, global, 16);
}
inline void copy_async_or_zero(void* shared, const void* global, bool there,
                               const hearth_emulator::Where& where = hearth_emulator::Where::current()) {
  if (there)
    copy_async(shared, global, where);
  else
    std::memset(shared, 0, 16);
}
inline void commit_copies() {}
template <int N>
void wait_copies() {}

}  // namespace engine::cuda
