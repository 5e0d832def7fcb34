#include "import/strace/stacks.h"

#include "base/path.h"
#include "import/printed_symbol.h"

namespace ajar::import::strace {

model::StackId Stacks::add(model::ImageId image, model::StackId inner, std::string_view text) {
  any_ = true;
  const std::uint32_t frame = frame_of(image, text);
  const auto [known, is_new] = nodes_.try_emplace(std::uint64_t{inner.value} << 32U | frame);
  if (is_new) known->second = world_.stacks.add({.callee = inner, .frame = frames_[frame]});
  return known->second;
}

std::uint32_t Stacks::frame_of(model::ImageId image, std::string_view text) {
  Code& code = code_[image.value];
  if (const auto known = code.frames.find(text); known != code.frames.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(frames_.size());
  frames_.push_back(make_frame(image, text));
  code.frames.emplace(text, number);
  return number;
}

model::Frame Stacks::make_frame(model::ImageId image, std::string_view text) {
  model::Frame frame;
  const auto line = parse_frame(text);
  if (!line) {
    frame.kind = model::FrameKind::marker;
    frame.marker =
        text.find("too many") == std::string_view::npos ? model::Marker::no_unwind_data : model::Marker::cut;
    return frame;
  }
  auto& modules = code_[image.value].modules;
  auto known = modules.find(line->module);
  if (known == modules.end()) {
    model::Module module;
    module.id = world_.modules.next_id();
    module.image = image;
    module.path = line->module;
    known = modules.emplace(line->module, world_.modules.add(std::move(module))).first;
  }
  frame.module = known->second;
  frame.offset = line->offset;
  if (!line->function.empty()) name(frame, *line);
  name_program(image, *line);
  return frame;
}

void Stacks::name(const model::Frame& frame, const FrameLine& line) {
  model::ModuleSymbols& symbols = world_.symbols[world_.modules.find(frame.module)->identity()];
  model::lay_over(
      symbols, model::World::lookup_offset(frame),
      {printed_symbol(std::string(line.function), line.displacement, std::string(line.file), line.line)});
}

// Of one that ran before: what its outermost functions are in is the program.
void Stacks::name_program(model::ImageId image, const FrameLine& line) {
  if (line.function != "main" && line.function != "_start") return;
  const std::string_view file = base::file_name(line.module);
  if (file.find(".so") != std::string_view::npos) return;
  if (model::Image* row = world_.images.find(image); row != nullptr && row->path.empty())
    row->path = line.module;
}

}  // namespace ajar::import::strace
