#include "analyze/linked_in.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "analyze/system_modules.h"
#include "catalog/linux_tables.h"

namespace ajar::analyze {
namespace {

// As libraries call their own copies: "__libc_open64", "__open", "_IO_fopen".
std::string_view without_decoration(std::string_view name) {
  for (const std::string_view prefix : {"__libc_", "_IO_", "__"}) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  }
  return name;
}

const std::set<std::string_view>& entries() {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> all;
    for (const catalog::EntryPoint& entry : catalog::kLinuxEntries)
      all.insert(without_decoration(entry.name));
    for (const catalog::Call& call : catalog::kLinuxCalls) all.insert(call.name);
    return all;
  }();
  return names;
}

}  // namespace

bool is_entry_of_library(std::string_view function) {
  return entries().contains(without_decoration(function));
}

// In order: each thread's function, in musl also by the name without a number; handlers of pthread_atfork(),
// for which the others fork; fopencookie()'s function that closes; what compares names.
bool calls_the_program(std::string_view function) {
  static constexpr auto callers =
      std::to_array<std::string_view>({"clone", "clone3", "fork", "daemon", "forkpty", "fclose", "freopen",
                                       "freopen64", "fts_open", "fts64_open"});
  return std::ranges::find(callers, without_decoration(function)) != callers.end();
}

bool is_reserved_name(std::string_view function) {
  // So compilers call what initializes the program's own variables.
  for (const std::string_view prefix :
       {"_GLOBAL__", "__static_initialization_and_destruction", "__cxx_global_", "__tls_init"}) {
    if (function.starts_with(prefix)) return false;
  }
  return function.size() > 1 && function[0] == '_' &&
         (function[1] == '_' || (function[1] >= 'A' && function[1] <= 'Z'));
}

bool is_c_library(std::string_view path) {
  const std::string stem = module_stem(path);
  return stem == "libc" || stem.starts_with("libc.musl") || stem.starts_with("ld-musl");
}

}  // namespace ajar::analyze
