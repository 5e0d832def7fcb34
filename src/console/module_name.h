#pragma once

#include <string>
#include <string_view>

namespace ajar::console {

// What WinDbg calls the module of that path: "keyleak" for "C:\\app\\keyleak.dll", "My_Plugin" for
// "My.Plugin.dll", "libpricing" for "/opt/shop/libpricing.so.2".
std::string module_name(std::string_view path);

}  // namespace ajar::console
