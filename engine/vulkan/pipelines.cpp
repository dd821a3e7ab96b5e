#include "vulkan/pipelines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/log.h"
#include "core/paths.h"

namespace engine::vulkan {
namespace {

constexpr auto kCancelPoll = std::chrono::milliseconds(10);
constexpr uint32_t kPushBytes = 32;  // common.glsl
constexpr uint32_t kSubgroup = 32;   // where a device offers several sizes

std::vector<char> read_file(const std::string& path) {
  std::ifstream in(native_path(path), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

uint64_t shader_build() {
  static const uint64_t key = [] {
    uint64_t hash = 14695981039346656037ull;
    for (const ShaderModule& m : shader_modules())
      for (const uint32_t word : m.words) hash = (hash ^ word) * 1099511628211ull;
    return hash;
  }();
  return key;
}

Pipelines::~Pipelines() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& t : threads_) t.join();
  save();
  const VolkDeviceTable& vk = device_.vk();
  for (auto& [kernel, entry] : entries_)
    if (entry.pipeline) vk.vkDestroyPipeline(device_.handle(), entry.pipeline, nullptr);
  for (VkShaderModule m : modules_)
    if (m) vk.vkDestroyShaderModule(device_.handle(), m, nullptr);
  if (cache_) vk.vkDestroyPipelineCache(device_.handle(), cache_, nullptr);
  if (layout_) vk.vkDestroyPipelineLayout(device_.handle(), layout_, nullptr);
}

std::string Pipelines::cache_path() const {
  const std::string folder = cache_folder();
  if (folder.empty()) return "";
  const Capabilities& c = device_.caps();
  return fmt::format("{}/vulkan-{:04x}-{:04x}-{:08x}-{:016x}.bin", folder, c.vendor, c.product, c.driver_version, shader_build());
}

Status Pipelines::open() {
  const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, kPushBytes};
  const VkPipelineLayoutCreateInfo layout{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO, nullptr, 0, 0, nullptr, 1, &range};
  const VolkDeviceTable& vk = device_.vk();
  if (VkResult r = call(CallSite::object, vk.vkCreatePipelineLayout, device_.handle(), &layout, nullptr, &layout_); r != VK_SUCCESS)
    return vulkan_error(r, "preparing its programs");
  modules_.resize(shader_modules().size());
  // Drivers check the header of the data themselves and ignore what is not theirs; a file that is damaged further in is theirs to
  // survive, and its key changes with driver and build.
  const std::vector<char> old = cache_path().empty() ? std::vector<char>() : read_file(cache_path());
  VkPipelineCacheCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO, nullptr, 0, old.size(), old.data()};
  VkResult r = call(CallSite::object, vk.vkCreatePipelineCache, device_.handle(), &info, nullptr, &cache_);
  if (r != VK_SUCCESS && !old.empty()) {
    info.initialDataSize = 0;
    r = call(CallSite::object, vk.vkCreatePipelineCache, device_.handle(), &info, nullptr, &cache_);
  }
  return r == VK_SUCCESS ? Status() : Status(vulkan_error(r, "preparing its programs"));
}

std::vector<Kernel> Pipelines::kernels() const {
  const std::lock_guard lock(mutex_);
  std::vector<Kernel> list;
  for (const auto& [kernel, entry] : entries_) list.push_back(kernel);
  return list;
}

void Pipelines::save() {
  const std::string path = cache_path();
  if (path.empty() || !cache_ || done_ == saved_) return;
  saved_ = done_;
  const VolkDeviceTable& vk = device_.vk();
  size_t bytes = 0;
  if (vk.vkGetPipelineCacheData(device_.handle(), cache_, &bytes, nullptr) != VK_SUCCESS) return;
  std::vector<char> data(bytes);
  if (vk.vkGetPipelineCacheData(device_.handle(), cache_, &bytes, data.data()) != VK_SUCCESS) return;
  std::error_code error;
  std::filesystem::create_directories(native_path(folder_of(path)), error);
  const std::string part = path + ".part";
  {
    std::ofstream out(native_path(part), std::ios::binary | std::ios::trunc);
    out.write(data.data(), static_cast<std::streamsize>(bytes));
    if (!out) return log(LogLevel::warn, "the pipeline cache {} could not be written", part);
  }
  rename_over(part, path);
}

