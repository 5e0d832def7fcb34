#include "tables/device_names.h"

#include <sstream>

#include "platform/read_file.h"

namespace ajar::tables {
namespace {

constexpr unsigned kMiscellaneous = 10;  // the major number that single devices of all kinds share

}  // namespace

std::string DeviceNames::of(Kind kind, unsigned major, unsigned minor) const {
  std::call_once(wanted_, [this] { read(); });
  const bool by_minor = kind == Kind::character && major == kMiscellaneous;
  const Majors& names = by_minor ? miscellaneous_ : kind == Kind::character ? character_ : block_;
  const auto found = names.find(by_minor ? minor : major);
  return found == names.end() ? std::string() : found->second;
}

void DeviceNames::read() const {
  add_drivers(platform::read_file(proc_ + "/devices").value_or(std::string()));
  add_miscellaneous(platform::read_file(proc_ + "/misc").value_or(std::string()));
}

// "Character devices:", a line "  1 mem" for each, an empty line, "Block devices:" and the same again. Some
// lines name a single device by its path instead: "  5 /dev/tty".
void DeviceNames::add_drivers(const std::string& text) const {
  std::istringstream lines(text);
  Majors* names = &character_;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("Block")) names = &block_;
    std::istringstream words(line);
    unsigned major = 0;
    std::string name;
    if (words >> major >> name && !name.starts_with('/')) names->try_emplace(major, name);
  }
}

// "232 kvm".
void DeviceNames::add_miscellaneous(const std::string& text) const {
  std::istringstream words(text);
  unsigned minor = 0;
  std::string name;
  while (words >> minor >> name) miscellaneous_.try_emplace(minor, name);
}

}  // namespace ajar::tables
