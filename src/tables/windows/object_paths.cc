#include "tables/windows/object_paths.h"

#include <array>
#include <utility>

#include "base/words.h"

namespace ajar::tables::windows {
namespace {

// Whether the name is in that folder, or is it.
bool is_under(std::string_view name, std::string_view folder) {
  return base::begins_with(name, folder) && (name.size() == folder.size() || name[folder.size()] == '\\');
}

}  // namespace

std::string path_of_file(std::string_view name, const Drives& drives) {
  constexpr std::string_view kDosDevices = "\\??\\";
  constexpr std::string_view kNetwork = "\\Device\\Mup";
  if (name.starts_with(kDosDevices)) return std::string(name.substr(kDosDevices.size()));
  if (is_under(name, kNetwork) && name.size() > kNetwork.size() + 1)
    return "\\" + std::string(name.substr(kNetwork.size()));
  for (const auto& [device, drive] : drives) {
    if (is_under(name, device)) return drive + std::string(name.substr(device.size()));
  }
  return {};
}

std::string path_of_key(std::string_view name) {
  constexpr std::array kRoots = {
      std::pair{std::string_view("\\REGISTRY\\MACHINE"), std::string_view("HKEY_LOCAL_MACHINE")},
      std::pair{std::string_view("\\REGISTRY\\USER"), std::string_view("HKEY_USERS")},
  };
  for (const auto& [root, path] : kRoots) {
    if (is_under(name, root)) return std::string(path) + std::string(name.substr(root.size()));
  }
  return {};
}

}  // namespace ajar::tables::windows
