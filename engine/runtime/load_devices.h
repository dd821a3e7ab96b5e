// What a load may take of the devices it uses.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/result.h"
#include "runtime/memory_plan.h"
#include "runtime/model_runtime.h"

namespace engine {

/// Whether a plan keeps to the memory that the devices have.
enum class Budgets { measured, unlimited };

inline constexpr uint64_t kLeastAdapters = uint64_t{16} << 20;  // beside a device with memory of its own

/// Memory for adapters: what was asked for, or by the size of the model: an eighth, which holds rank 32 for every weight of a
/// dense model in four bits.
uint64_t adapter_budget(const RuntimeOptions& options, uint64_t weights);

/// Fills the request's devices from what they say about themselves. `names` are resolved ones. Errors: not_found.
Status set_budgets(std::span<const std::string> names, Budgets budgets, PlanRequest& request);

/// A device beside the processor, with the processor behind it for what does not fit.
bool is_hybrid(const RuntimeOptions& options, const std::string& device);

}  // namespace engine
