#include "model/adapter.h"

#include <algorithm>

#include "model/adapter_builder.h"
#include "model/adapter_source.h"

namespace engine::model {

const AdapterPair* Adapter::find(const std::string& tensor) const {
  const auto at =
      std::lower_bound(pairs.begin(), pairs.end(), tensor, [](const AdapterPair& p, const std::string& n) { return p.tensor < n; });
  return at == pairs.end() || at->tensor != tensor ? nullptr : &*at;
}

Result<Adapter> read_adapter(const std::string& path, const gguf::File& base, const Config& config) {
  const Result<AdapterSource> source = find_adapter(path);
  if (!source) return source.error();
  AdapterBuilder builder(path, base, config);
  return source->is_gguf() ? read_gguf_adapter(source->gguf, builder) : read_peft_adapter(*source, builder);
}

}  // namespace engine::model
