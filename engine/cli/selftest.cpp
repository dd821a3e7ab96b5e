// selftest: the op conformance table on a device, and a known-answer generation.
#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "engine/engine.h"
#include "ops/conformance.h"
#include "runtime/backends.h"

namespace engine::cli {
