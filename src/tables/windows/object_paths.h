#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ajar::tables::windows {

// The drives by the devices that the kernel knows them by: "\Device\HarddiskVolume3" is "C:".
using Drives = std::map<std::string, std::string, std::less<>>;

// What people call the file, or the key, that has this name in the kernel: "C:\app\shop.log",
// "\\server\share\x", "HKEY_LOCAL_MACHINE\SOFTWARE\Shop". Empty where that is no other name.
std::string path_of_file(std::string_view name, const Drives& drives);
std::string path_of_key(std::string_view name);

}  // namespace ajar::tables::windows
