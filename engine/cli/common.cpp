#include <cstdio>
#include <numeric>

#include "cli/commands.h"

namespace engine::cli {

int fail(const Error& error) {
  std::fprintf(stderr, "hearth-cli: %s\n", error.text().c_str());
  return 1;
}

RuntimeOptions runtime_options(const Common& common) {
  RuntimeOptions options;
  options.model_path = common.model;
  options.device = common.device;
  options.expert_device = common.expert_device;
  options.threads = common.threads;
  options.context = common.context;
  options.kv = common.kv;
  return options;
}

std::vector<int32_t> page_range(int first, int tokens) {
  std::vector<int32_t> pages(static_cast<size_t>((tokens + kPageTokens - 1) / kPageTokens));
  std::iota(pages.begin(), pages.end(), first);
  return pages;
}

}  // namespace engine::cli
