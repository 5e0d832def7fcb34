#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "names/frames.h"

namespace ajar::names {

// What elfutils' library reads from a file's debug information: it gives the entries and the rows of lines
// that there are; which of them an address belongs to is found here by looking at all of them.
class Libdw {
 public:
  // Reads all functions of the file.
  static base::Result<Libdw> open(const std::string& path);
  Libdw(Libdw&&) noexcept;
  ~Libdw();

  // A chain for each function that the address is in: several where the linker has folded equal ones. Empty
  // where nothing is known of it.
  [[nodiscard]] std::vector<Chain> at(std::uint64_t address) const;

 private:
  class Implementation;
  explicit Libdw(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ajar::names
