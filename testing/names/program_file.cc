#include "names/program_file.h"

#include <filesystem>
#include <map>
#include <utility>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/elf.h"
#include "objfile/pe.h"
#include "platform/mapped_file.h"

namespace ajar::names {
namespace {

using objfile::DebugSections;
using objfile::ElfFile;
using objfile::ElfSection;
using objfile::PeFile;
using objfile::PeSection;
using objfile::dwarf::Sections;

struct Opened {
  platform::MappedFile bytes;
  std::unique_ptr<ElfFile> elf;  // this or the next
  std::unique_ptr<PeFile> pe;
  std::unique_ptr<DebugSections> debug;
};

base::Result<Opened> open_file(const std::string& path) {
  auto file = platform::MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  Opened opened{.bytes = std::move(file).value(), .elf = nullptr, .pe = nullptr, .debug = nullptr};
  if (PeFile::is_pe(opened.bytes.bytes())) {
    auto pe = PeFile::parse(opened.bytes.bytes());
    if (!pe.ok()) return std::move(pe).error().in(path);
    opened.pe = std::make_unique<PeFile>(std::move(pe).value());
    opened.debug = std::make_unique<DebugSections>(*opened.pe);
    return opened;
  }
  auto elf = ElfFile::parse(opened.bytes.bytes());
  if (!elf.ok()) return std::move(elf).error().in(path);
  opened.elf = std::make_unique<ElfFile>(std::move(elf).value());
  opened.debug = std::make_unique<DebugSections>(*opened.elf);
  return opened;
}

// The files beside, found by nothing but the names that stand in the file.
class Beside final : public objfile::dwarf::Companions {
 public:
  // `elf` may be null.
  Beside(const ElfFile* elf, std::string path) : elf_(elf), path_(std::move(path)) {}

  // The path that ends with a zero, of .gnu_debugaltlink or behind version and kind in .debug_sup.
  [[nodiscard]] std::string supplement() const {
    constexpr std::size_t kBeforeName = 3;
    for (const auto& [name, skipped] : {std::pair(".gnu_debugaltlink", 0UZ), {".debug_sup", kBeforeName}}) {
      const ElfSection* const section = elf_ == nullptr ? nullptr : elf_->section(name);
      if (section == nullptr || elf_->contents(*section).size() <= skipped) continue;
      const auto bytes = elf_->contents(*section).subspan(skipped);
      const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return std::filesystem::path(path_).parent_path() / text.substr(0, text.find('\0'));
    }
    return {};
  }

  const Sections* supplementary() override {
    const std::string path = supplement();
    const Opened* const file = path.empty() ? nullptr : opened(path);
    return file == nullptr ? nullptr : &file->debug->sections();
  }

  const Sections* split(const objfile::dwarf::SplitUnit& unit) override {
    const Opened* const file = opened(std::filesystem::path(unit.folder) / unit.name);
    return file == nullptr ? nullptr : &file->debug->split();
  }

  const Sections* package() override {
    const Opened* const file = opened(path_ + ".dwp");
    return file == nullptr ? nullptr : &file->debug->split();
  }

 private:
  const Opened* opened(const std::string& path) {
    const auto [at, is_new] = files_.try_emplace(path);
    if (is_new) {
      auto file = open_file(path);
      if (file.ok()) at->second = std::move(file).value();
    }
    return at->second.debug == nullptr ? nullptr : &at->second;
  }

  const ElfFile* elf_;
  std::string path_;
  std::map<std::string, Opened> files_;
};

}  // namespace

class ProgramFile::Implementation {
 public:
  Implementation(Opened opened, const std::string& path)
      : file_(std::move(opened)),
        beside_(file_.elf.get(), path),
        reader_(file_.debug->sections(), &beside_) {}

  // Either of them is null.
  [[nodiscard]] const ElfFile* elf() const { return file_.elf.get(); }
  [[nodiscard]] const PeFile* pe() const { return file_.pe.get(); }
  [[nodiscard]] const Beside& beside() const { return beside_; }

  std::vector<Chain> at(std::span<const std::uint64_t> addresses) {
    std::vector<Chain> chains(addresses.size());
    reader_.find(addresses, [&](std::size_t index, objfile::dwarf::Chain&& found) {
      for (objfile::dwarf::Place& place : found)
        chains[index].push_back({std::move(place.function), std::move(place.file), place.line});
    });
    return chains;
  }

  [[nodiscard]] std::string trouble() const {
    if (file_.debug->trouble().has_value()) return file_.debug->trouble()->message();
    if (reader_.trouble().has_value()) return reader_.trouble()->message();
    return reader_.missing_split().empty() ? std::string() : "no file " + reader_.missing_split().front();
  }

 private:
  Opened file_;
  Beside beside_;
  objfile::dwarf::Reader reader_;
};

ProgramFile::ProgramFile(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
ProgramFile::ProgramFile(ProgramFile&&) noexcept = default;
ProgramFile::~ProgramFile() = default;

base::Result<ProgramFile> ProgramFile::open(const std::string& path) {
  auto opened = open_file(path);
  if (!opened.ok()) return std::move(opened).error();
  return ProgramFile(std::make_unique<Implementation>(std::move(opened).value(), path));
}

namespace {

std::vector<Code> code_of(const ElfFile& elf) {
  std::vector<Code> code;
  for (const ElfSection& section : elf.sections()) {
    constexpr std::uint64_t kCode = ElfSection::allocated | ElfSection::executable;
    if ((section.flags & kCode) == kCode && section.size > 0)
      code.push_back({section.address, section.address + section.size});
  }
  return code;
}

std::vector<Code> code_of(const PeFile& pe) {
  std::vector<Code> code;
  for (const PeSection& section : pe.sections()) {
    const std::uint64_t begin = pe.header().image_base + section.address;
    if ((section.flags & PeSection::code) != 0) code.push_back({begin, begin + section.memory_size});
  }
  return code;
}

}  // namespace

std::vector<Code> ProgramFile::code() const {
  const ElfFile* const elf = implementation_->elf();
  return elf != nullptr ? code_of(*elf) : code_of(*implementation_->pe());
}

std::vector<Code> ProgramFile::functions() const {
  std::vector<Code> functions;
  if (const ElfFile* const elf = implementation_->elf(); elf != nullptr) {
    for (const auto& symbol : elf->symbols(ElfFile::SymbolTable::full).rows)
      functions.push_back({symbol.address, symbol.address + symbol.size});
    return functions;
  }
  const PeFile& pe = *implementation_->pe();
  for (const auto& symbol : pe.symbols()) {
    const std::uint64_t begin = pe.header().image_base + symbol.address;
    functions.push_back({begin, begin + symbol.size});
  }
  return functions;
}

bool ProgramFile::has_supplement() const {
  return !implementation_->beside().supplement().empty();
}

std::vector<Chain> ProgramFile::at(std::span<const std::uint64_t> addresses) const {
  return implementation_->at(addresses);
}

std::string ProgramFile::trouble() const {
  return implementation_->trouble();
}

}  // namespace ajar::names
