#include "console/trace_layout.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "render/escape.h"

namespace ajar::console {
namespace {

constexpr std::string_view kRule = "--------------------------------------\n";
constexpr std::array<std::string_view, 3> kWords = {"OPEN", "CLOSE", "BADREF"};

// "ntdll!ZwOpenKey+0x0000000c"; code that nobody knows is so far from nothing.
std::string symbol_of(const CodeLine& line, const Style& style) {
  std::string text = line.module;
  if (!line.function.empty()) text += (text.empty() ? "" : "!") + line.function;
  if (text.empty()) return fmt::format("+0x{:0{}x}", line.address.value_or(0), style.digits);
  if (line.displacement) text += fmt::format("+0x{:0{}x}", *line.displacement, style.digits);
  if (!line.file.empty() && line.line != 0) text += fmt::format(" [{} @ {}]", line.file, line.line);
  return text;
}

void print_line(const CodeLine& line, const Style& style, std::ostream& out) {
  if (!line.note.empty()) {
    fmt::print(out, "*** {}\n", line.note);
    return;
  }
  const auto digits = static_cast<std::size_t>(style.digits);
  const std::string address =
      line.address ? fmt::format("{:0{}x}", *line.address, style.digits) : std::string(digits, '?');
  fmt::print(out, "0x{}: {}\n", address, render::escaped(symbol_of(line, style)));
}

void print_trace(const Trace& trace, const Style& style, std::ostream& out) {
  fmt::print(out, "{}Handle = {} - {}\n", kRule, padded_number(trace.handle, style),
             kWords[std::to_underlying(trace.what)]);
  fmt::print(out, "Thread ID = {}, Process ID = {}\n\n", padded_number(trace.thread, style),
             padded_number(trace.process, style));
  for (const CodeLine& line : trace.stack) print_line(line, style, out);
}

}  // namespace

void print_traces(std::span<const Trace> traces, std::uint64_t parsed, const Style& style,
                  std::ostream& out) {
  for (const Trace& trace : traces) print_trace(trace, style, out);
  fmt::print(out, "{}Parsed 0x{:X} stack traces.\nDumped 0x{:X} stack traces.\n", kRule, parsed,
             traces.size());
}

void print_outstanding(std::span<const Trace> traces, std::uint64_t fresh, const Style& style,
                       std::ostream& out) {
  fmt::print(out, "0x{:x} new stack traces since the previous snapshot.\n", fresh);
  out << "Ignoring handles that were already closed...\n";
  out << "Outstanding handles opened since the previous snapshot:\n";
  if (traces.empty()) {
    out << "No outstanding handles opened since the previous snapshot were detected.\n";
    return;
  }
  for (const Trace& trace : traces) print_trace(trace, style, out);
  fmt::print(out,
             "{}Displayed 0x{:x} stack traces for outstanding handles opened since the previous snapshot.\n",
             kRule, traces.size());
}

}  // namespace ajar::console
