#include "symbolize/symbolizer.h"

#include <map>
#include <set>
#include <utility>

#include "objfile/elf.h"
#include "symbolize/symbol_index.h"

namespace ajar::symbolize {
namespace {

using Found = ModuleNote::Found;

// What is wanted of one module.
struct Wanted {
  const model::Module* module = nullptr;
  std::set<std::uint64_t> addresses;
};
using WantedModules = std::map<std::string, Wanted>;  // by identity

bool is_file(const model::Module& module) {
  return !module.path.empty() && !module.path.starts_with('[');
}

void want(WantedModules& wanted, const model::World& world, const model::Frame& frame) {
  if (frame.kind != model::FrameKind::native || world.symbol(frame) != nullptr) return;
  const model::Module* module = world.modules.find(frame.module);
  if (module == nullptr || !is_file(*module)) return;
  Wanted& of_module = wanted[module->identity()];
  if (of_module.module == nullptr) of_module.module = module;
  of_module.addresses.insert(model::World::lookup_offset(frame));
}

ModuleNote note(const model::Module& module, Found found, const std::string& words) {
  return {.identity = module.identity(),
          .path = module.path,
          .found = found,
          .words = module.path + ": " + words};
}

ModuleNote note_on_symbols(const model::Module& module, const SymbolIndex& index) {
  if (index.full()) return note(module, Found::functions, "has a symbol table");
  if (index.empty()) return note(module, Found::nothing, "has no symbols at all");
  return note(module, Found::exports, "stripped, only exported functions have names");
}

ModuleNote note_on_open(const model::Module& module, const base::Error& error) {
  return {
      .identity = module.identity(), .path = module.path, .found = Found::missing, .words = error.message()};
}

ModuleNote look_up(const Wanted& wanted, const Symbolizer::Opener& open, model::World& world) {
  const model::Module& module = *wanted.module;
  const auto file = open(module);
  if (!file.ok()) return note_on_open(module, file.error());
  const auto elf = objfile::ElfFile::parse(file.value().bytes());
  if (!elf.ok()) return note(module, Found::unreadable, elf.error().message());
  if (elf.value().build_id() != module.build_id) {
    return note(module, Found::replaced, "another file than the one that ran (its build-id differs)");
  }
  const SymbolIndex index(elf.value());
  for (const std::uint64_t address : wanted.addresses) {
    auto symbol = index.find(address);
    if (symbol.has_value()) world.symbols[module.identity()][address] = {*std::move(symbol)};
  }
  return note_on_symbols(module, index);
}

std::vector<ModuleNote> look_up_all(const WantedModules& wanted, const Symbolizer::Opener& open,
                                    model::World& world) {
  std::vector<ModuleNote> notes;
  for (const auto& [identity, of_module] : wanted) notes.push_back(look_up(of_module, open, world));
  return notes;
}

}  // namespace

Symbolizer::Symbolizer(Opener open) : open_(std::move(open)) {
  if (!open_) open_ = [](const model::Module& module) { return platform::MappedFile::open(module.path); };
}

std::vector<ModuleNote> Symbolizer::all(model::World& world) const {
  WantedModules wanted;
  for (const model::StackNode& node : world.stacks) want(wanted, world, node.frame);
  return look_up_all(wanted, open_, world);
}

std::vector<ModuleNote> Symbolizer::these(model::World& world, std::span<const model::Frame> frames) const {
  WantedModules wanted;
  for (const model::Frame& frame : frames) want(wanted, world, frame);
  return look_up_all(wanted, open_, world);
}

}  // namespace ajar::symbolize
