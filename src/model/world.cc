#include "model/world.h"

#include <algorithm>

#include "base/path.h"
#include "base/words.h"

namespace ajar::model {

std::string Image::name() const {
  return std::string(base::file_name(path));
}

std::string Image::name_with(const std::string& first_thread) const {
  const std::string file = name();
  // The system keeps 15 bytes of a thread's name.
  return first_thread.empty() || file.starts_with(first_thread) ? file : first_thread;
}

namespace {

// Time and size of an image of Windows (8 digits, and as many as it takes): linkers have made two libraries
// in one second before.
bool is_time_and_size(const Module& module) {
  constexpr std::size_t kMostDigits = 16;
  return module.build_id.size() <= kMostDigits && module.path.find('\\') != std::string::npos;
}

}  // namespace

std::string Module::identity() const {
  if (!build_id.empty() && is_time_and_size(*this))
    return "image:" + build_id + '/' + base::lowered(path.substr(path.find_last_of('\\') + 1));
  return build_id.empty() ? "path:" + path : "build-id:" + build_id;
}

std::string_view World::text(StringId id) const {
  const std::string* found = strings.find(id);
  return found == nullptr ? std::string_view() : *found;
}

std::vector<Frame> World::frames(StackId stack) const {
  std::vector<Frame> frames;
  // A node's callee always has a smaller id, so that a damaged recording cannot make this go round in
  // circles.
  for (StackId at = stack; !at.none();) {
    const StackNode* node = stacks.find(at);
    if (node == nullptr || node->callee >= at) {
      frames.push_back(Frame{
          .kind = FrameKind::marker, .marker = Marker::unseen, .module = {}, .function = {}, .file = {}});
      break;
    }
    frames.push_back(node->frame);
    at = node->callee;
  }
  std::ranges::reverse(frames);
  return frames;
}

const SymbolChain* World::symbol(const Frame& frame) const {
  const Module* module = modules.find(frame.module);
  if (module == nullptr) return nullptr;
  const auto of_module = symbols.find(module->identity());
  if (of_module == symbols.end()) return nullptr;
  const auto at = of_module->second.find(lookup_offset(frame));
  return at == of_module->second.end() ? nullptr : &at->second;
}

}  // namespace ajar::model
