#include "import/windbg/trace_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/words.h"
#include "import/text/lines.h"
#include "import/windbg/frames.h"

namespace ajar::import::windbg {
namespace {

constexpr std::size_t kRule = 5;  // dashes at least

bool is_rule(std::string_view line) {
  return line.size() >= kRule && line.find_first_not_of('-') == std::string_view::npos;
}

// What a debugger says of its own in the middle of anything.
bool is_aside(std::string_view line) {
  return line.starts_with('*') || base::begins_with(line, "WARNING:") || base::begins_with(line, "ERROR:");
}

// "Handle = 0x00000bdc - OPEN", "Handle 0x7CC - CLOSE:".
std::optional<PrintedTrace> head_of(std::string_view line) {
  using What = PrintedTrace::What;
  struct Word {
    std::string_view word;
    What what;
  };
  constexpr std::array kWords{Word{"OPEN", What::open}, Word{"CLOSE", What::close},
                              Word{"BADREF", What::bad_reference},
                              Word{"BAD REFERENCE", What::bad_reference}};
  if (!base::begins_with(line, "Handle ")) return std::nullopt;
  std::string_view rest = base::trimmed(line.substr(7));
  if (rest.starts_with('=')) rest = base::trimmed(rest.substr(1));
  const std::size_t dash = rest.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto handle = hex_number(base::trimmed(rest.substr(0, dash)));
  std::string_view word = base::trimmed(rest.substr(dash + 1));
  if (word.ends_with(':')) word.remove_suffix(1);
  const auto* const known = std::ranges::find_if(kWords, [&](const Word& some) {
    return word.size() == some.word.size() && base::begins_with(word, some.word);
  });
  if (!handle || known == kWords.end()) return std::nullopt;
  PrintedTrace trace;
  trace.what = known->what;
  trace.handle = *handle;
  return trace;
}

// The number in "… = 0x1c" behind the words.
std::uint64_t number_behind(std::string_view line, std::string_view words) {
  const std::size_t at = line.find(words);
  if (at == std::string_view::npos) return 0;
  std::string_view rest = base::trimmed(line.substr(at + words.size()));
  if (rest.starts_with('=')) rest = base::trimmed(rest.substr(1));
  return hex_number(rest.substr(0, rest.find_first_of(" ,"))).value_or(0);
}

}  // namespace

void TraceReader::begin_answer() {
  answer_is_open_ = false;
  within_ = Within::nothing;
}

PrintedTraces& TraceReader::answer(bool newest_first) {
  if (!answer_is_open_ || answers_.back().newest_first != newest_first) {
    answers_.push_back({.outstanding = outstanding_ || !newest_first,
                        .newest_first = newest_first,
                        .announced = {},
                        .traces = {}});
    answer_is_open_ = true;
  }
  return answers_.back();
}

void TraceReader::command(std::string_view command) {
  begin_answer();
  outstanding_ = base::begins_with(command, "!htrace") && command.find("-diff") != std::string_view::npos;
}

// What stands around an answer.
bool TraceReader::take_message(std::string_view line) {
  if (base::begins_with(line, "Outstanding handles opened since the previous snapshot")) {
    begin_answer();
    outstanding_ = true;
    return true;
  }
  if (base::begins_with(line, "Ignoring handles that were already closed") ||
      base::begins_with(line, "No outstanding handles opened"))
    return true;
  if (line.find(" new stack traces since the previous snapshot") != std::string_view::npos) return true;
  for (const std::string_view word : {"Parsed ", "Dumped ", "Displayed "}) {
    if (!base::begins_with(line, word) || line.find(" stack traces") == std::string_view::npos) continue;
    const std::string_view rest = line.substr(word.size());
    if (!answers_.empty()) answers_.back().announced = hex_number(rest.substr(0, rest.find(' ')));
    if (word != "Parsed ") begin_answer();
    return true;
  }
  return false;
}

bool TraceReader::take_head(std::string_view line) {
  auto trace = head_of(line);
  if (!trace) return false;
  answer(true).traces.push_back(*std::move(trace));
  wrapped_.clear();
  within_ = Within::head;
  return true;
}

// "Handle 0x00000614", and in the next line "Allocation Time 00:03:36 since tracking started".
bool TraceReader::take_sample_head(std::string_view line) {
  if (base::begins_with(line, "Call stack sample")) return within_ = Within::sample_head, true;
  if (within_ != Within::sample_head) return false;
  if (base::begins_with(line, "Handle ")) {
    const auto handle = hex_number(base::trimmed(line.substr(7)));
    sampled_ = handle.value_or(0);
    return handle.has_value();
  }
  if (base::begins_with(line, "Allocation Time") || base::begins_with(line, "Allocation Size")) return true;
  if (!base::begins_with(line, "Function")) return false;
  PrintedTrace trace;
  trace.handle = sampled_;
  answer(false).traces.push_back(std::move(trace));
  wrapped_.clear();
  within_ = Within::sample;
  return true;
}

// A line that was too long for the window goes on in the next one.
bool TraceReader::take_wrapped(std::string_view line) {
  if (wrapped_.empty() || line.find(' ') != std::string_view::npos) return false;
  const auto joined = trace_frame(std::exchange(wrapped_, {}) + std::string(line));
  if (!joined || !joined->displacement) return false;
  answers_.back().traces.back().frames.back() = *joined;
  return true;
}

bool TraceReader::take_frame(std::string_view line) {
  if (within_ == Within::sample) {
    const auto frame = sample_frame(line);
    if (frame) answers_.back().traces.back().frames.push_back(*frame);
    if (!frame) within_ = Within::nothing;
    return frame.has_value();
  }
  if (within_ != Within::head && within_ != Within::trace) return false;
  PrintedTrace& trace = answers_.back().traces.back();
  if (within_ == Within::head && base::begins_with(line, "Thread ID")) {
    trace.thread = number_behind(line, "Thread ID");
    trace.process = number_behind(line, "Process ID");
    return true;
  }
  if (take_wrapped(line)) return true;
  auto frame = trace_frame(line);
  if (!frame) {
    within_ = Within::nothing;
    return false;
  }
  within_ = Within::trace;
  wrapped_ = frame->displacement ? std::string() : std::string(line);
  trace.frames.push_back(*std::move(frame));
  return true;
}

bool TraceReader::take(std::string_view line) {
  if (line.empty() || is_rule(line)) {
    // Between the head and the stack is an empty line; after the stack, it is over.
    if (within_ == Within::trace || within_ == Within::sample || is_rule(line)) within_ = Within::nothing;
    return is_rule(line);
  }
  if (is_aside(line)) return within_ != Within::nothing;
  return take_message(line) || take_head(line) || take_sample_head(line) || take_frame(line);
}

std::vector<PrintedTraces> TraceReader::finish() {
  return std::exchange(answers_, {});
}

}  // namespace ajar::import::windbg
