#include <algorithm>
#include <cstring>

#include "capture/segment/record_bytes.h"
#include "capture/segment/segment_reader.h"

namespace ajar::capture::segment {

model::Frame SegmentReader::frame_of(const ajar_node& node) const {
  model::Frame frame;
  const std::uint32_t kind = node.generation_kind & 0xffU;
  if (kind == AJAR_NODE_CUT || kind == AJAR_NODE_NO_UNWIND) {
    frame.kind = model::FrameKind::marker;
    frame.marker = kind == AJAR_NODE_CUT ? model::Marker::cut : model::Marker::no_unwind_data;
    frame.after_call = false;
    return frame;
  }
  if (kind == AJAR_NODE_MANAGED)
    return managed_.frame_at(static_cast<std::uint32_t>(AJAR_MANAGED_PLACE(node.pc)));
  frame.after_call = kind != AJAR_NODE_INTERRUPTED;
  frame.offset = node.pc;
  const auto module = modules_.find(node.generation_kind >> 8U);
  if (module == modules_.end()) return frame;
  frame.module = module->second;
  frame.offset = node.pc - recorder_.world().modules.find(module->second)->bias;
  return frame;
}

// The agent publishes a module before the first node of it, and a node before the first event of it.
void SegmentReader::import_nodes(std::uint32_t up_to) {
  const std::uint32_t base = consumer_.node_base();
  if (up_to <= base) return;
  const std::uint32_t wanted = std::min(up_to - base, consumer_.nodes_ready());
  for (; imported_ < wanted; ++imported_) {
    const ajar_node node = consumer_.node(imported_);
    const std::uint32_t kind = node.generation_kind & 0xffU;
    if (kind == AJAR_NODE_ROOT) {
      stacks_.emplace_back();
      continue;
    }
    const model::StackId callee = node.callee < stacks_.size() ? stacks_[node.callee] : model::StackId{};
    stacks_.push_back(add({.callee = callee, .frame = frame_of(node)}));
    const bool enters = kind == AJAR_NODE_MANAGED && AJAR_MANAGED_ENTERS(node.pc);
    if (enters || kind == AJAR_NODE_RUNS_MANAGED) managed_.is_joint(stacks_.back());
  }
}

model::StackId SegmentReader::add(const model::StackNode& node) {
  const model::StackId id = recorder_.world().stacks.add(node);
  if (node.frame.kind == model::FrameKind::native && node.frame.module.none())
    recorder_.code_in_no_module(identity_.image, id);
  return id;
}

bool SegmentReader::is_gone(model::ModuleId id) const {
  const model::Module* module = recorder_.world().modules.find(id);
  return module == nullptr || module->unloaded.has_value();
}

model::ModuleId SegmentReader::module_at(std::uint64_t pc, model::Time time) const {
  for (const model::ModuleId id : mapped_) {
    const model::Module* module = recorder_.world().modules.find(id);
    if (module == nullptr || (module->unloaded && *module->unloaded < time)) continue;
    if (pc >= module->begin && pc < module->end) return id;
  }
  return {};
}

// The caller alone, when the agent had no room for the stack or could not take it.
model::StackId SegmentReader::lone_frame(std::uint64_t pc, model::Time time) {
  model::World& world = recorder_.world();
  model::Frame frame;
  frame.module = module_at(pc, time);
  LoneFrame& known = lone_frames_[pc];
  if (!known.stack.none() && known.module == frame.module) return known.stack;
  const model::Module* module = world.modules.find(frame.module);
  frame.offset = module == nullptr ? pc : pc - module->bias;
  const model::StackId caller = add({.callee = {}, .frame = frame});
  model::Frame cut;
  cut.kind = model::FrameKind::marker;
  cut.marker = model::Marker::cut;
  const model::StackId stack = world.stacks.add({.callee = caller, .frame = cut});
  known = {.module = frame.module, .stack = stack};
  return stack;
}

void SegmentReader::decode_place(const ajar_record& record) {
  auto [whole, place, rest] = parse<ajar_place>(record);
  if (!whole) return;
  const model::StringId function = recorder_.intern(take(rest, place.function_length));
  const model::StringId file = recorder_.intern(take(rest, place.file_length));
  managed_.name(place.place, {.function = function, .file = file, .line = place.line});
}

model::StackId SegmentReader::stack_at(std::uint64_t node) {
  if (node > UINT32_MAX) return {};
  if (node >= stacks_.size()) import_nodes(static_cast<std::uint32_t>(node));
  return node < stacks_.size() ? stacks_[node] : model::StackId{};
}

model::StackId SegmentReader::stack_of(const ajar_event& event, std::string_view rest) {
  const std::size_t at =
      ((sizeof(ajar_event) + event.payload_length + 7U) & ~std::size_t{7}) - sizeof(ajar_event);
  std::uint64_t words[2] = {};  // the managed frames' node, if there are some, and the raw frame
  const std::size_t count = event.managed != AJAR_MANAGED_NONE ? 2 : 1;
  auto* first = words + (2 - count);
  if (rest.size() > at)
    std::memcpy(first, rest.data() + at, std::min(rest.size() - at, count * sizeof(*words)));
  if (event.stack != 0) {
    const model::StackId native = stack_at(event.stack);
    const model::StackId managed = stack_at(words[0]);
    if (native.none() || managed.none()) return native;
    const ManagedStacks::Pair pair{native, managed, event.managed == AJAR_MANAGED_CUT};
    return managed_.woven(recorder_.world(), pair,
                          [this](const model::StackNode& node) { return add(node); });
  }
  if (event.raw_frames == 0 || words[1] == 0) return {};
  return lone_frame(words[1], time_of(event.record.time));
}

}  // namespace ajar::capture::segment
