#include "analyze/library_sources.h"

#include <algorithm>
#include <array>

namespace ajar::analyze {
namespace {

constexpr auto kFolders = std::to_array<std::string_view>({
    "/usr/include/",
    "/usr/lib/gcc/",
    "/usr/lib/go-",
    "/usr/share/go-",
    "/usr/local/go/src/",
    "/usr/share/mingw-w64/include/",
    "/usr/x86_64-w64-mingw32/include/",
});

// Anywhere in the path: a compiler or a sysroot may have been unpacked wherever people liked.
constexpr auto kParts = std::to_array<std::string_view>({
    "/include/c++/",           // GCC's and LLVM's C++ libraries
    "/usr/include/",           // in a sysroot
    "/lib/rustlib/src/rust/",  // Rust's library where its source is installed
});

// What Rust's library was built from: "/rustc/<hash>/library/std/src/…".
constexpr std::string_view kRustStart = "/rustc/";
constexpr std::string_view kRustLibrary = "/library/";

// Python's library: "/usr/lib/python3.11/socket.py", but for what people add to it. What of it is part of the
// interpreter is called "<frozen os>".
constexpr std::string_view kPythonFolder = "/python3.";
constexpr auto kPythonAdded = std::to_array<std::string_view>({"/site-packages/", "/dist-packages/"});
constexpr std::string_view kPythonFrozen = "<frozen ";

bool is_python_library(std::string_view file) {
  if (file.starts_with(kPythonFrozen)) return true;
  const std::size_t at = file.find(kPythonFolder);
  if (at == std::string_view::npos) return false;
  const std::string_view before = file.substr(0, at);
  if (!before.ends_with("/lib") && !before.ends_with("/lib64")) return false;
  return std::ranges::none_of(
      kPythonAdded, [&](std::string_view folder) { return file.find(folder, at) != std::string_view::npos; });
}

// Node's own modules, as it calls them: "node:fs".
constexpr std::string_view kNode = "node:";

}  // namespace

bool is_library_source(std::string_view file) {
  if (file.starts_with(kNode) || is_python_library(file)) return true;
  if (file.starts_with(kRustStart)) return file.find(kRustLibrary) != std::string_view::npos;
  return std::ranges::any_of(kFolders, [&](std::string_view folder) { return file.starts_with(folder); }) ||
         std::ranges::any_of(
             kParts, [&](std::string_view part) { return file.find(part) != std::string_view::npos; });
}

}  // namespace ajar::analyze
