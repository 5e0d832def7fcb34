#pragma once

#include <string_view>
#include <vector>

#include "import/windbg/printed.h"

namespace ajar::import::windbg {

// The operations that a text shows: answers of !htrace, and the samples of Debug Diag's leak reports. Is
// given the lines one after the other, without spaces at their ends.
class TraceReader {
 public:
  // A command was given: what follows is its answer.
  void command(std::string_view command);

  // False where the line is no part of a trace.
  bool take(std::string_view line);

  // All that there is, when the last line has been taken.
  std::vector<PrintedTraces> finish();

 private:
  enum class Within : std::uint8_t { nothing, head, trace, sample_head, sample };

  bool take_message(std::string_view line);
  bool take_head(std::string_view line);
  bool take_sample_head(std::string_view line);
  bool take_frame(std::string_view line);
  bool take_wrapped(std::string_view line);
  PrintedTraces& answer(bool newest_first);
  void begin_answer();

  std::vector<PrintedTraces> answers_;
  bool answer_is_open_ = false;
  bool outstanding_ = false;  // what the next answer shows
  Within within_ = Within::nothing;
  std::uint64_t sampled_ = 0;  // the handle of a sample's first line
  std::string wrapped_;        // a frame's line, which may go on in the next one
};

}  // namespace ajar::import::windbg
