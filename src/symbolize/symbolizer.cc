#include "symbolize/symbolizer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "objfile/go_table.h"
#include "platform/debuginfod.h"
#include "symbolize/demangle.h"
#include "symbolize/go_names.h"

namespace ajar::symbolize {
namespace {

using Found = ModuleNote::Found;
using objfile::dwarf::Place;

std::string from_cache(const std::string& build_id) {
  return platform::debuginfod_cached(build_id, platform::DebuginfodFile::debug_information);
}

std::size_t underscores(std::string_view name) {
  return std::min(name.find_first_not_of('_'), name.size());
}

bool is_mangled(std::string_view name) {
  return name.starts_with("_Z") || name.starts_with("_R");
}

// Whether the symbol table knows this very function by a name that is more its users': with fewer underscores
// in front, or (where the debug information has no name of the linker's, as for what is local to a file) with
// the namespaces around it.
bool has_better_name(const model::Symbol& symbol, const Place& place, std::uint64_t address) {
  if (symbol.match != model::SymbolMatch::exact || address - symbol.displacement != place.begin) return false;
  const std::string& name = symbol.function;
  const bool is_written_out = name.find('(') != std::string::npos && name.find("[clone") == std::string::npos;
  return is_written_out || underscores(name) < underscores(place.function);
}

// Names that the linker knows are the best there are: then the symbol table need not be asked.
std::optional<model::Symbol> better_symbol(const Place& place, std::uint64_t address,
                                           const SymbolIndex* index) {
  if (index == nullptr || is_mangled(place.function)) return std::nullopt;
  auto symbol = index->find(address);
  if (!symbol || (!place.function.empty() && !has_better_name(*symbol, place, address))) return std::nullopt;
  return symbol;
}

// `index`: the symbol table's functions, or null.
model::SymbolChain chain_of(objfile::dwarf::Chain&& places, std::uint64_t address, const SymbolIndex* index,
                            Demangler& demangled) {
  model::SymbolChain chain;
  for (Place& place : places) {
    const bool is_function = &place == &places.back();
    model::Symbol link{.match = model::SymbolMatch::exact,
                       .inlined = place.inlined,
                       .function = demangled(place.function),
                       .displacement = address - place.begin,
                       .file = std::move(place.file),
                       .line = place.line};
    if (auto symbol = is_function ? better_symbol(place, address, index) : std::nullopt) {
      link.function = std::move(symbol->function);
      link.match = symbol->match;
      link.displacement = symbol->displacement;
    }
    if (!link.function.empty()) {
      chain.push_back(std::move(link));
    } else if (is_function && link.line != 0) {
      link.match = model::SymbolMatch::none;
      chain.push_back(std::move(link));
    }
  }
  return chain;
}

// The same of what a PDB says.
model::SymbolChain chain_of(model::SymbolChain chain, const std::optional<model::Symbol>& symbol,
                            Demangler& demangled) {
  for (model::Symbol& link : chain) link.function = demangled(link.function);
  model::Symbol& function = chain.back();
  if (!symbol || symbol->match != model::SymbolMatch::exact) return chain;
  // A PDB without sizes knows what is before the address, the image's exception table what is there.
  if (function.match != model::SymbolMatch::exact && function.line == 0) return {*symbol};
  if (function.displacement == 0) function.displacement = symbol->displacement;
  return chain;
}

}  // namespace

// A module's files. What is further down refers to what is further up.
struct Symbolizer::Kept {
  ModuleFile module;
  std::unique_ptr<DebugFiles> debug;
  std::unique_ptr<SymbolIndex> index;        // where it is there, the rest has been looked for, too
  std::optional<objfile::go::LineTable> go;  // of a Go program
  std::uint64_t used = 0;                    // when, by the Symbolizer's clock

  [[nodiscard]] bool has_file() const { return module.file != nullptr || module.pe != nullptr; }
  void rest() {
    index.reset();
    go.reset();
    debug.reset();
    if (module.pe != nullptr) module.pe->rest();
  }
  [[nodiscard]] bool has_information() const {
    return module.pe != nullptr ? module.pe->has_information() : debug->has_information();
  }
  [[nodiscard]] std::vector<std::string> troubles() const {
    return module.pe != nullptr ? module.pe->troubles() : debug->troubles();
  }

