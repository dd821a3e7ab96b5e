#include "cpu/backend_cpu.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/machine.h"
#include "cpu/cpu_features.h"

namespace engine {
namespace cpu {

DeviceInfo CpuBackend::info() const {
  DeviceInfo info;
  info.id = "cpu";
  info.name = fmt::format("{}, {} thread{}, {}", processor_name(), pool_.size(), pool_.size() == 1 ? "" : "s", kernels_.name);
  const Memory memory = system_memory();
  info.memory_total = memory.total;
  info.memory_free = memory.available;
  info.usable = true;
  info.vectors = &kernels_ != cpu::kernels(Level::scalar);
  return info;
}

Status CpuBackend::run(const Plan& plan, const RunControl& control) {
  if (!runner_) return HostBackend::run(plan, control);
  runner_->start([&] { return HostBackend::run(plan, control); });
  return runner_->join();
}

}  // namespace cpu

std::unique_ptr<Backend> make_cpu_backend(int threads, Priority priority) {
  const cpu::Kernels* kernels = cpu::kernels(cpu::best_level());
  HEARTH_CHECK(kernels != nullptr && threads >= 0);
  return std::make_unique<cpu::CpuBackend>(*kernels, threads > 0 ? threads : physical_cores(), priority);
}

}  // namespace engine
