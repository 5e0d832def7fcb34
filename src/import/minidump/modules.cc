#include "import/minidump/modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "objfile/pe.h"

namespace ajar::import {
namespace {

// More than Windows remembers. Looking through them costs time for each frame that is in no other module.
constexpr std::size_t kMostUnloaded = 256;

base::Result<model::Module> row_of(const objfile::MinidumpModule& module, Texts& texts,
                                   model::ImageId image) {
  model::Module row;
  row.image = image;
  auto path = texts.read(module.name, fmt::format("the name of the module at {:#x}", module.base));
  if (!path.ok()) return std::move(path).error();
  row.path = std::move(path).value();
  row.build_id = objfile::pe_identity(module.pdb, module.timestamp, module.size);
  row.bias = module.base;
  row.begin = module.base;
  row.end = module.base +
            std::min<std::uint64_t>(module.size, std::numeric_limits<std::uint64_t>::max() - module.base);
  return row;
}

}  // namespace

base::Result<Modules> Modules::read(const objfile::Minidump& dump, Texts& texts, model::ImageId image,
                                    model::Time end, model::World& world) {
  Modules modules;
  for (std::size_t i = 0; i < dump.module_count(); ++i) {
    const auto module = dump.module(i);
    if (!module.ok()) return module.error();
    auto row = row_of(module.value(), texts, image);
    if (!row.ok()) return std::move(row).error();
    row.value().id = world.modules.next_id();
    modules.loaded_.push_back({row.value().begin, row.value().end, row.value().id});
    world.modules.add(std::move(row).value());
  }
  const std::size_t unloaded = dump.unloaded_count();
  for (std::size_t i = unloaded - std::min(unloaded, kMostUnloaded); i < unloaded; ++i) {
    auto row = row_of(dump.unloaded(i), texts, image);
    if (!row.ok()) return std::move(row).error();
    row.value().id = world.modules.next_id();
    row.value().unloaded = end;
    modules.unloaded_.push_back({row.value().begin, row.value().end, row.value().id});
    world.modules.add(std::move(row).value());
  }
  std::ranges::stable_sort(modules.loaded_, {}, &Range::begin);
  std::ranges::reverse(modules.unloaded_);
  return modules;
}

// A return address may stand right behind a module, where the last thing in it is a call.
const Modules::Range* Modules::find(const std::vector<Range>& ranges, std::uint64_t address) {
  const auto found = std::ranges::find_if(
      ranges, [&](const Range& range) { return address > range.begin && address <= range.end; });
  return found == ranges.end() ? nullptr : &*found;
}

model::Frame Modules::frame(std::uint64_t return_address) const {
  model::Frame frame;
  const auto after = std::ranges::lower_bound(loaded_, return_address, {}, &Range::begin);
  const Range* range = nullptr;
  if (after != loaded_.begin() && return_address <= (after - 1)->end) range = &*(after - 1);
  if (range == nullptr) range = find(unloaded_, return_address);
  if (range != nullptr) frame.module = range->module;
  frame.offset = range == nullptr ? return_address : return_address - range->begin;
  return frame;
}

}  // namespace ajar::import
