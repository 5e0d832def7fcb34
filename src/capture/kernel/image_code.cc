#include "capture/kernel/image_code.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

namespace ajar::capture::kernel {
namespace {

constexpr std::string_view kVdso = "[vdso]";
constexpr std::string_view kVdsoName = "linux-vdso.so.1";  // as dynamic linkers call it
constexpr std::string_view kDeleted = " (deleted)";

std::string name_of(std::string_view path) {
  if (path == kVdso) return std::string(kVdsoName);
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return std::string(path);
}

bool same(const platform::MappedRange& a, const platform::MappedRange& b) {
  return a.begin == b.begin && a.end == b.end && a.offset == b.offset && a.file == b.file;
}

// The kernel's own code in a program of 32 bits: in any other it lies higher.
bool is_gate(const platform::MappedRange& range) {
  return range.path == kVdso && range.end <= std::uint64_t{1} << 32U;
}

model::Marker marker_of(std::uint8_t walk) {
  switch (walk) {
    case AJAR_WALK_ENDED:
      return model::Marker::none;
    case AJAR_WALK_TOO_DEEP:
      return model::Marker::cut;
    default:
      return model::Marker::no_unwind_data;
  }
}

}  // namespace

void ImageCode::begins(const ajar_execed& told, const std::string& path, std::uint64_t begun) {
  stale_ = true;
  begun_ = begun;
  first_code_ = told.code;
  const auto add = [&](const std::string& name, const std::shared_ptr<const CodeFile>& file,
                       std::uint64_t bias) {
    for (platform::MappedRange& range : file->loaded_at(bias)) {
      const platform::MappedRange named = told_range(name);
      range.path = named.path;
      range.file = named.file;
      mapped(range);
    }
  };
  const auto program = files_.file_at(path);
  const auto first = program == nullptr ? std::nullopt : program->first_code();
  if (!first) return;
  constexpr std::uint64_t kPage = 4096;
  add(path, program, (told.code - *first) / kPage * kPage);
  const auto linker = program->interpreter().empty() ? nullptr : files_.file_at(program->interpreter());
  if (linker != nullptr) add(program->interpreter(), linker, told.entry - linker->entry());
  const std::span<const std::byte> vdso = platform::own_vdso();
  if (told.vdso == 0 || vdso.empty()) return;
  platform::MappedRange range;
  range.begin = told.vdso;
  range.end = told.vdso + vdso.size();
  range.path = kVdso;
  if (is_gate(range)) range.end = told.vdso + kPage;  // which is not ajar's own, and has little in it
  mapped(range);
}

void ImageCode::mapped(const platform::MappedRange& range) {
  unmapped(range.begin, range.end);
  told_.insert(std::ranges::upper_bound(told_, range.begin, {}, &platform::MappedRange::begin), range);
}

void ImageCode::unmapped(std::uint64_t begin, std::uint64_t end) {
  stale_ = true;
  std::vector<platform::MappedRange> left;
  for (const platform::MappedRange& range : told_) {
    if (range.end <= begin || range.begin >= end) {
      left.push_back(range);
      continue;
    }
    if (range.begin < begin) {
      left.push_back(range);
      left.back().end = begin;
    }
    if (range.end > end) {
      left.push_back(range);
      left.back().offset += end - range.begin;
      left.back().begin = end;
    }
  }
  told_ = std::move(left);
}

// Or the process is another program by now, or gone.
bool ImageCode::is_this_image(const std::vector<platform::MappedRange>& ranges) const {
  return first_code_ == 0 || std::ranges::any_of(ranges, [&](const platform::MappedRange& range) {
           return first_code_ >= range.begin && first_code_ < range.end;
         });
}

// What was told of a program from its beginning on is as the code was at the moment of each event. What the
// process's own list says is as it is now, or nothing any more.
bool ImageCode::refresh(std::uint32_t seen) {
  if (!std::exchange(stale_, false)) return false;
  if (first_code_ != 0 && !lost_) return take(told_);
  auto ranges = platform::code_mapped_by(pid_);
  if (!ranges || ranges->empty() || !is_this_image(*ranges)) return take(told_);
  lost_ = false;
  changes_ = std::max(changes_, seen);
  told_ = *ranges;
  return take(std::move(*ranges));
}

bool ImageCode::take(std::vector<platform::MappedRange> ranges) {
  if (std::ranges::equal(ranges, ranges_, same)) return false;
  std::vector<Mapping> before = std::move(mappings_);
  const std::vector<platform::MappedRange> ranges_before = std::exchange(ranges_, std::move(ranges));
  mappings_.clear();
  for (const platform::MappedRange& range : ranges_) {
    const auto known =
        std::ranges::find_if(ranges_before, [&](const auto& some) { return same(some, range); });
    if (known == ranges_before.end()) {
      mappings_.push_back(mapping_of(range));
    } else {
      mappings_.push_back(std::move(before[static_cast<std::size_t>(known - ranges_before.begin())]));
    }
  }
  ++version_;
  unload_gone();
  look_for_python();
  // Where code was, other code may be.
  stacks_.clear();
  nodes_.clear();
  return true;
}

ImageCode::Mapping ImageCode::mapping_of(const platform::MappedRange& range) {
  Mapping mapping{.begin = range.begin, .end = range.end, .bias = 0, .file = {}, .module = {}};
  if (range.path.empty()) return mapping;
  mapping.is_gate = is_gate(range);
  if (mapping.is_gate) return mapping;
  mapping.file = files_.file_of(pid_, start_ticks_, range);
  const auto address = mapping.file == nullptr ? std::nullopt : mapping.file->address_at(range.offset);
  mapping.bias = range.begin - address.value_or(range.offset);
  if (!address) mapping.file = nullptr;
  mapping.module = module_of(range, mapping);
  return mapping;
}

model::ModuleId ImageCode::module_of(const platform::MappedRange& range, const Mapping& mapping) {
  model::World& world = recorder_.world();
  for (const model::ModuleId known : loaded_) {
    model::Module* module = world.modules.find(known);
    if (module == nullptr || module->bias != mapping.bias || module->path != name_of(range.path)) continue;
    if (mapping.file != nullptr && module->build_id != mapping.file->build_id()) continue;
    module->begin = std::min(module->begin, mapping.begin);
    module->end = std::max(module->end, mapping.end);
    recorder_.changed(known);
    return known;
  }
  model::Module module;
  module.id = world.modules.next_id();
  module.image = image_;
  module.path = name_of(range.path);
  if (mapping.file != nullptr) module.build_id = mapping.file->build_id();
  module.bias = mapping.bias;
  module.begin = mapping.begin;
  module.end = mapping.end;
  return add_module(std::move(module));
}

model::ModuleId ImageCode::add_module(model::Module module) {
  module.loaded = recorder_.now();
  loaded_.push_back(recorder_.world().modules.add(std::move(module)));
  return loaded_.back();
}

void ImageCode::begin_as_copy_of(const ImageCode& other) {
  model::World& world = recorder_.world();
  std::map<model::ModuleId, model::ModuleId> own;
  mappings_ = other.mappings_;
  ranges_ = other.ranges_;
  told_ = other.told_;
  first_code_ = other.first_code_;
  version_ = other.version_;
  begun_ = other.begun_;
  changes_ = other.changes_;
  stale_ = other.stale_;
  for (Mapping& mapping : mappings_) {
    const model::Module* theirs = world.modules.find(mapping.module);
    if (theirs == nullptr) continue;
    model::ModuleId& id = own[mapping.module];
    if (id.none()) {
      model::Module copy = *theirs;
      copy.id = world.modules.next_id();
      copy.image = image_;
      id = add_module(std::move(copy));
    }
    mapping.module = id;
  }
  look_for_python();
}

void ImageCode::unload_gone() {
  std::erase_if(loaded_, [&](model::ModuleId id) {
    if (std::ranges::find(mappings_, id, &Mapping::module) != mappings_.end()) return false;
    recorder_.world().modules.find(id)->unloaded = recorder_.now();
    recorder_.changed(id);
    return true;
  });
}

const ImageCode::Mapping* ImageCode::mapping_at(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(mappings_, address, {}, &Mapping::begin);
  if (after == mappings_.begin()) return nullptr;
  const Mapping& mapping = *std::prev(after);
  return address < mapping.end ? &mapping : nullptr;
}

model::StackId ImageCode::add_frame(model::StackId callee, std::uint64_t word) {
  model::StackId& known = nodes_[{callee, word}];
  if (!known.none()) return known;
  model::Frame frame;
  frame.after_call = (word & AJAR_CALL_INTERRUPTED) == 0;
  frame.offset = word & ~AJAR_CALL_INTERRUPTED;
  const Mapping* mapping = mapping_at(frame.offset - (frame.after_call ? 1 : 0));
  if (mapping != nullptr && !mapping->module.none()) {
    frame.module = mapping->module;
    frame.offset -= mapping->bias;
  }
  known = recorder_.world().stacks.add({.callee = callee, .frame = frame});
  if (frame.module.none()) recorder_.code_in_no_module(image_, known);
  if ((word & ~AJAR_CALL_INTERRUPTED) - loop_begin_ < loop_size_) python_.is_loop(known);
  return known;
}

model::StackId ImageCode::add_marker(model::StackId callee, model::Marker marker) {
  // No address is as low as a marker's number.
  model::StackId& known = nodes_[{callee, static_cast<std::uint64_t>(marker)}];
  if (!known.none()) return known;
  model::Frame frame;
  frame.kind = model::FrameKind::marker;
  frame.marker = marker;
  frame.after_call = false;
  known = recorder_.world().stacks.add({.callee = callee, .frame = frame});
  return known;
}

model::StackId ImageCode::stack_of(const CallRecord& record) {
  return python_.with_frames(native_stack_of(record), record.python, record.call.python);
}

void ImageCode::learn_python(const ajar_call& call, std::string_view payload) {
  ajar_python_code told{};
  static_assert(sizeof(told) <= sizeof(call.arguments));
  std::memcpy(&told, call.arguments, sizeof(told));
  refresh();
  python_.learn(told, payload);
}

// Where a process has several interpreters, the first one is read.
const ImageCode::Mapping* ImageCode::mapping_of_python() const {
  const auto found = std::ranges::find_if(mappings_, [](const Mapping& mapping) {
    return mapping.file != nullptr && mapping.file->python() != nullptr;
  });
  return found == mappings_.end() ? nullptr : &*found;
}

ajar_python ImageCode::python() const {
  const Mapping* mapping = mapping_of_python();
  return mapping == nullptr ? ajar_python{} : mapping->file->python()->where_at(mapping->bias);
}

void ImageCode::look_for_python() {
  const Mapping* mapping = mapping_of_python();
  loop_begin_ = loop_size_ = 0;
  if (mapping == nullptr) return;
  loop_begin_ = mapping->file->python()->loop_begin + mapping->bias;
  loop_size_ = mapping->file->python()->loop_size;
  python_.is(mapping->file->python()->layout);
}

model::StackId ImageCode::native_stack_of(const CallRecord& record) {
  const ajar_call& call = record.call;
  const std::span<const std::uint64_t> frames = record.frames;
  const CopiedStack& copy = record.stack;
  if (copy.bytes.empty()) return add_stack(call, frames);
  refresh();
  const WalkedFrames walked = walk(copy, [&](std::uint64_t address) -> std::optional<WalkedCode> {
    const Mapping* mapping = mapping_at(address);
    if (mapping == nullptr) return std::nullopt;
    if (mapping->is_gate) return WalkedCode{.is_gate = true};
    const CodeFile* file = mapping->file.get();
    if (file == nullptr) return WalkedCode{};
    return WalkedCode{file->table(), mapping->bias, file->has_frame_pointers()};
  });
  if (walked.frames.size() < frames.size()) return add_stack(call, frames);
  ajar_call as_walked = call;
  as_walked.frames = static_cast<ajar_u32>(walked.frames.size());
  as_walked.walk = walked.walk;
  return add_stack(as_walked, walked.frames);
}

model::StackId ImageCode::add_stack(const ajar_call& call, std::span<const std::uint64_t> frames) {
  if (frames.empty()) return {};
  std::string_view bytes(reinterpret_cast<const char*>(frames.data()), frames.size_bytes());
  // The number of frames that were walked says how the last of them lie, and all say how the walk ended.
  std::string longer;
  if (call.frames > AJAR_CALL_INNERMOST || call.walk != AJAR_WALK_ENDED) {
    longer = bytes;
    longer += std::to_string(call.frames) + " " + std::to_string(call.walk);
    bytes = longer;
  }
  if (const auto known = stacks_.find(bytes); known != stacks_.end() && !stale_) return known->second;
  refresh();
  model::StackId stack;
  const std::size_t innermost = std::min<std::size_t>(frames.size(), AJAR_CALL_INNERMOST);
  for (const std::uint64_t frame : frames.first(innermost)) stack = add_frame(stack, frame);
  const std::span<const std::uint64_t> outermost = frames.subspan(innermost);
  std::size_t first = 0;
  if (call.frames > AJAR_CALL_FRAMES) {
    stack = add_marker(stack, model::Marker::cut);
    first = call.frames - AJAR_CALL_INNERMOST;
  }
  if (call.walk != AJAR_WALK_TOO_DEEP) {
    for (std::size_t i = 0; i < outermost.size(); ++i)
      stack = add_frame(stack, outermost[(first + i) % outermost.size()]);
    if (const model::Marker marker = marker_of(call.walk); marker != model::Marker::none)
      stack = add_marker(stack, marker);
  }
  stacks_.emplace(bytes, stack);
  return stack;
}

}  // namespace ajar::capture::kernel
