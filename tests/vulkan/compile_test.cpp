// Every kernel that the golden models use, compiled by the driver of real GPUs, without one: Mesa's RADV makes a device of "null
// hardware" when RADV_FORCE_FAMILY names a chip. Nothing runs; wave sizes, register use and capabilities are those of the chip.
//   vulkan_compile_test [LIST]       the list that golden_vulkan_test writes to HEARTH_KERNEL_LIST
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "vulkan/api.h"
#include "vulkan/device.h"
#include "vulkan/pipelines.h"

namespace {

using engine::vulkan::Device;
using engine::vulkan::Kernel;

std::string list_path;

std::vector<Kernel> read_kernels() {
  std::ifstream in(list_path);
  std::vector<Kernel> kernels;
  uint32_t shader = 0;
  while (in >> shader) {
    Kernel kernel{static_cast<engine::vulkan::Shader>(shader), {}};
    for (uint32_t& c : kernel.constants) in >> c;
    kernels.push_back(kernel);
  }
  return kernels;
}

TEST(Kernels, CompileForThisChip) {
  const std::vector<Kernel> kernels = read_kernels();
  ASSERT_GT(kernels.size(), 50u) << "no list of kernels in " << list_path;
  const auto device = Device::open(0);
  ASSERT_TRUE(device) << device.error().text();
  const engine::vulkan::Features& f = (*device)->caps().features;
  std::cout << (*device)->caps().name << ": f16 " << f.fp16 << ", int8 products " << f.int8_dot << ", subgroups of "
            << (*device)->caps().min_subgroup << " to " << (*device)->caps().max_subgroup << "\n";
  int compiled = 0;
  for (const Kernel& kernel : kernels) {
    const std::string name = engine::vulkan::shader_modules()[static_cast<size_t>(kernel.shader)].name;
    if ((name.ends_with("fp16") && !f.fp16) || (name.ends_with("int8") && !f.int8_dot)) continue;
    const auto pipeline = (*device)->pipelines().get(kernel);
    EXPECT_TRUE(pipeline) << pipeline.error().text();
    ++compiled;
  }
  std::cout << compiled << " of " << kernels.size() << " kernels\n";
  EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1) list_path = argv[1];
  return RUN_ALL_TESTS();
}
