#include "symbolize/elf_bytes.h"

#include <algorithm>
#include <utility>

namespace ajar::symbolize {
namespace {

base::Result<ElfPointer> made(std::string path, platform::MappedFile mapped, std::vector<std::byte> owned) {
  auto elf = objfile::ElfFile::parse(owned.empty() ? mapped.bytes() : std::span<const std::byte>(owned));
  if (!elf.ok()) return std::move(elf).error().in(path);
  // Moving a mapping or a vector leaves the bytes where they are.
  return std::make_unique<ElfBytes>(ElfBytes{.path = std::move(path),
                                             .mapped = std::move(mapped),
                                             .owned = std::move(owned),
                                             .elf = std::move(elf).value()});
}

}  // namespace

base::Result<ElfPointer> open_elf(const std::string& path) {
  auto file = platform::MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  return made(path, std::move(file).value(), {});
}

base::Result<ElfPointer> elf_of(std::string path, platform::MappedFile file) {
  return made(std::move(path), std::move(file), {});
}

base::Result<ElfPointer> own_elf(std::string path, std::vector<std::byte> bytes) {
  return made(std::move(path), {}, std::move(bytes));
}

bool has_full_table(const objfile::ElfFile& elf) {
  return std::ranges::find(elf.sections(), objfile::ElfSection::symbol_table, &objfile::ElfSection::kind) !=
         elf.sections().end();
}

}  // namespace ajar::symbolize
