#pragma once

#include <cstdint>
#include <map>
#include <string>

// What readelf says of the call-frame information at an address: whether a walk had a right to end there.
namespace ajar::unwinding {

enum class Information : std::uint8_t {
  none,     // there is no FDE for it
  some,     // a walk can go on
  unknown,  // readelf couldn't tell
};

// Of one module.
class ModuleInformation {
 public:
  // From what 'readelf --debug-dump=frames' prints of it.
  explicit ModuleInformation(const std::string& entries);

  // By readelf, of the file.
  static ModuleInformation of(const std::string& path);

  [[nodiscard]] Information at(std::uint64_t offset) const;

 private:
  std::map<std::uint64_t, std::uint64_t> functions_;  // their ends by their beginnings
  bool readable_ = false;
};

}  // namespace ajar::unwinding
