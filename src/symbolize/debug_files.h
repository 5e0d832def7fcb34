#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "symbolize/elf_bytes.h"

namespace ajar::symbolize {

// Where a module's debug information is looked for.
struct DebugSearch {
  std::string path;      // the module's, as its process knew it
  std::string build_id;  // empty: none
  std::string root;  // of the system that the module was found on, see ModuleFile; our own is looked at too
  std::vector<std::string> folders;  // see find_module_file()
  // From elsewhere (debuginfod): the path of the debug information of a build-id; empty: not to be had.
  std::function<std::string(const std::string& build_id)> elsewhere;
};

// The files that say what the code of one module is: the program itself, a separate file of debug information
// (found by build-id, in the folders by name too, or by the program's .gnu_debuglink), the symbol table that
// is packed into the program (.gnu_debugdata), and those that debug information is spread over (dwz's, .dwo,
// .dwp). What is found by build-id must have it; what is found by name must have it or, without one, the CRC
// that the program says. Files are opened when they are first needed, and kept.
class DebugFiles final : private objfile::dwarf::Companions {
 public:
  // `program` may be null, where it is not to be had, and outlives this otherwise.
  DebugFiles(const ElfBytes* program, DebugSearch search);
  ~DebugFiles() override;
  DebugFiles(const DebugFiles&) = delete;
  DebugFiles& operator=(const DebugFiles&) = delete;

  // The separate file; null: there is none, or the program needs none.
  [[nodiscard]] const ElfBytes* separate() const { return separate_.get(); }

  // The table that was packed into the program; null where it is not needed, or not there.
  [[nodiscard]] const ElfBytes* packed_table() const { return packed_table_.get(); }

  // Whether there is debug information.
  [[nodiscard]] bool has_information() const { return with_information() != nullptr; }

  // Null without debug information. Unpacks it the first time.
  objfile::dwarf::Reader* reader();

  // How many bytes of memory hold what had to be unpacked.
  [[nodiscard]] std::size_t unpacked_bytes() const;

  // What could have been used and was not, and why: "/usr/lib/debug/…: …". In the order met.
  [[nodiscard]] std::vector<std::string> troubles() const;

 private:
  using Sections = objfile::dwarf::Sections;

  // One file's debug information.
  struct Opened {
    ElfPointer file;
    std::unique_ptr<objfile::DebugSections> sections;
  };

  const Sections* supplementary() override;
  const Sections* split(const objfile::dwarf::SplitUnit& unit) override;
  const Sections* package() override;

  void find_separate();
  void unpack_table();
  bool take_separate(const std::string& path);
  bool take_by_link(const std::string& path, std::uint32_t crc);
  [[nodiscard]] const ElfBytes* with_information() const;
  [[nodiscard]] std::vector<std::string> named_paths() const;
  [[nodiscard]] std::vector<std::string> link_paths(const std::string& file) const;
  [[nodiscard]] std::vector<std::string> supplement_paths(const objfile::ElfSupplement& link) const;
  [[nodiscard]] std::vector<std::string> split_paths(const objfile::dwarf::SplitUnit& unit) const;
  [[nodiscard]] std::vector<std::string> by_build_id(const std::string& build_id) const;
  Opened open_supplement();
  const Sections* open_split(const std::vector<std::string>& paths);
  void note_trouble(const std::string& words);

  const ElfBytes* program_;
  DebugSearch search_;
  ElfPointer separate_;
  ElfPointer packed_table_;
  std::unique_ptr<objfile::DebugSections> own_;
  std::optional<Opened> supplement_;
  std::optional<const Sections*> package_;
  std::map<std::string, Opened> split_;  // by path
  std::unique_ptr<objfile::dwarf::Reader> reader_;
  std::vector<std::string> troubles_;
};

}  // namespace ajar::symbolize
