#include "cli/machine.h"

#include <fmt/core.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

namespace ajar::cli {
namespace {

// "Max open files            1024                 524288               files" (man 5 proc)
void read_limits(const std::filesystem::path& file, Machine& machine) {
  std::ifstream limits(file);
  machine.proc_readable = limits.is_open();
  constexpr std::string_view title = "Max open files";
  for (std::string line; std::getline(limits, line);) {
    if (!line.starts_with(title)) continue;
    std::istringstream(line.substr(title.size())) >> machine.open_files_soft >> machine.open_files_hard;
  }
}

// A line's fields 5 and last are the mount point and the options of the file system: "22 28 0:21 / /proc rw -
// proc proc rw,hidepid=2".
void read_hidepid(const std::filesystem::path& file, Machine& machine) {
  std::ifstream mounts(file);
  for (std::string line; std::getline(mounts, line);) {
    constexpr std::string_view key = "hidepid=";
    const std::size_t at = line.rfind(key);
    if (line.find(" /proc ") == std::string::npos || at == std::string::npos) continue;
    const std::size_t start = at + key.size();
    machine.hidepid = line.substr(start, line.find_first_of(", ", start) - start);
  }
}

}  // namespace

Machine read_machine(const std::filesystem::path& root) {
  Machine machine;
  read_limits(root / "proc/self/limits", machine);
  read_hidepid(root / "proc/self/mountinfo", machine);
  std::error_code problem;
  const std::filesystem::space_info shm = std::filesystem::space(root / "dev/shm", problem);
  if (!problem) machine.shm_free = shm.available;
  return machine;
}

std::string in_bytes(std::uintmax_t bytes) {
  constexpr std::array units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", amount, units.at(unit));
}

}  // namespace ajar::cli
