#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

// What readelf says of the call-frame information at an address: whether a walk had a right to end there.
namespace ajar::unwinding {

enum class Information : std::uint8_t {
  none,     // there is no FDE for it
  plain,    // a walk can go on
  lost,     // the CFA goes by a register that a call need not leave as it was
  unknown,  // readelf couldn't tell
};

// Of one module.
class ModuleInformation {
 public:
  // From what 'readelf --debug-dump=frames-interp' prints of it.
  explicit ModuleInformation(const std::string& rows);

  // By readelf, of the file.
  static ModuleInformation of(const std::string& path);

  [[nodiscard]] Information at(std::uint64_t offset) const;

 private:
  struct Row {
    std::uint64_t first = 0;
    Information information = Information::plain;
  };
  struct Function {
    std::uint64_t end = 0;
    std::vector<Row> rows;
  };
  std::map<std::uint64_t, Function> functions_;  // by their beginnings
  bool readable_ = false;
};

}  // namespace ajar::unwinding
