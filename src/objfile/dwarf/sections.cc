#include "objfile/dwarf/sections.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ajar::objfile::dwarf {

Sections::Bytes Sections::* section_named(std::string_view name) {
  using Row = std::pair<std::string_view, Sections::Bytes Sections::*>;
  static constexpr auto kRows = std::to_array<Row>({
      {"info", &Sections::info},
      {"abbrev", &Sections::abbrev},
      {"line", &Sections::line},
      {"str", &Sections::str},
      {"line_str", &Sections::line_str},
      {"str_offsets", &Sections::str_offsets},
      {"addr", &Sections::addr},
      {"ranges", &Sections::ranges},
      {"rnglists", &Sections::rnglists},
      {"aranges", &Sections::aranges},
      {"cu_index", &Sections::cu_index},
  });
  const auto* const row = std::ranges::find(kRows, name, &Row::first);
  return row == kRows.end() ? nullptr : row->second;
}

}  // namespace ajar::objfile::dwarf
