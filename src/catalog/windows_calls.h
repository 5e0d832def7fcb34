#pragma once

#include <array>
#include <string_view>

// The system calls of Windows that give or take handles, and which type of handle it is.
namespace ajar::catalog {

struct WindowsCall {
  std::string_view name;  // "NtOpenKey"
  std::string_view type;  // "Key"; empty where any may come
};

inline constexpr std::array kWindowsCalls{
#define AJAR_WINDOWS_CALL(name, arguments, effect, asked, type) WindowsCall{#name, type},
#include "catalog/windows_calls.def"
#undef AJAR_WINDOWS_CALL
};

// Empty for a function that is none of them. "ZwOpenKey" is "NtOpenKey".
constexpr std::string_view type_opened_by(std::string_view function) {
  if (!function.starts_with("Nt") && !function.starts_with("Zw")) return {};
  for (const WindowsCall& call : kWindowsCalls) {
    if (call.name.substr(2) == function.substr(2)) return call.type;
  }
  return {};
}

}  // namespace ajar::catalog
