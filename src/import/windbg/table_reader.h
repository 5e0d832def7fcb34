#pragma once

#include <string_view>
#include <vector>

#include "import/windbg/printed.h"

namespace ajar::import::windbg {

// The handle tables that a text shows: answers of !handle, and of Sysinternals' handle.exe. Is given the
// lines one after the other, without spaces at their ends.
class TableReader {
 public:
  // A command was given: what follows is its answer.
  void command(std::string_view command);

  // False where the line is no part of a table.
  bool take(std::string_view line);

  // All that there is, when the last line has been taken.
  std::vector<PrintedTable> finish();

 private:
  enum class Within : std::uint8_t {
    nothing,
    head,
    handle,
    access,
    specific,
    total,
    counts,
    summary,
    listing
  };

  PrintedTable& table();
  bool take_total(std::string_view line);
  bool take_count(std::string_view line);
  bool take_summary(std::string_view line);
  bool take_head(std::string_view line);
  bool take_line_of_handle(std::string_view line);
  bool take_field(std::string_view line);
  bool take_process(std::string_view line);
  bool take_listed(std::string_view line);

  std::vector<PrintedTable> tables_;
  Within within_ = Within::nothing;
  std::uint64_t head_ = 0;     // the number of a handle of which only that has been said
  std::uint64_t counted_ = 0;  // by the rows of the list of types so far
};

}  // namespace ajar::import::windbg
