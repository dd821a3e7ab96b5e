#include "core/paths.h"

namespace engine {

std::string folder_of(std::string_view file) {
  const std::string folder = utf8_text(native_path(file).parent_path());
  return folder.empty() ? "." : folder;
}

}  // namespace engine
