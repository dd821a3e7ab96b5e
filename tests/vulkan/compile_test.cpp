// Every kernel that the golden models use, compiled by the driver of real GPUs, without one: Mesa's RADV makes a device of "null
// hardware" when RADV_FORCE_FAMILY names a chip. Nothing runs; wave sizes, register use and capabilities are those of the chip.
//   vulkan_compile_test [LIST]       the list that golden_vulkan_test writes to HEARTH_KERNEL_LIST
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "vulkan/api.h"
#include "vulkan/device.h"
#include "vulkan/pipelines.h"

namespace {

using engine::vulkan::Kernel;

std::string list_path;

std::vector<Kernel> read_kernels() {
  std::ifstream in(list_path);
  std::vector<Kernel> kernels;
  const auto modules = engine::vulkan::shader_modules();
  std::string name;
  while (in >> name) {
    const auto module = std::find_if(modules.begin(), modules.end(), [&](const auto& m) { return m.name == name; });
    Kernel kernel{static_cast<engine::vulkan::Shader>(module - modules.begin()), {}};
    EXPECT_NE(module, modules.end()) << "the list is of another build: no shader " << name;
    for (uint32_t& c : kernel.constants) in >> c;
    if (module != modules.end()) kernels.push_back(kernel);
  }
  return kernels;
}

/// A device with all that the backend asks for, and nothing else: null hardware has no queues to speak of.
class BareDevice {
 public:
  explicit BareDevice(VkPhysicalDevice physical) : caps_(engine::vulkan::capabilities(physical)) {
    const float priority = 1;
    const VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO, nullptr, 0, caps_.compute_family, 1, &priority};
    engine::vulkan::FeatureChain features(caps_);
    const VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features.head, 0, 1, &queue, 0, nullptr, 0, nullptr, nullptr};
    if (vkCreateDevice(physical, &info, nullptr, &handle_) != VK_SUCCESS) return;
    volkLoadDeviceTable(&vk_, handle_);
    const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, 32};
    const VkPipelineLayoutCreateInfo layout{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, nullptr, 0, 0, nullptr, 1, &range};
    vk_.vkCreatePipelineLayout(handle_, &layout, nullptr, &layout_);
  }
  ~BareDevice() {
    if (!handle_) return;
    vk_.vkDestroyPipelineLayout(handle_, layout_, nullptr);
    vk_.vkDestroyDevice(handle_, nullptr);
  }
  BareDevice(const BareDevice&) = delete;
  BareDevice& operator=(const BareDevice&) = delete;

  [[nodiscard]] bool open() const { return layout_ != VK_NULL_HANDLE; }
  [[nodiscard]] const engine::vulkan::Capabilities& caps() const { return caps_; }

  [[nodiscard]] VkResult compile(const Kernel& kernel) const {
    const auto words = engine::vulkan::shader_modules()[static_cast<size_t>(kernel.shader)].words;
    const VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, nullptr, 0, words.size_bytes(), words.data()};
    VkShaderModule module = VK_NULL_HANDLE;
    if (const VkResult r = vk_.vkCreateShaderModule(handle_, &info, nullptr, &module); r != VK_SUCCESS) return r;
    VkPipeline pipeline = VK_NULL_HANDLE;
    const VkResult r = engine::vulkan::create_pipeline({vk_, handle_, caps_, layout_, VK_NULL_HANDLE, module}, kernel, pipeline);
    if (pipeline) vk_.vkDestroyPipeline(handle_, pipeline, nullptr);
    vk_.vkDestroyShaderModule(handle_, module, nullptr);
    return r;
  }

 private:
  engine::vulkan::Capabilities caps_;
  VkDevice handle_ = VK_NULL_HANDLE;
  VolkDeviceTable vk_{};
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
};

TEST(Kernels, CompileForThisChip) {
  const std::vector<Kernel> kernels = read_kernels();
  ASSERT_GT(kernels.size(), 50u) << "no list of kernels in " << list_path;
  const auto& all = engine::vulkan::instance();
  ASSERT_FALSE(all.devices.empty()) << all.problem;
  const BareDevice device(all.devices[0]);
  ASSERT_TRUE(device.open());
  const engine::vulkan::Capabilities& caps = device.caps();
  EXPECT_EQ(caps.missing, "");
  std::cout << caps.name << ": f16 " << caps.features.fp16 << ", int8 products " << caps.features.int8_dot << " (fast " << caps.int8_fast
            << "), subgroups of " << caps.min_subgroup << " to " << caps.max_subgroup << "\n";
  int compiled = 0;
  for (const Kernel& kernel : kernels) {
    const std::string name = engine::vulkan::shader_modules()[static_cast<size_t>(kernel.shader)].name;
    if ((name.ends_with("fp16") && !caps.features.fp16) || (name.ends_with("int8") && !caps.features.int8_dot)) continue;
    EXPECT_EQ(device.compile(kernel), VK_SUCCESS) << name;
    ++compiled;
  }
  std::cout << compiled << " of " << kernels.size() << " kernels\n";
  EXPECT_GT(compiled, 50);
  EXPECT_EQ(engine::vulkan::validation_messages(), 0u);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1) list_path = argv[1];
  return RUN_ALL_TESTS();
}
