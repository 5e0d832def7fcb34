#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/symbol.h"
#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/pe.h"
#include "platform/mapped_file.h"
#include "platform/pdb_names.h"
#include "symbolize/pdb_file.h"

namespace ajar::symbolize {

// A PE image and its debug information: its own, as GCC puts it there, or otherwise that of its PDB.
// Addresses are RVAs.
class PeModule {
 public:
  // Errors begin with the path.
  static base::Result<std::unique_ptr<PeModule>> open(std::string path, platform::MappedFile file);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const objfile::PeFile& pe() const { return pe_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return file_.bytes(); }

  // Its own, or a PDB that could be read when names were asked for.
  [[nodiscard]] bool has_information() const;

  // In its own information; see dwarf::Reader::find().
  void find(std::span<const std::uint64_t> addresses, const objfile::dwarf::Reader::Found& found);

  // What its PDB says, where it has no information of its own. The PDB is looked for once, in the folders
  // too; `root` is ModuleFile::root.
  model::ModuleSymbols find_in_pdb(std::span<const std::uint64_t> addresses, const std::string& root,
                                   const std::vector<std::string>& folders, platform::PdbNames& names);

  // The PDB that find_in_pdb() used; empty: none.
  [[nodiscard]] std::string pdb_path() const;

  // What could have been used and was not, and why; empty: nothing.
  [[nodiscard]] std::vector<std::string> troubles() const;

  // Gives back what find() unpacked and read; the PDB will be looked for again.
  void rest();

 private:
  PeModule(std::string path, platform::MappedFile file, objfile::PeFile pe)
      : path_(std::move(path)),
        file_(std::move(file)),
        pe_(std::move(pe)),
        has_own_(objfile::has_debug_information(pe_)) {}

  [[nodiscard]] std::vector<std::string> pdb_troubles() const;

  std::string path_;
  platform::MappedFile file_;
  objfile::PeFile pe_;
  bool has_own_;  // debug information
  std::unique_ptr<objfile::DebugSections> sections_;
  std::unique_ptr<objfile::dwarf::Reader> reader_;
  std::optional<PdbFile> pdb_;  // once it has been looked for
  std::string pdb_trouble_;     // with reading it
};

}  // namespace ajar::symbolize
