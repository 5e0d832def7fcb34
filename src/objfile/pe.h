#pragma once

#include <array>
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

// IMAGE_FILE_MACHINE_… of what Windows runs on; any other number may come as well.
enum class PeMachine : std::uint16_t { none = 0, x86 = 0x14c, arm = 0x1c4, x86_64 = 0x8664, arm64 = 0xaa64 };

struct PeHeader {
  bool is_64 = false;  // PE32+
  PeMachine machine{};
  std::uint32_t timestamp = 0;      // seconds since 1970, or a hash of the contents (reproducible builds)
  std::uint32_t size_of_image = 0;  // bytes in memory
  std::uint64_t image_base = 0;     // where the linker laid it
  std::uint32_t entry = 0;          // RVA

  bool operator==(const PeHeader&) const = default;
};

struct PeSection {
  enum Flag : std::uint32_t { code = 0x20, execute = 0x2000'0000 };

  std::string_view name;
  std::uint32_t address = 0;      // RVA
  std::uint32_t memory_size = 0;  // bytes
  std::uint32_t offset = 0;       // in the file
  std::uint32_t file_size = 0;    // rounded up to the file's alignment, or less than in memory
  std::uint32_t flags = 0;

  bool operator==(const PeSection&) const = default;
};

// A name for code.
struct PeSymbol {
  std::uint32_t address = 0;  // RVA
  std::uint32_t size = 0;     // from the exception table (.pdata); 0 where it has no such function
  std::string_view name;      // without the underscore that 32-bit compilers put in front of all
  bool local = false;

  bool operator==(const PeSymbol&) const = default;
};

// What other images may use, by name or by number. What has several names comes once for each.
struct PeExport {
  std::uint32_t ordinal = 0;
  std::uint32_t address = 0;   // RVA, of code or of data; 0 for a forwarder
  std::string_view name;       // empty where it has a number only
  std::string_view forwarder;  // of another image: "NTDLL.RtlAllocateHeap", "OTHER.#12"

  bool operator==(const PeExport&) const = default;
};

// Which PDB goes with the image: the CodeView record (RSDS) of its debug directory. GNU ld writes one for
// --build-id, without a path.
struct PePdb {
  std::array<std::byte, 16> guid{};
  std::uint32_t age = 0;
  std::string_view path;

  bool operator==(const PePdb&) const = default;
};

// What PeFile::identity() is, where the values are known from elsewhere.
std::string pe_identity(const std::optional<PePdb>& pdb, std::uint32_t timestamp,
                        std::uint32_t size_of_image);

// A PE image, PE32 or PE32+, as its bytes tell: an .exe, a .dll, a .sys. Addresses are RVAs, bytes from where
// the image is loaded, as debuggers on Windows show them: a module's bias is where it was loaded. Those in
// DWARF are counted from image_base instead, and so are those that nm and llvm-symbolizer show. The bytes are
// not copied: they must outlive the PeFile and all that it returns. No byte of them is trusted: what lies
// outside the file, or is not what it claims to be, is as if it were not there; only a file whose headers
// make no sense is an Error. Memory used is at most a few times the size of the file. Reading by several
// threads is fine. Source: Microsoft, PE Format.
class PeFile {
 public:
  static base::Result<PeFile> parse(std::span<const std::byte> bytes);

  // True where the file starts as DOS programs and PE images do, whatever follows.
  static bool is_pe(std::span<const std::byte> bytes);

  [[nodiscard]] const PeHeader& header() const { return header_; }
  [[nodiscard]] const std::vector<PeSection>& sections() const { return sections_; }

  // nullptr where there is none; the first of several.
  [[nodiscard]] const PeSection* section(std::string_view name) const;

  // The section whose code is at `address`; nullptr where there is none.
  [[nodiscard]] const PeSection* code_section(std::uint64_t address) const;

  // What the file has of it, not more than it has in memory.
  [[nodiscard]] std::span<const std::byte> contents(const PeSection& section) const;

  [[nodiscard]] std::optional<PePdb> pdb() const;

  // As symbol servers name it, in lower-case hex: GUID and age of the PDB, or, where there is none, timestamp
  // and size of the image. Empty where it has neither (linkers write 0 as the time of what has to be the same
  // whenever it is built).
  [[nodiscard]] std::string identity() const;

  // As in ELF files (.gnu_debuglink).
  [[nodiscard]] std::optional<DebugLink> debug_link() const;

  // All that it exports, by ordinal.
  [[nodiscard]] std::vector<PeExport> export_table() const;

  // The code that it exports by name; by address.
  [[nodiscard]] std::vector<PeSymbol> exports() const;

  // The functions of the COFF symbol table, which GNU ld leaves in an image that is not stripped; by address.
  [[nodiscard]] std::vector<PeSymbol> symbols() const;

 private:
  using Bytes = std::span<const std::byte>;
  struct Directory {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
  };
  enum class Table : std::uint8_t { exports = 0, exceptions = 3, debug = 6 };
  static constexpr std::size_t kDirectories = 16;

  struct Function {
    std::uint32_t begin = 0, end = 0;
  };
  class Names;

  explicit PeFile(Bytes bytes) : bytes_(bytes) {}

  base::Result<void> read();
  bool read_optional_header(Bytes header);
  void read_sections(std::uint64_t at, std::uint16_t count);
  [[nodiscard]] const PeSection* section_at(std::uint64_t address) const;
  [[nodiscard]] Bytes bytes_at(std::uint64_t offset, std::uint64_t size) const;
  [[nodiscard]] Bytes mapped_at(std::uint64_t address) const;  // up to its section's end
  [[nodiscard]] Bytes table(Table which) const;
  [[nodiscard]] Bytes long_name(std::uint64_t offset) const;  // and what follows it
  [[nodiscard]] std::string_view section_name(Bytes field) const;
  [[nodiscard]] std::string_view symbol_name(Bytes field, Names& names) const;
  [[nodiscard]] std::vector<Function> functions() const;
  [[nodiscard]] bool goes_on_from(std::uint32_t begin, std::uint32_t description) const;
  void add_sizes(std::vector<PeSymbol>& rows) const;

  Bytes bytes_;
  PeHeader header_;
  std::vector<PeSection> sections_;
  std::vector<std::uint16_t> by_address_;  // indices of the sections that are not empty
  std::array<Directory, kDirectories> directories_{};
  std::uint32_t symbols_at_ = 0;  // in the file; 0 where there are none
  std::uint32_t symbol_count_ = 0;
};

}  // namespace ajar::objfile
