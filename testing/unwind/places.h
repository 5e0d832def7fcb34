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
  plain,    // a rule of unwind/table.h can say it
  beyond,   // it can't: the CFA by another register or an unusual expression, the return address elsewhere
  unknown,  // readelf couldn't tell
};

// Of one module.
class ModuleInformation {
 public:
  // From what 'readelf --debug-dump=frames-interp' and 'readelf --debug-dump=frames' print of it.
  ModuleInformation(const std::string& rows, const std::string& instructions);

  // By readelf, of the file.
  static ModuleInformation of(const std::string& path);

  [[nodiscard]] Information at(std::uint64_t offset) const;

 private:
  struct Row {
    std::uint64_t first = 0;
    Information information = Information::plain;
    bool by_expression = false;
  };
  struct Function {
    std::uint64_t end = 0;
    std::vector<Row> rows;
  };
  std::map<std::uint64_t, Function> functions_;         // by their beginnings
  std::map<std::uint64_t, bool> has_known_expression_;  // likewise: the CFA by one that rules can say
  bool readable_ = false;
};

}  // namespace ajar::unwinding
