// Compute pipelines of a device: each compiled once, in the background, and kept in a cache file between starts.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/result.h"
#include "vulkan/device.h"

namespace engine::vulkan {

/// FNV-1a over all shaders: names a build of them. What another build cached or tested is of no use.
uint64_t shader_build();

/// What a pipeline is made with.
struct PipelineSetting {
  const VolkDeviceTable& vk;
  VkDevice device;
  const Capabilities& caps;
  VkPipelineLayout layout;
  VkPipelineCache cache;
  VkShaderModule module;
};
VkResult create_pipeline(const PipelineSetting& setting, const Kernel& kernel, VkPipeline& out);

class Pipelines {
 public:
  explicit Pipelines(Device& device) : device_(device) {}
  ~Pipelines();

  /// Reads the cache file. Errors: device, out_of_memory.
  Status open();

  /// Queues kernels that are not known yet for compilation by background threads.
  void request(std::span<const Kernel> kernels);

  struct Progress {
    size_t done = 0, total = 0;  // of everything requested so far
  };
  [[nodiscard]] Progress progress() const;

  /// Waits for everything that was requested; false when `cancel` was raised meanwhile.
  bool wait(const std::atomic<bool>* cancel);

  /// The pipeline of a kernel, after waiting for it or compiling it now. Errors: those of the driver, naming the shader.
  Result<VkPipeline> get(const Kernel& kernel);

  [[nodiscard]] VkPipelineLayout layout() const { return layout_; }

  /// Pipelines compiled by this device object: none twice.
  [[nodiscard]] size_t compiled() const;

  /// Everything requested so far.
  [[nodiscard]] std::vector<Kernel> kernels() const;

  /// Writes the cache file when something was compiled since it was read.
  void save();

 private:
  enum class State { queued, compiling, done };
  struct Entry {
    State state = State::queued;
    VkPipeline pipeline = VK_NULL_HANDLE;
    Status status;
  };
  void work();
  void compile(const Kernel& kernel, Entry& entry, std::unique_lock<std::mutex>& lock);
  VkResult create(const Kernel& kernel, VkPipeline& out);
  VkResult module_of(Shader shader, VkShaderModule& out);
  [[nodiscard]] std::string cache_path() const;

  Device& device_;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipelineCache cache_ = VK_NULL_HANDLE;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<Kernel, Entry> entries_;
  std::deque<const Kernel*> queue_;  // keys of entries_
  std::vector<VkShaderModule> modules_;
  size_t done_ = 0, saved_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace engine::vulkan
