#include "import/minidump/modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "objfile/pe.h"

namespace ajar::import {
namespace {

constexpr std::size_t kMostUnloaded = model::CodeRanges::kMostUnloaded;  // more than Windows remembers

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

base::Result<model::CodeRanges> read_modules(const objfile::Minidump& dump, Texts& texts,
                                             model::ImageId image, model::Time end, model::World& world) {
  model::CodeRanges code;
  for (std::size_t i = 0; i < dump.module_count(); ++i) {
    const auto module = dump.module(i);
    if (!module.ok()) return module.error();
    auto row = row_of(module.value(), texts, image);
    if (!row.ok()) return std::move(row).error();
    row.value().id = world.modules.next_id();
    code.load(row.value().begin, row.value().end, row.value().id);
    world.modules.add(std::move(row).value());
  }
  const std::size_t unloaded = dump.unloaded_count();
  for (std::size_t i = unloaded - std::min(unloaded, kMostUnloaded); i < unloaded; ++i) {
    auto row = row_of(dump.unloaded(i), texts, image);
    if (!row.ok()) return std::move(row).error();
    row.value().id = world.modules.next_id();
    row.value().unloaded = end;
    code.unloaded(row.value().begin, row.value().end, row.value().id);
    world.modules.add(std::move(row).value());
  }
  return code;
}

}  // namespace ajar::import
