// Whatever the bytes are, reading them as an ELF file ends, and stays within them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "objfile/elf.h"
#include "objfile/unpack_xz.h"

namespace ajar::objfile {
namespace {

void read_all(const ElfFile& elf) {
  static_cast<void>(elf.build_id());
  static_cast<void>(elf.linkage());
  static_cast<void>(elf.interpreter());
  static_cast<void>(elf.debug_link());
  static_cast<void>(elf.supplement());
  static_cast<void>(unpack_xz(elf.mini_debug_info()));
  static_cast<void>(elf.code_section(elf.header().entry));
  for (const auto table : {ElfFile::SymbolTable::full, ElfFile::SymbolTable::dynamic}) {
    const ElfSymbols symbols = elf.symbols(table);
    for (const ElfSymbol& s : symbols.rows) static_cast<void>(symbols.name(s));
  }
}

}  // namespace
}  // namespace ajar::objfile

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto elf = ajar::objfile::ElfFile::parse(std::as_bytes(std::span(data, size)));
  if (elf.ok()) ajar::objfile::read_all(elf.value());
  return 0;
}
