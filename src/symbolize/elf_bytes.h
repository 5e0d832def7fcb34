#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"

namespace ajar::symbolize {

// An ELF file and the bytes that it is read from, which stay where they are.
struct ElfBytes {
  std::string path;              // where it was opened; of one that was packed into another file: that file's
  platform::MappedFile mapped;   // its bytes are here,
  std::vector<std::byte> owned;  // or here
  objfile::ElfFile elf;
};
using ElfPointer = std::unique_ptr<ElfBytes>;

// Errors begin with the path.
base::Result<ElfPointer> open_elf(const std::string& path);

// Of a file that is open already.
base::Result<ElfPointer> elf_of(std::string path, platform::MappedFile file);

// Of bytes in memory. `path` is what to call it.
base::Result<ElfPointer> own_elf(std::string path, std::vector<std::byte> bytes);

// Whether it has a symbol table of more than what it exports.
bool has_full_table(const objfile::ElfFile& elf);

}  // namespace ajar::symbolize
