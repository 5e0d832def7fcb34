#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace ajar::platform {

// The names of the users of /etc/passwd. (Those of other sources, such as a directory service, are known to
// the C library only, which needs to load libraries for them.)
class UserNames {
 public:
  explicit UserNames(const std::string& file = "/etc/passwd");

  // The number where there is no name.
  [[nodiscard]] std::string of(std::uint32_t user) const;

 private:
  std::unordered_map<std::uint32_t, std::string> names_;
};

}  // namespace ajar::platform
