#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "objfile/dwarf/line_machine.h"
#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// The line number program of one unit: .debug_line from the unit's DW_AT_stmt_list on. Refers to the unit,
// which must outlive it.
class LineProgram {
 public:
  // nullopt where the unit has none, or its header makes no sense.
  static std::optional<LineProgram> of(const Unit& unit, Work& work);

  // Runs the program, and tells the line of each address that it covers; the others stay empty. `addresses`
  // are ascending, `lines` as many.
  void find(std::span<const std::uint64_t> addresses, std::span<std::optional<Line>> lines, Work& work) const;

  // With its folders; empty for a number that no file has. Valid until the LineProgram is moved or gone.
  [[nodiscard]] const std::string& path(std::uint64_t file);

 private:
  struct File {
    std::string_view name;
    std::uint64_t folder = 0;
  };
  struct EntryFormat;

  explicit LineProgram(const Unit& unit) : unit_(&unit) {}

  [[nodiscard]] std::string make_path(const File& found) const;
  bool read_header(base::ByteReader& in, Work& work);
  bool read_instructions(base::ByteReader& in);
  bool read_tables(base::ByteReader& in, Work& work);
  bool read_old_tables(base::ByteReader& in);

  const Unit* unit_;
  Encoding encoding_;  // the program may have another than the unit
  LineInstructions instructions_;
  std::vector<std::string_view> folders_;
  std::vector<File> files_;
  std::vector<std::string> paths_;  // of the files, those that were asked for
};

}  // namespace ajar::objfile::dwarf
