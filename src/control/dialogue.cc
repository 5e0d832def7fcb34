#include "control/dialogue.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/words.h"

namespace ajar::control {
namespace {

constexpr std::size_t kLongestLabel = 100;    // bytes
constexpr std::size_t kMostProcesses = 4096;  // that a description lists

constexpr std::array<std::pair<Question::Kind, std::string_view>, 4> kKinds = {{
    {Question::Kind::describe, "describe"},
    {Question::Kind::mark, "mark"},
    {Question::Kind::write_down, "write down"},
    {Question::Kind::end, "end"},
}};

// Of what is no number: 0.
template <std::integral T>
T number_in(const Message& message, std::string_view name) {
  return base::parse_number<T>(message.field(name)).value_or(0);
}

std::string list(const std::vector<Recorded>& processes) {
  std::string text;
  const std::size_t left_out = processes.size() - std::min(processes.size(), kMostProcesses);
  for (std::size_t i = left_out; i < processes.size(); ++i) {
    if (!text.empty()) text += ' ';
    text += std::to_string(processes[i].pid) + ":" + std::to_string(processes[i].start_ticks);
  }
  return text;
}

std::vector<Recorded> parse_list(std::string_view text) {
  std::vector<Recorded> processes;
  for (std::string_view word = base::take_word(text); !word.empty(); word = base::take_word(text)) {
    const std::size_t colon = std::min(word.find(':'), word.size());
    const auto pid = base::parse_number<std::int64_t>(word.substr(0, colon));
    const auto start = base::parse_number(word.substr(std::min(colon + 1, word.size())));
    if (pid && processes.size() < kMostProcesses) processes.push_back({*pid, start.value_or(0)});
  }
  return processes;
}

}  // namespace

Message to_message(const Question& question) {
  Message message;
  const auto kind =
      std::ranges::find(kKinds, question.kind, &std::pair<Question::Kind, std::string_view>::first);
  message.fields["question"] = kind->second;
  if (!question.label.empty()) message.fields["label"] = question.label;
  return message;
}

base::Result<Question> to_question(const Message& message) {
  const auto kind = std::ranges::find(kKinds, message.field("question"),
                                      &std::pair<Question::Kind, std::string_view>::second);
  if (kind == kKinds.end())
    return base::Error("this session's ajar does not know that question; use the same version of ajar");
  return Question{.kind = kind->first, .label = std::string(message.field("label"))};
}

Message to_message(const Description& description) {
  Message message;
  message.fields = {{"ajar", std::to_string(description.ajar)},
                    {"processes", list(description.processes)},
                    {"program", description.program},
                    {"recording", description.recording}};
  return message;
}

base::Result<Description> to_description(const Message& message) {
  if (auto refused = to_done(message); !refused.ok()) return std::move(refused).error();
  return Description{.ajar = number_in<std::int64_t>(message, "ajar"),
                     .program = std::string(message.field("program")),
                     .recording = std::string(message.field("recording")),
                     .processes = parse_list(message.field("processes"))};
}

Message to_message(const Marked& marked) {
  Message message;
  message.fields = {{"handles", std::to_string(marked.handles)},
                    {"label", marked.label},
                    {"processes", std::to_string(marked.processes)},
                    {"time", std::to_string(marked.time.count())}};
  return message;
}

base::Result<Marked> to_marked(const Message& message) {
  if (auto refused = to_done(message); !refused.ok()) return std::move(refused).error();
  return Marked{.label = std::string(message.field("label")),
                .time = std::chrono::nanoseconds(number_in<std::int64_t>(message, "time")),
                .handles = number_in<std::uint64_t>(message, "handles"),
                .processes = number_in<std::uint64_t>(message, "processes")};
}

Message to_message(const base::Error& refusal) {
  Message message;
  message.fields["error"] = refusal.message();
  return message;
}

Message done() {
  return {};
}

base::Result<void> to_done(const Message& message) {
  if (message.version != kProtocol) {
    return base::Error(std::string(message.version < kProtocol ? "an older" : "a later") +
                       " version of ajar records it (protocol " + std::to_string(message.version) +
                       ", this one speaks " + std::to_string(kProtocol) + "): ask with that version");
  }
  const std::string_view refusal = message.field("error");
  return refusal.empty() ? base::Result<void>() : base::Error(std::string(refusal));
}

base::Result<void> check_label(std::string_view label) {
  if (label.size() > kLongestLabel)
    return base::Error("a label has at most " + std::to_string(kLongestLabel) + " bytes");
  const bool is_line = std::ranges::all_of(label, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' && byte != 0x7f;
  });
  return is_line ? base::Result<void>() : base::Error("a label has no control characters in it");
}

}  // namespace ajar::control
