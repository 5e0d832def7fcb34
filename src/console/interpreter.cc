#include "console/interpreter.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>

#include "base/number.h"
#include "base/words.h"
#include "console/handle_layout.h"
#include "console/other_layouts.h"
#include "console/trace_layout.h"
#include "render/escape.h"

namespace ajar::console {
namespace {

constexpr std::string_view kHandleSyntax = "!handle [HANDLE [FLAGS [TYPE]]]";
constexpr std::string_view kHtraceSyntax =
    "!htrace [HANDLE [MOST]] | -enable | -snapshot | -diff [LABEL] | -disable";

// A type's name may have blanks in it, and be in quotes because of that.
std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

base::Result<std::uint64_t> in_hex(std::string_view word) {
  const std::string_view digits = word.starts_with("0x") || word.starts_with("0X") ? word.substr(2) : word;
  if (const auto value = base::parse_number(digits, 16)) return *value;
  return base::Error(fmt::format("'{}' is no hexadecimal number", render::escaped(word)));
}

}  // namespace

struct Interpreter::Row {
  std::vector<std::string_view> names;
  std::string_view syntax, words;
  Done (Interpreter::*carry_out)(std::string_view rest);
};

const std::vector<Interpreter::Row>& Interpreter::rows() {
  static const std::vector<Row> all = {
      {{"!handle"},
       kHandleSyntax,
       "handles; HANDLE 0: all; FLAGS: 0 counts, 1 type, 2 basics, 4 name, 8 more, f all",
       &Interpreter::handle},
      {{"!htrace"},
       kHtraceSyntax,
       "what opened and closed them; -diff: what was opened since the mark and is open still",
       &Interpreter::htrace},
      {{".time"}, ".time", "the time, and how long the process has run", &Interpreter::time},
      {{"lm"}, "lm", "its modules", &Interpreter::modules},
      {{"|"}, "|, |NUMBER s", "the processes; look at another one", &Interpreter::process},
      {{"?", ".help"}, "?, .help", "this", &Interpreter::help},
      {{"q", "qd", "qq"}, "q", "end", &Interpreter::quit},
  };
  return all;
}

std::string Interpreter::prompt() const {
  return fmt::format("{}:000> ", process_);
}

bool Interpreter::run(std::string_view line) {
  bool all_well = true;
  while (!line.empty() && !has_ended_) {
    const std::size_t end = std::min(line.find(';'), line.size());
    const std::string_view command = base::trimmed(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    if (command.empty()) continue;
    if (const Done done = carry_out(command); !done.ok()) {
      out_.flush();
      err_ << done.error().message() << '\n' << std::flush;
      all_well = false;
    }
  }
  return all_well;
}

// What follows `|` needs no blank before it.
Interpreter::Done Interpreter::carry_out(std::string_view command) {
  const std::size_t end = command.front() == '|' ? 1 : std::min(command.find_first_of(" \t"), command.size());
  const std::string_view name = command.substr(0, end);
  for (const Row& row : rows()) {
    const bool meant =
        std::ranges::any_of(row.names, [&](auto known) { return base::same_word(known, name); });
    if (meant) return (this->*row.carry_out)(base::trimmed(command.substr(end)));
  }
  return base::Error(
      fmt::format("unknown command '{}'; ? lists those that there are", render::escaped(name)));
}

// As people write numbers there: of Windows in hexadecimal, descriptors in decimal; with 0x always the
// former.
base::Result<std::uint64_t> Interpreter::number(std::string_view word) const {
  if (!subject_.style().has_descriptors || word.starts_with("0x")) return in_hex(word);
  if (const auto value = base::parse_number(word)) return *value;
  return base::Error(fmt::format("'{}' is no descriptor's number", render::escaped(word)));
}

Interpreter::Done Interpreter::handle(std::string_view rest) {
  HandleQuestion question;
  const std::string_view handle = base::take_word(rest);
  if (handle == "-?") {
    out_ << kHandleSyntax << '\n';
    return {};
  }
  if (!handle.empty() && handle != "-1") {
    const auto value = number(handle);
    if (!value.ok()) return value.error();
    question.handle = value.value();
  }
  if (const std::string_view flags = base::take_word(rest); !flags.empty()) {
    const auto value = in_hex(flags);
    if (!value.ok()) return value.error();
    question.flags = value.value();
  }
  question.type = without_quotes(base::trimmed(rest));
  using Q = HandleQuestion;
  const bool facts = (question.flags & (Q::kBasic | Q::kSpecific)) != 0;
  const auto table = subject_.table(process_, facts);
  if (!table.ok()) return table.error();
  if (print_handles(table.value(), question, subject_.style(), out_)) return {};
  return base::Error(fmt::format("handle {} is not in the table; '!handle' lists those that are", handle));
}

Interpreter::Done Interpreter::htrace(std::string_view rest) {
  const std::string_view first = base::take_word(rest);
  if (first.starts_with('-')) return htrace_option(first, base::trimmed(rest));
  std::uint64_t handle = 0;
  std::uint64_t most = 0;
  if (!first.empty()) {
    const auto value = number(first);
    if (!value.ok()) return value.error();
    handle = value.value();
  }
  if (const std::string_view second = base::take_word(rest); !second.empty()) {
    const auto value = number(second);
    if (!value.ok()) return value.error();
    most = value.value();
  }
  const auto traces = subject_.traces(process_, handle, most);
  if (!traces.ok()) return traces.error();
  print_traces(traces.value().traces, traces.value().of, subject_.style(), out_);
  return {};
}

Interpreter::Done Interpreter::htrace_option(std::string_view option, std::string_view rest) {
  if (base::same_word(option, "-?")) {
    out_ << kHtraceSyntax << '\n';
    return {};
  }
  if (base::same_word(option, "-diff")) return diff(rest);
  if (base::same_word(option, "-disable")) {
    const Done stopped = subject_.stop_tracing(process_);
    if (stopped.ok()) out_ << "Handle tracing disabled.\n";
    return stopped;
  }
  const bool enable = base::same_word(option, "-enable");
  if (!enable && !base::same_word(option, "-snapshot"))
    return base::Error(
        fmt::format("!htrace has no '{}'; there is: {}", render::escaped(option), kHtraceSyntax));
  const Done marked = subject_.set_mark(process_);
  if (!marked.ok()) return marked;
  if (enable) out_ << "Handle tracing enabled.\n";
  out_ << "Handle tracing information snapshot successfully taken.\n";
  return {};
}

Interpreter::Done Interpreter::diff(std::string_view label) {
  const auto traces = subject_.outstanding(process_, std::string(label));
  if (!traces.ok()) return traces.error();
  print_outstanding(traces.value().traces, traces.value().of, subject_.style(), out_);
  return {};
}

Interpreter::Done Interpreter::time(std::string_view /*rest*/) {
  const Times times = subject_.times(process_);
  if (!times.unix_ns && !times.up_s) return base::Error("no times are known of it");
  print_times(times, out_);
  return {};
}

Interpreter::Done Interpreter::modules(std::string_view /*rest*/) {
  const auto modules = subject_.modules(process_);
  if (!modules.ok()) return modules.error();
  print_modules(modules.value(), subject_.style(), out_);
  return {};
}

// "|" lists them, "|1 s" and "|1s" change to number 1.
Interpreter::Done Interpreter::process(std::string_view rest) {
  const std::vector<ProcessRow>& all = subject_.processes();
  if (rest.empty()) {
    for (std::size_t i = 0; i < all.size(); ++i)
      print_process(i, all[i], i == process_, subject_.style(), out_);
    return {};
  }
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  const auto wanted = base::parse_number<std::size_t>(digits);
  if (!wanted || *wanted >= all.size())
    return base::Error(
        fmt::format("there is no process '{}'; '|' lists those that there are", render::escaped(rest)));
  if (base::trimmed(rest.substr(digits.size())) == "s") {
    process_ = *wanted;
  } else {
    print_process(*wanted, all[*wanted], *wanted == process_, subject_.style(), out_);
  }
  return {};
}

Interpreter::Done Interpreter::help(std::string_view /*rest*/) {
  for (const Row& row : rows()) {
    out_ << row.syntax << '\n';
    fmt::print(out_, "    {}\n", row.words);
  }
  out_ << (subject_.style().has_descriptors ? "Descriptors are decimal, FLAGS hexadecimal.\n"
                                            : "Numbers are hexadecimal.\n");
  return {};
}

Interpreter::Done Interpreter::quit(std::string_view /*rest*/) {
  has_ended_ = true;
  return {};
}

}  // namespace ajar::console
