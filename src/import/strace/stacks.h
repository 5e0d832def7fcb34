#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "import/strace/frame_line.h"
#include "import/strace/names.h"
#include "model/world.h"

namespace ajar::import::strace {

// The stacks of one world, of which a log has the same ones again and again: each line of an image is taken
// apart once.
class Stacks {
 public:
  explicit Stacks(model::World& world) : world_(world) {}

  // The stack that has one more frame, further out, than `inner` has; `text` is the frame's line, behind " >
  // ".
  model::StackId add(model::ImageId image, model::StackId inner, std::string_view text);

  // Nothing more comes of it.
  void ended(model::ImageId image) { code_.erase(image.value); }

  [[nodiscard]] bool any() const { return any_; }

 private:
  // What an image has been seen to execute.
  struct Code {
    ByText<std::uint32_t> frames;  // by line: the place in frames_
    ByText<model::ModuleId> modules;
  };

  std::uint32_t frame_of(model::ImageId image, std::string_view text);
  model::Frame make_frame(model::ImageId image, std::string_view text);
  void name(const model::Frame& frame, const FrameLine& line);
  void name_program(model::ImageId image, const FrameLine& line);

  model::World& world_;
  std::unordered_map<std::uint32_t, Code> code_;  // by image
  std::vector<model::Frame> frames_;
  std::unordered_map<std::uint64_t, model::StackId> nodes_;  // by inner stack and frame
  bool any_ = false;
};

}  // namespace ajar::import::strace
