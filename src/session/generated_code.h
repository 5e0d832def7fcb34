#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "model/world.h"
#include "platform/perf_map_file.h"
#include "platform/procfs.h"
#include "symbolize/managed_name.h"

namespace ajar::session {

// Names the code that processes make while they run, as far as their runtimes write perf maps (see
// symbolize/perf_map.h). Code moves, and where it was other code comes: a frame gets its name as soon as
// there is one, and keeps it. One thread at a time.
class GeneratedCode {
 public:
  // A node of a stack of the image, whose address is in no module. Best called while the process lives.
  void met(const model::World& world, model::ImageId image, model::StackId node);

  struct Name {
    model::StackId node;
    symbolize::ManagedName name;
  };

  // The names that have been found since the last time. Reads the maps of those processes whose code has no
  // name yet, if the maps or the code are new: some 100 ms for the largest.
  std::vector<Name> find();

 private:
  struct Maker {
    explicit Maker(const platform::CodeMaker& maker) : file(maker) {}
    platform::PerfMapFile file;
    std::map<std::uint64_t, std::vector<model::StackId>> unnamed;  // by the address to look up
    std::set<std::uint64_t> never_sought;                          // of these
  };

  void find(Maker& maker, std::vector<Name>& names);

  platform::ProcFs procfs_;
  std::map<model::ImageId, Maker> makers_;
};

}  // namespace ajar::session
