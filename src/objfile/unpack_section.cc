#include "objfile/unpack_section.h"

#include "base/byte_reader.h"

namespace ajar::objfile {

// ELF specification, Elf32_Chdr and Elf64_Chdr.
base::Result<UnpackedBytes> unpack_section(const ElfFile& elf, const ElfSection& section) {
  base::ByteReader in(elf.contents(section));
  const auto packing = Packing{in.read<std::uint32_t>()};
  std::uint64_t size = 0;
  if (elf.header().is_64) {
    in.skip(sizeof(std::uint32_t));
    size = in.read<std::uint64_t>();
    in.skip(sizeof(std::uint64_t));  // alignment
  } else {
    size = in.read<std::uint32_t>();
    in.skip(sizeof(std::uint32_t));
  }
  return unpack(packing, in.bytes(in.remaining()), size);
}

}  // namespace ajar::objfile
