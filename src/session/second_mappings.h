#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "model/world.h"
#include "platform/process_files.h"

namespace ajar::session {

// Files that a process has mapped as code once more, past the dynamic linker, so that it is not in the list
// of modules: V8 maps its builtins a second time, to have them near the code that it makes. One thread at a
// time.
class SecondMappings {
 public:
  // Whether the node's address lies in a file that is a module of the image too. Then there is another module
  // of that file, and the node's frame is in it. Asks the system, so it must be called while the process
  // lives; the recording must not have the node yet.
  bool settle(model::World& world, model::ImageId image, model::StackId node);

 private:
  struct Range {
    std::uint64_t begin = 0, end = 0;
    model::ModuleId module;  // none: of no file
  };

  // As many different ranges are asked for in one image.
  static constexpr std::size_t kMostRanges = 256;

  static std::optional<Range> look(model::World& world, model::ImageId image, std::uint64_t address);
  static model::ModuleId add_module(model::World& world, const model::Process& process,
                                    const platform::MappedRange& range, model::Module module);

  std::map<model::ImageId, std::vector<Range>> ranges_;
};

}  // namespace ajar::session
