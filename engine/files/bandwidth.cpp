#include "files/bandwidth.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/log.h"
#include "core/machine.h"
#include "core/paths.h"
#include "cpu/bandwidth.h"
#include "cpu/cpu_features.h"
#include "gguf/bounded_json.h"
#include "runtime/backends.h"
#include "runtime/providers.h"

namespace engine {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMiB = 1u << 20;
constexpr double kLeast = 1e8, kMost = 1e14;  // bytes per second that a file may claim

std::mutex g_mutex;                     // guards the next one, and measurements
std::map<std::string, double> g_known;  // by folder and key

std::string key_of(const DeviceInfo& d) {
  return fmt::format("{}|{}|{}|{}", d.id, d.name, d.driver, d.build);
}

std::string file_of(const std::string& cache_dir) {
  return cache_dir + "/bandwidth.json";
}

/// What the file holds; an empty object where it holds nothing of use.
nlohmann::ordered_json read_file(const std::string& cache_dir) {
  Result<nlohmann::ordered_json> json = gguf::read_ordered_json(file_of(cache_dir), {64u << 10, 4096, 4});
  return json ? std::move(*json) : nlohmann::ordered_json::object();
}

double read_kept(const std::string& cache_dir, const std::string& key) {
  if (cache_dir.empty()) return 0;
  const nlohmann::ordered_json json = read_file(cache_dir);
  const auto at = json.find(key);
  if (at == json.end() || !at->is_number()) return 0;
  const double value = at->get<double>();
  return value >= kLeast && value <= kMost ? value : 0;
}

void keep(const std::string& cache_dir, const std::string& key, double value) {
  if (cache_dir.empty()) return;
  std::error_code problem;
  fs::create_directories(native_path(cache_dir), problem);
  nlohmann::ordered_json json = read_file(cache_dir);
  json[key] = std::round(value);
  const std::string path = file_of(cache_dir), next = path + ".new";
  {
    std::ofstream out(native_path(next), std::ios::trunc);
    out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    out.flush();
    if (!out) log(LogLevel::warn, "the bandwidth of {} cannot be kept in {}", key, path);
  }
  rename_over(next, path);
}

/// With little free memory the block is smaller: nothing is to be pushed out for it.
double measure_processor() {
  const uint64_t free = system_memory().available;
  const uint64_t bytes = std::min<uint64_t>(1024 * kMiB, free / 8 / kMiB * kMiB);
  return bytes < 128 * kMiB ? 0 : cpu::measure_read_bandwidth(physical_cores(), bytes);
}

double measure(const DeviceInfo& device, const std::string& cache_dir) {
  if (device.id == "cpu") return measure_processor();
  if (!device.usable || device.check != CheckState::passed) return 0;
  set_program_cache(cache_dir);
  const Result<std::unique_ptr<Backend>> backend = make_backend(device.id, 0);
  return backend ? (*backend)->measure_bandwidth() : 0;
}

}  // namespace

double bandwidth_of(const DeviceInfo& device, const std::string& cache_dir) {
  const std::string key = key_of(device);
  const std::lock_guard lock(g_mutex);
  double& known = g_known[cache_dir + '\n' + key];
  if (known > 0) return known;
  known = read_kept(cache_dir, key);
  if (known > 0) return known;
  known = measure(device, cache_dir);
  if (known > 0) keep(cache_dir, key, known);
  return known;
}

}  // namespace engine
