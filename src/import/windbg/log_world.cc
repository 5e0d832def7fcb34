#include "import/windbg/log_world.h"

#include "base/words.h"
#include "import/printed_symbol.h"

namespace ajar::import::windbg {

const model::ProcessRows& LogWorld::process(std::uint64_t pid, const std::string& program) {
  const auto [known, added] = processes_.try_emplace({pid, pid == 0 ? program : std::string()});
  if (added) known->second = model::add_process(world_, pid, program);
  return known->second;
}

model::StringId LogWorld::string(const std::string& text) {
  if (text.empty()) return {};
  const auto [known, added] = strings_.try_emplace(text);
  if (added) known->second = world_.strings.add(text);
  return known->second;
}

model::ModuleId LogWorld::module(model::ImageId image, const std::string& name) {
  if (name.empty()) return {};
  const auto [known, added] = modules_.try_emplace({image, name});
  if (!added) return known->second;
  model::Module module;
  module.id = world_.modules.next_id();
  module.image = image;
  module.path = name;
  return known->second = world_.modules.add(std::move(module));
}

model::Symbol LogWorld::symbol(const PrintedFrame& printed) const {
  return printed_symbol(printed.function, printed.displacement.value_or(0), printed.file, printed.line,
                        text_.exports_only.contains(base::lowered(printed.module)));
}

model::Frame LogWorld::frame(model::ImageId image, const PrintedFrame& printed) {
  model::Frame frame;
  frame.module = module(image, printed.module);
  if (frame.module.none()) {
    frame.offset = printed.address.value_or(printed.displacement.value_or(0));
    return frame;
  }
  const bool is_named = !printed.function.empty();
  if (!is_named && printed.displacement) {
    frame.offset = *printed.displacement;
    return frame;
  }
  const auto [known, added] =
      offsets_.try_emplace({image, printed.module, printed.function, printed.displacement.value_or(0)}, 0);
  if (added) known->second = model::Frame::kNoOffset + 2 * offsets_.size();
  frame.offset = known->second;
  if (added && is_named)
    world_.symbols[world_.modules.find(frame.module)->identity()][model::World::lookup_offset(frame)] = {
        symbol(printed)};
  return frame;
}

model::StackId LogWorld::stack(model::ImageId image, const std::vector<PrintedFrame>& frames) {
  model::StackId stack;
  for (const PrintedFrame& printed : frames) {
    const model::Frame frame = this->frame(image, printed);
    const auto [known, added] = nodes_.try_emplace({stack, {frame.module, frame.offset}});
    if (added) known->second = world_.stacks.add({.callee = stack, .frame = frame});
    stack = known->second;
  }
  return stack;
}

}  // namespace ajar::import::windbg
