#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "import/minidump/texts.h"
#include "model/world.h"
#include "objfile/minidump.h"

namespace ajar::import {

// The modules of the dump as rows of the world, and which of them an address is in.
class Modules {
 public:
  // Adds the rows; `end` is when the dump was written. Those that were unloaded by then come last.
  static base::Result<Modules> read(const objfile::Minidump& dump, Texts& texts, model::ImageId image,
                                    model::Time end, model::World& world);

  // A frame of the code that returns to this address. Where no module is, one of none. What is loaded counts
  // before what was unloaded; of what was unloaded, that which stands last in the dump.
  [[nodiscard]] model::Frame frame(std::uint64_t return_address) const;

 private:
  struct Range {
    std::uint64_t begin = 0, end = 0;
    model::ModuleId module;
  };

  static const Range* find(const std::vector<Range>& ranges, std::uint64_t address);

  std::vector<Range> loaded_;    // by address
  std::vector<Range> unloaded_;  // the last one first; few: Windows remembers some dozens
};

}  // namespace ajar::import