  // Whether the held bytes still are the module's: somebody may have written into the file instead of
  // replacing it.
  [[nodiscard]] bool is_still(const std::string& build_id) const {
    if (module.pe != nullptr) {
      const auto now = objfile::PeFile::parse(module.pe->bytes());
      return now.ok() && now.value().identity() == build_id;
    }
    const auto mapped = module.file->mapped.bytes();
    if (mapped.empty()) return true;
    const auto now = objfile::ElfFile::parse(mapped);
    return now.ok() && now.value().build_id() == build_id;
  }

  void find(std::span<const std::uint64_t> addresses, const objfile::dwarf::Reader::Found& found) {
    if (module.pe != nullptr) return module.pe->find(addresses, found);
    if (objfile::dwarf::Reader* const reader = debug->reader()) reader->find(addresses, found);
  }
  [[nodiscard]] std::optional<model::Symbol> symbol_at(std::uint64_t address) const {
    return index == nullptr ? std::nullopt : index->find(address);
  }
  [[nodiscard]] const ElfBytes* with_symbols() const {
    const ElfBytes* own = module.file.get();
    const ElfBytes* separate = debug == nullptr ? nullptr : debug->separate();
    if (own != nullptr && (separate == nullptr || has_full_table(own->elf))) return own;
    return separate != nullptr && has_full_table(separate->elf) ? separate : own;
  }
};

Symbolizer::Symbolizer(SymbolizerOptions options) : options_(std::move(options)) {
  if (!options_.elsewhere) options_.elsewhere = &from_cache;
  if (!options_.find) {
    options_.find = [folders = options_.folders](const Question& question) {
      return find_module_file(question.module, question.places, folders);
    };
  }
}

Symbolizer::~Symbolizer() = default;

Symbolizer::Kept& Symbolizer::keep_open(const Question& question) {
  std::unique_ptr<Kept>& kept = kept_[question.module.identity()];
  if (kept == nullptr) kept = std::make_unique<Kept>();
  kept->used = ++clock_;
  if (kept->has_file() && kept->is_still(question.module.build_id)) return *kept;
  kept->rest();
  kept->module = options_.find(question);
  return *kept;
}

void Symbolizer::rest() {
  for (const auto& [identity, kept] : kept_) kept->rest();
}

void Symbolizer::hold(const Question& question) {
  if (kept_.contains(question.module.identity())) return;
  const Kept& kept = keep_open(question);
  if (!kept.has_file()) {
    kept_.erase(question.module.identity());
  } else {
    limit(kept);
  }
}

// Finds what goes with the file.
void Symbolizer::prepare(Kept& kept, const Question& question) {
  if (kept.module.pe != nullptr) {
    if (kept.index == nullptr) kept.index = std::make_unique<SymbolIndex>(kept.module.pe->pe());
    return;
  }
  if (kept.debug == nullptr) {
    kept.debug =
        std::make_unique<DebugFiles>(kept.module.file.get(), DebugSearch{.path = question.module.path,
                                                                         .build_id = question.module.build_id,
                                                                         .root = kept.module.root,
                                                                         .folders = options_.folders,
                                                                         .elsewhere = options_.elsewhere});
  }
  if (kept.index != nullptr) return;
  const ElfBytes* const file = kept.with_symbols();
  const ElfBytes* const more = kept.debug->packed_table();
  if (file != nullptr)
    kept.index = std::make_unique<SymbolIndex>(file->elf, more == nullptr ? nullptr : &more->elf);
  if (kept.module.file != nullptr) kept.go = objfile::find_go_table(kept.module.file->elf);
}

// Closes what was used longest ago until the limits are kept.
void Symbolizer::limit(const Kept& in_use) {
  std::size_t symbols = 0;
  std::size_t readers = 0;
  std::size_t unpacked = 0;
  for (const auto& [identity, kept] : kept_) {
    symbols += kept->index == nullptr ? 0 : kept->index->size();
    readers += kept->index == nullptr && kept->debug == nullptr ? 0U : 1U;
    unpacked += kept->debug == nullptr ? 0 : kept->debug->unpacked_bytes();
  }
  std::size_t files = kept_.size();
  const auto too_much = [&] {
    return symbols > options_.most_symbols || readers > options_.most_readers ||
           unpacked > options_.most_unpacked;
  };
  if (files <= options_.most_files && !too_much()) return;
  std::vector<std::pair<std::uint64_t, std::string>> by_age;
  for (const auto& [identity, kept] : kept_) by_age.emplace_back(kept->used, identity);
  std::ranges::sort(by_age);
  for (const auto& [used, identity] : by_age) {
    Kept& kept = *kept_.at(identity);
    if (&kept == &in_use) continue;
    if (too_much() && (kept.index != nullptr || kept.debug != nullptr)) {
      symbols -= kept.index == nullptr ? 0 : kept.index->size();
      readers -= 1;
      unpacked -= kept.debug == nullptr ? 0 : kept.debug->unpacked_bytes();
      kept.rest();
    }
    if (files > options_.most_files) {
      kept_.erase(identity);
      --files;
    }
  }
}

ModuleNote Symbolizer::note_on(const Question& question, Kept& kept) const {
  const std::string& path = question.module.path;
  ModuleNote note{
      .identity = question.module.identity(), .path = path, .words = {}, .from = {}, .trouble = {}};
  const ElfBytes* const separate = kept.debug == nullptr ? nullptr : kept.debug->separate();
  if (separate != nullptr) note.from = separate->path;
  if (kept.module.pe != nullptr) note.from = kept.module.pe->pdb_path();
  for (const std::string& trouble : kept.troubles()) {
    note.trouble += (note.trouble.empty() ? "" : "; ") + trouble;
  }
  // What names a PDB has its debug information there, and nowhere else.
  note.trouble_is_all = kept.module.pe != nullptr && !kept.has_information() && !note.trouble.empty();
  const std::string source = note.from.empty() ? std::string() : ", in " + note.from;
  if (kept.has_information()) {
    note.found = Found::lines;
    note.words = path + ": has debug information" + source;
  } else if (kept.go.has_value()) {
    note.found = Found::lines;
    note.words = path + ": has the functions and lines that Go programs have for themselves";
  } else if (kept.index != nullptr && kept.index->full()) {
    note.found = Found::functions;
    note.words = path + ": has a symbol table" + source;
  } else if (!kept.has_file()) {
    note.found = kept.module.why;
    note.words = kept.module.words;
  } else if (kept.index == nullptr || kept.index->empty()) {
    note.found = Found::nothing;
    note.words = path + ": has no symbols at all";
  } else {
    note.found = Found::exports;
    note.words = path + ": stripped, only exported functions have names";
  }
  return note;
}

void Symbolizer::add_lines(const Question& question, Kept& kept, model::ModuleSymbols& symbols) {
  Demangler demangled;
  kept.find(question.addresses, [&](std::size_t index, objfile::dwarf::Chain&& places) {
    const std::uint64_t address = question.addresses[index];
    model::SymbolChain chain = chain_of(std::move(places), address, kept.index.get(), demangled);
    if (!chain.empty()) symbols[address] = std::move(chain);
  });
  if (kept.module.pe == nullptr) return;
  const model::ModuleSymbols from_pdb =
      kept.module.pe->find_in_pdb(question.addresses, kept.module.root, options_.folders, pdb_names_);
  for (const auto& [address, chain] : from_pdb)
    symbols[address] = chain_of(chain, kept.symbol_at(address), demangled);
}

// Where there are no lines yet.
void Symbolizer::add_functions(const Question& question, const Kept& kept, model::ModuleSymbols& symbols) {
  Demangler demangled;
  for (const std::uint64_t address : question.addresses) {
    if (symbols.contains(address)) continue;
    auto symbol = kept.symbol_at(address);
    model::SymbolChain chain;
    if (kept.go.has_value()) chain = go_chain(*kept.go, address, symbol, demangled);
    if (chain.empty() && symbol.has_value()) chain.push_back(*std::move(symbol));
    if (!chain.empty()) symbols[address] = std::move(chain);
  }
}

Answer Symbolizer::answer(const Question& question, Depth depth) {
  Answer answer{.identity = question.module.identity(), .symbols = {}, .note = {}};
  Kept& kept = keep_open(question);
  prepare(kept, question);
  if (depth == Depth::lines) add_lines(question, kept, answer.symbols);
  add_functions(question, kept, answer.symbols);
  answer.note = note_on(question, kept);
  if (!kept.has_file() && kept.debug->separate() == nullptr) {
    kept_.erase(answer.identity);  // it may be there the next time
  } else {
    limit(kept);
  }
  return answer;
}

}  // namespace ajar::symbolize
