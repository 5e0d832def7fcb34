#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "objfile/debug_link.h"

namespace ajar::objfile {

enum class ElfType : std::uint16_t { none = 0, relocatable = 1, executable = 2, shared = 3, core = 4 };

// EM_… of the machines that people run this on; any other number may come as well.
enum class ElfMachine : std::uint16_t {
  none = 0,
  x86 = 3,
  ppc64 = 21,
  s390 = 22,
  arm = 40,
  x86_64 = 62,
  aarch64 = 183,
  riscv = 243
};

// "x86-64", or "machine 1234" where there is no row for it.
std::string elf_machine_name(ElfMachine machine);

struct ElfHeader {
  bool is_64 = false;
  ElfType type = ElfType::none;
  ElfMachine machine{};
  std::uint64_t entry = 0;

  bool operator==(const ElfHeader&) const = default;
};

// How the program gets its libraries, as far as the file tells.
enum class ElfLinkage : std::uint8_t {
  none,            // not something that runs: an object file, a core dump
  dynamic,         // names a loader (PT_INTERP), which honours LD_PRELOAD
  static_fixed,    // no loader, fixed addresses
  static_pie,      // no loader, relocates itself
  shared_library,  // loaded by others; a loader itself looks like this, too
};

struct ElfSegment {
  enum Kind : std::uint32_t { load = 1, dynamic = 2, interpreter = 3, note = 4 };
  enum Flag : std::uint32_t { execute = 1, write = 2, read = 4 };

  std::uint32_t kind = 0;
  std::uint32_t flags = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t address = 0;
  std::uint64_t file_size = 0;
  std::uint64_t memory_size = 0;
  std::uint64_t alignment = 0;

  bool operator==(const ElfSegment&) const = default;
};

struct ElfSection {
  enum Kind : std::uint32_t {
    symbol_table = 2,
    string_table = 3,
    note = 7,
    no_bits = 8,
    dynamic_symbols = 11
  };
  enum Flag : std::uint64_t { allocated = 0x2, executable = 0x4, compressed = 0x800 };

  std::string_view name;  // into the file's bytes
  std::uint32_t kind = 0;
  std::uint64_t flags = 0;
  std::uint64_t address = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;
  std::uint32_t link = 0;  // of a symbol table: the section of its names
  std::uint64_t entry_size = 0;

  bool operator==(const ElfSection&) const = default;
};

enum class ElfBinding : std::uint8_t { local = 0, global = 1, weak = 2, unique = 10 };

// A symbol that names code.
struct ElfSymbol {
  // An indirect function is the resolver of one. An untyped symbol is a label in assembly.
  enum class Kind : std::uint8_t { function, indirect_function, untyped };

  std::uint64_t address = 0;
  std::uint64_t size = 0;  // 0 where nobody said
  std::uint32_t name = 0;  // for ElfSymbols::name()
  Kind kind = Kind::function;
  ElfBinding binding = ElfBinding::local;

  bool operator==(const ElfSymbol&) const = default;
};

// Names are looked up one by one when they are asked for: most never are.
struct ElfSymbols {
  std::vector<ElfSymbol> rows;  // in the file's order
  std::span<const std::byte> names;

  // Empty where the file does not hold it.
  [[nodiscard]] std::string_view name(const ElfSymbol& symbol) const;
};

// Where debug information is that several files have in common, moved there by dwz.
struct ElfSupplement {
  std::string_view file;  // absolute, or relative to the folder of the file that refers to it
  std::string build_id;   // its own, in lower-case hex

  bool operator==(const ElfSupplement&) const = default;
};

// An ELF file, little-endian, 32 or 64 bits, as its bytes tell. The bytes are not copied: they must outlive
// the ElfFile and all that it returns. No byte of them is trusted: what lies outside the file, or is not what
// it claims to be, is as if it were not there; only a file whose header or segments make no sense is an
// Error. Memory used is at most a few times the size of the file. Reading by several threads is fine.
class ElfFile {
 public:
  static base::Result<ElfFile> parse(std::span<const std::byte> bytes);

  // True for the four bytes that every ELF file starts with, whatever follows.
  static bool is_elf(std::span<const std::byte> bytes);

  [[nodiscard]] const ElfHeader& header() const { return header_; }
  [[nodiscard]] const std::vector<ElfSegment>& segments() const { return segments_; }
  [[nodiscard]] const std::vector<ElfSection>& sections() const { return sections_; }

  // nullptr where there is none; the first of several.
  [[nodiscard]] const ElfSection* section(std::string_view name) const;

  // The section whose code is at `address`; nullptr where there is none.
  [[nodiscard]] const ElfSection* code_section(std::uint64_t address) const;

  // As they are in the file, compressed ones too; empty for a section that has no bytes in the file.
  [[nodiscard]] std::span<const std::byte> contents(const ElfSection& section) const;

  // What the file holds of it: without the zeros at its end in memory.
  [[nodiscard]] std::span<const std::byte> contents(const ElfSegment& segment) const;

  [[nodiscard]] ElfLinkage linkage() const;

  // The loader's path; empty where there is none.
  [[nodiscard]] std::string_view interpreter() const;

  // Lower-case hex; empty where there is none.
  [[nodiscard]] std::string build_id() const;

  [[nodiscard]] std::optional<DebugLink> debug_link() const;

  // From .gnu_debugaltlink, or DWARF 5's .debug_sup.
  [[nodiscard]] std::optional<ElfSupplement> supplement() const;

  // An ELF file with little but a symbol table, packed with xz (.gnu_debugdata); empty where there is none.
  [[nodiscard]] std::span<const std::byte> mini_debug_info() const;

  // The symbols of the first section of that kind. Relocatable files give none: their symbols have no
  // addresses yet.
  enum class SymbolTable : std::uint8_t { full, dynamic };
  [[nodiscard]] ElfSymbols symbols(SymbolTable table) const;

  // What other modules may use under these names, code or data; an address of 0 where it is not there.
  struct Export {
    std::uint64_t address = 0, size = 0;
  };
  [[nodiscard]] std::vector<Export> exports(std::span<const std::string_view> names) const;

 private:
  struct Layout;

  explicit ElfFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::span<const std::byte> bytes_at(std::uint64_t offset, std::uint64_t size) const;
  base::Result<Layout> read_header();
  base::Result<void> read_segments(const Layout& layout);
  void read_sections(const Layout& layout);
  [[nodiscard]] bool has_pie_flag(const ElfSegment& dynamic) const;
  [[nodiscard]] const ElfSegment* segment(ElfSegment::Kind kind) const;
  // A section's symbols, one after the other; none where they make no sense.
  struct SymbolRows {
    std::span<const std::byte> rows;
    std::uint64_t stride = 0;
    std::span<const std::byte> names;
  };
  [[nodiscard]] std::optional<SymbolRows> symbol_rows(SymbolTable table) const;
  [[nodiscard]] std::optional<ElfSymbol> read_symbol(std::span<const std::byte> row,
                                                     std::span<const std::byte> names) const;

  std::span<const std::byte> bytes_;
  ElfHeader header_;
  std::vector<ElfSegment> segments_;
  std::vector<ElfSection> sections_;
};

}  // namespace ajar::objfile
