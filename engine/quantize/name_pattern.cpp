#define PCRE2_CODE_UNIT_WIDTH 8
#include "quantize/name_pattern.h"

#include <pcre2.h>

namespace engine::quantize {
namespace {

constexpr uint32_t kMatchLimit = 100000;  // steps; names have at most 63 bytes

struct Match {
  pcre2_match_data* data;
  pcre2_match_context* context;
  explicit Match(const pcre2_code* code)
      : data(pcre2_match_data_create_from_pattern(code, nullptr)), context(pcre2_match_context_create(nullptr)) {
    pcre2_set_match_limit(context, kMatchLimit);
  }
  Match(const Match&) = delete;
  Match& operator=(const Match&) = delete;
  ~Match() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
};

}  // namespace

std::optional<NamePattern> NamePattern::compile(const std::string& text) {
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, &error, &at, nullptr);
  if (!code) return std::nullopt;
  return NamePattern(std::shared_ptr<void>(code, [](void* c) { pcre2_code_free(static_cast<pcre2_code*>(c)); }));
}

bool NamePattern::matches(const std::string& name) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const Match match(code);
  return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(name.data()), name.size(), 0, 0, match.data, match.context) >= 0;
}

}  // namespace engine::quantize
