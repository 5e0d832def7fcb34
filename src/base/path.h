#pragma once

#include <cstddef>
#include <string_view>

#include "base/words.h"

// Paths as text, of whatever system they are: both slashes end a folder.
namespace ajar::base {

// The last component: "b.so" of "/a/b.so" and of "C:\\a\\b.so"; all where there is no folder.
inline std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

// What people call a program by its file: "shop" of "/opt/shop" and of "C:\\shop\\shop.exe".
inline std::string_view program_name(std::string_view path) {
  constexpr std::string_view kExe = ".exe";
  std::string_view name = file_name(path);
  if (name.size() > kExe.size() && same_word(name.substr(name.size() - kExe.size()), kExe))
    name.remove_suffix(kExe.size());
  return name;
}

// What stands before the last component, without the slash; empty where there is nothing.
inline std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

// Without the " (deleted)" that the kernel of Linux puts behind the path of a file that has no name any more.
// A name may end so, too.
constexpr std::string_view without_deleted(std::string_view path) {
  constexpr std::string_view mark = " (deleted)";
  if (path.ends_with(mark)) path.remove_suffix(mark.size());
  return path;
}

}  // namespace ajar::base
