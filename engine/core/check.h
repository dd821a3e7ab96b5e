// HEARTH_CHECK: an assertion for our own bugs, on in every build. Never for what a user or a file can cause.
#pragma once

#include <cstdio>
#include <cstdlib>

#define HEARTH_CHECK(cond)                                                          \
  do {                                                                              \
    if (!(cond)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #cond); \
      std::abort();                                                                 \
    }                                                                               \
  } while (0)
