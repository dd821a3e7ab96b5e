// Small files that help from one run to the next, one for each key.
#pragma once

#include <string>

namespace engine {

/// A file in the folder `kind` of the cache. The name is a hash, so the key belongs into the file, too.
std::string cache_file_of(const std::string& cache_dir, const std::string& kind, const std::string& key);

/// Puts `text` into the file at once; its folder must be there. False: it could not be kept whole.
bool write_cache_file(const std::string& path, const std::string& text);

}  // namespace engine
