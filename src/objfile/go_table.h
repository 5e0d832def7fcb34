#pragma once

#include <optional>

#include "objfile/elf.h"
#include "objfile/go/line_table.h"

namespace ajar::objfile {

// The section of the table of functions and lines that a Go program has for its own runtime; nullptr where
// none is named after it.
const ElfSection* go_table_section(const ElfFile& elf);

// That table, found by its section's name or, where the linker has put it into another section, by its first
// bytes; with inlined calls, where the runtime's description of the program (`runtime.firstmoduledata`) is
// found, too. Nothing in a file that is no Go program. Keeps to the file's bytes, which must outlive it.
std::optional<go::LineTable> find_go_table(const ElfFile& elf);

}  // namespace ajar::objfile
