#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/pe.h"
#include "platform/mapped_file.h"

namespace ajar::symbolize {

// A PE image and its own debug information, as GCC puts it there. Addresses are RVAs.
class PeModule {
 public:
  // Errors begin with the path.
  static base::Result<std::unique_ptr<PeModule>> open(std::string path, platform::MappedFile file);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const objfile::PeFile& pe() const { return pe_; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return file_.bytes(); }

  [[nodiscard]] bool has_information() const;

  // See dwarf::Reader::find().
  void find(std::span<const std::uint64_t> addresses, const objfile::dwarf::Reader::Found& found);

  // What could have been used and was not, and why; empty: nothing.
  [[nodiscard]] std::string trouble() const;

  // Gives back what find() unpacked and read.
  void rest();

 private:
  PeModule(std::string path, platform::MappedFile file, objfile::PeFile pe)
      : path_(std::move(path)), file_(std::move(file)), pe_(std::move(pe)) {}

  std::string path_;
  platform::MappedFile file_;
  objfile::PeFile pe_;
  std::unique_ptr<objfile::DebugSections> sections_;
  std::unique_ptr<objfile::dwarf::Reader> reader_;
};

}  // namespace ajar::symbolize