VkResult Pipelines::module_of(Shader shader, VkShaderModule& out) {
  const auto index = static_cast<size_t>(shader);
  const std::lock_guard lock(mutex_);
  if (!modules_[index]) {
    const std::span<const uint32_t> words = shader_modules()[index].words;
    const VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO, nullptr, 0, words.size_bytes(), words.data()};
    if (VkResult r = call(CallSite::pipeline, device_.vk().vkCreateShaderModule, device_.handle(), &info, nullptr, &modules_[index]);
        r != VK_SUCCESS)
      return r;
  }
  out = modules_[index];
  return VK_SUCCESS;
}

VkResult create_pipeline(const PipelineSetting& setting, const Kernel& kernel, VkPipeline& out) {
  std::array<VkSpecializationMapEntry, std::tuple_size_v<decltype(Kernel::constants)>> entries;
  for (uint32_t i = 0; i < entries.size(); ++i) entries[i] = {i, i * 4, 4};
  const VkSpecializationInfo constants{static_cast<uint32_t>(entries.size()), entries.data(), sizeof kernel.constants,
                                       kernel.constants.data()};
  const Capabilities& c = setting.caps;
  VkPipelineShaderStageRequiredSubgroupSizeCreateInfo size{VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO,
                                                           nullptr, std::clamp(kSubgroup, c.min_subgroup, c.max_subgroup)};
  VkPipelineShaderStageCreateInfo stage{
      VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO, nullptr, 0, VK_SHADER_STAGE_COMPUTE_BIT, setting.module, "main", &constants};
  if (c.sized_subgroups && c.min_subgroup < c.max_subgroup) {
    stage.pNext = &size;
    stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT;
  }
  const VkComputePipelineCreateInfo info{
      VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO, nullptr, 0, stage, setting.layout, VK_NULL_HANDLE, -1};
  return call(CallSite::pipeline, setting.vk.vkCreateComputePipelines, setting.device, setting.cache, 1u, &info, nullptr, &out);
}

VkResult Pipelines::create(const Kernel& kernel, VkPipeline& out) {
  VkShaderModule module = VK_NULL_HANDLE;
  if (VkResult r = module_of(kernel.shader, module); r != VK_SUCCESS) return r;
  return create_pipeline({device_.vk(), device_.handle(), device_.caps(), layout_, cache_, module}, kernel, out);
}

/// Compiles with the lock released; the entry is `compiling` meanwhile.
void Pipelines::compile(const Kernel& kernel, Entry& entry, std::unique_lock<std::mutex>& lock) {
  entry.state = State::compiling;
  lock.unlock();
  VkPipeline pipeline = VK_NULL_HANDLE;
  const VkResult r = create(kernel, pipeline);
  lock.lock();
  entry.pipeline = pipeline;
  if (r != VK_SUCCESS)
    entry.status = vulkan_error(r, fmt::format("preparing the program {}", shader_modules()[static_cast<size_t>(kernel.shader)].name));
  entry.state = State::done;
  ++done_;
  changed_.notify_all();
}

void Pipelines::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const Kernel& kernel = *queue_.front();
    queue_.pop_front();
    if (Entry& entry = entries_[kernel]; entry.state == State::queued) compile(kernel, entry, lock);
  }
}

void Pipelines::request(std::span<const Kernel> kernels) {
  const std::lock_guard lock(mutex_);
  for (const Kernel& kernel : kernels)
    if (const auto [it, added] = entries_.try_emplace(kernel); added) queue_.push_back(&it->first);
  if (queue_.empty()) return;
  const size_t wanted = std::min<size_t>(queue_.size(), std::max(1u, std::thread::hardware_concurrency()));
  while (threads_.size() < wanted) threads_.emplace_back([this] { work(); });
  changed_.notify_all();
}

Pipelines::Progress Pipelines::progress() const {
  const std::lock_guard lock(mutex_);
  return {done_, entries_.size()};
}

bool Pipelines::wait(const std::atomic<bool>* cancel) {
  std::unique_lock lock(mutex_);
  while (done_ < entries_.size()) {
    if (cancel && cancel->load(std::memory_order_relaxed)) return false;
    changed_.wait_for(lock, kCancelPoll);
  }
  return true;
}

size_t Pipelines::compiled() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

Result<VkPipeline> Pipelines::get(const Kernel& kernel) {
  std::unique_lock lock(mutex_);
  Entry& entry = entries_[kernel];
  if (entry.state == State::queued) compile(kernel, entry, lock);
  changed_.wait(lock, [&entry] { return entry.state == State::done; });
  if (!entry.status) return entry.status.error();
  return entry.pipeline;
}

}  // namespace engine::vulkan
