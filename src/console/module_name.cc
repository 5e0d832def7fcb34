#include "console/module_name.h"

#include <algorithm>

#include "base/path.h"

namespace ajar::console {

std::string module_name(std::string_view path) {
  std::string_view file = base::file_name(path);
  const std::size_t shared_object = file.find(".so");
  const std::size_t dot = shared_object == std::string_view::npos ? file.rfind('.') : shared_object;
  if (dot != std::string_view::npos && dot != 0) file = file.substr(0, dot);
  std::string name(file);
  std::ranges::replace_if(name, [](char c) { return c == '.' || c == ' '; }, '_');
  return name;
}

}  // namespace ajar::console
