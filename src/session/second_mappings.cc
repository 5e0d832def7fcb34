#include "session/second_mappings.h"

#include <algorithm>
#include <string>
#include <utility>

#include "objfile/elf.h"
#include "symbolize/module_files.h"

namespace ajar::session {
namespace {

const model::Process* process_of(const model::World& world, model::ImageId id) {
  const model::Image* image = world.images.find(id);
  return image == nullptr ? nullptr : world.processes.find(image->process);
}

const model::Module* module_with_path(const model::World& world, model::ImageId image,
                                      const std::string& path) {
  const auto found = std::ranges::find_if(world.modules, [&](const model::Module& module) {
    return module.image == image && module.path == path && !module.unloaded;
  });
  return found == world.modules.end() ? nullptr : &*found;
}

// The address that the file gives to what stands at the offset.
std::optional<std::uint64_t> address_in_file(const objfile::ElfFile& elf, std::uint64_t offset) {
  for (const objfile::ElfSegment& segment : elf.segments()) {
    const bool is_code =
        segment.kind == objfile::ElfSegment::load && (segment.flags & objfile::ElfSegment::execute) != 0;
    if (is_code && offset >= segment.offset && offset - segment.offset < segment.file_size)
      return segment.address + (offset - segment.offset);
  }
  return std::nullopt;
}

}  // namespace

model::ModuleId SecondMappings::add_module(model::World& world, const model::Process& process,
                                           const platform::MappedRange& range, model::Module module) {
  const platform::MappedCode place{.pid = process.pid,
                                   .start_ticks = process.start_ticks,
                                   .path = module.path,
                                   .begin = module.begin,
                                   .end = module.end};
  const symbolize::ModuleFile file = symbolize::find_module_file(module, {&place, 1}, {});
  const auto address = file.file == nullptr ? std::nullopt : address_in_file(file.file->elf, range.offset);
  if (!address) return {};
  module.id = world.modules.next_id();
  module.bias = range.begin - *address;  // modulo 2^64
  module.begin = range.begin;
  module.end = range.end;
  return world.modules.add(std::move(module));
}

std::optional<SecondMappings::Range> SecondMappings::look(model::World& world, model::ImageId image,
                                                          std::uint64_t address) {
  const model::Process* process = process_of(world, image);
  if (process == nullptr) return std::nullopt;
  const auto mapped = platform::code_mapped_at(process->pid, process->start_ticks, address);
  if (!mapped) return std::nullopt;
  Range range{.begin = mapped->begin, .end = mapped->end, .module = {}};
  const model::Module* known = mapped->path.empty() ? nullptr : module_with_path(world, image, mapped->path);
  if (known != nullptr) range.module = add_module(world, *process, *mapped, *known);
  return range;
}

bool SecondMappings::settle(model::World& world, model::ImageId image, model::StackId node) {
  model::Frame& frame = world.stacks.find(node)->frame;
  std::vector<Range>& ranges = ranges_[image];
  const auto covers = [&](const Range& range) {
    return range.begin <= frame.offset && frame.offset < range.end;
  };
  auto known = std::ranges::find_if(ranges, covers);
  if (known == ranges.end()) {
    if (ranges.size() == kMostRanges) return false;
    const auto range = look(world, image, frame.offset);
    if (!range) return false;
    known = ranges.insert(ranges.end(), *range);
  }
  const model::Module* module = world.modules.find(known->module);
  if (module == nullptr) return false;
  frame.module = known->module;
  frame.offset -= module->bias;
  return true;
}

}  // namespace ajar::session
