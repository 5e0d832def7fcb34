#include "unwind/places.h"

#include <optional>
#include <regex>
#include <sstream>

#include "harness/command.h"

namespace ajar::unwinding {
namespace {

// "… FDE cie=00000000 pc=00000000000c5020..00000000000d0bf0": the function's beginning and end.
std::optional<std::pair<std::uint64_t, std::uint64_t>> function_of(const std::string& line) {
  static const std::regex kFunction(" FDE .*pc=([0-9a-f]+)\\.\\.([0-9a-f]+)");
  std::smatch found;
  if (!std::regex_search(line, found, kFunction)) return std::nullopt;
  return std::pair(std::stoull(found[1].str(), nullptr, 16), std::stoull(found[2].str(), nullptr, 16));
}

std::string readelf(const std::string& how, const std::string& path) {
  const harness::Outcome outcome = harness::run({.words = {"readelf", "--wide", how, path}});
  return outcome.exit_status == 0 ? outcome.out : "";
}

}  // namespace

ModuleInformation::ModuleInformation(const std::string& entries) : readable_(!entries.empty()) {
  std::istringstream in(entries);
  for (std::string line; std::getline(in, line);) {
    if (const auto range = function_of(line)) functions_[range->first] = range->second;
  }
}

ModuleInformation ModuleInformation::of(const std::string& path) {
  return ModuleInformation(readelf("--debug-dump=frames,no-follow-links", path));
}

Information ModuleInformation::at(std::uint64_t offset) const {
  if (!readable_) return Information::unknown;
  auto after = functions_.upper_bound(offset);
  if (after == functions_.begin()) return Information::none;
  return offset < (--after)->second ? Information::some : Information::none;
}

}  // namespace ajar::unwinding
