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
    "/golang.org/toolchain@",  // a release of Go that another one fetched
});

// What Rust's library was built from: "/rustc/<hash>/library/std/src/…".
constexpr std::string_view kRustStart = "/rustc/";
constexpr std::string_view kRustLibrary = "/library/";

// Python's library: "/usr/lib/python3.11/socket.py" or "/usr/lib64/python311.zip/socket.py", wherever its
// prefix is, but for what people add to it. What of it is part of the interpreter is called "<frozen os>".
constexpr auto kPythonFolders = std::to_array<std::string_view>({"/lib/python3", "/lib64/python3"});
constexpr auto kPythonAdded = std::to_array<std::string_view>({"/site-packages/", "/dist-packages/"});
constexpr std::string_view kPythonFrozen = "<frozen ";

// What stands behind "python3": ".11/" or "11.zip/".
bool goes_on_as_library(std::string_view rest) {
  const bool dotted = rest.starts_with('.');
  if (dotted) rest.remove_prefix(1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return digits > 0 && (dotted || rest.substr(digits).starts_with(".zip/"));
}

// Behind the first folder of Python's in the path; npos where there is none.
std::size_t behind_python(std::string_view file, std::string_view folder) {
  std::size_t at = file.find(folder);
  while (at != std::string_view::npos && !goes_on_as_library(file.substr(at + folder.size())))
    at = file.find(folder, at + 1);
  return at == std::string_view::npos ? at : at + folder.size();
}

bool is_python_library(std::string_view file) {
  if (file.starts_with(kPythonFrozen)) return true;
  std::size_t at = std::string_view::npos;
  for (const std::string_view folder : kPythonFolders) at = std::min(at, behind_python(file, folder));
  return at != std::string_view::npos && std::ranges::none_of(kPythonAdded, [&](std::string_view folder) {
           return file.find(folder, at) != std::string_view::npos;
         });
}

// Go's library as `go build -trimpath` calls it: "net/http/server.go". Others' packages begin with the name
// of a host or of their own module.
constexpr auto kGoPackages = std::to_array<std::string_view>({
    "archive", "bufio",   "bytes",    "cmp",      "compress", "container", "context", "crypto",  "database",
    "debug",   "embed",   "encoding", "errors",   "expvar",   "flag",      "fmt",     "go",      "hash",
    "html",    "image",   "index",    "internal", "io",       "iter",      "log",     "maps",    "math",
    "mime",    "net",     "os",       "path",     "plugin",   "reflect",   "regexp",  "runtime", "slices",
    "sort",    "strconv", "strings",  "structs",  "sync",     "syscall",   "testing", "text",    "time",
    "unicode", "unique",  "unsafe",   "vendor",   "weak",
});

bool is_go_library(std::string_view file) {
  if (!file.ends_with(".go") && !file.ends_with(".s")) return false;
  const std::size_t folder = file.find('/');
  return folder != std::string_view::npos &&
         std::ranges::find(kGoPackages, file.substr(0, folder)) != kGoPackages.end();
}

// Node's own modules, as it calls them: "node:fs".
constexpr std::string_view kNode = "node:";

}  // namespace

bool is_library_source(std::string_view file) {
  if (file.starts_with(kNode) || is_python_library(file) || is_go_library(file)) return true;
  if (file.starts_with(kRustStart)) return file.find(kRustLibrary) != std::string_view::npos;
  return std::ranges::any_of(kFolders, [&](std::string_view folder) { return file.starts_with(folder); }) ||
         std::ranges::any_of(
             kParts, [&](std::string_view part) { return file.find(part) != std::string_view::npos; });
}

}  // namespace ajar::analyze
