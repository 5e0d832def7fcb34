#include "import/windbg/log_text.h"

#include <algorithm>
#include <optional>

#include "base/path.h"
#include "base/words.h"
#include "import/text/lines.h"
#include "import/windbg/table_reader.h"
#include "import/windbg/trace_reader.h"

namespace ajar::import::windbg {
namespace {

std::string_view without_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

// What stands behind the words; nothing where the line does not begin with them.
std::optional<std::string_view> behind(std::string_view line, std::string_view words) {
  if (!base::begins_with(line, words)) return std::nullopt;
  return base::trimmed(line.substr(words.size()));
}

// "0:000> !handle 0 0": what stands behind the prompt.
std::string_view without_prompt(std::string_view line) {
  const std::size_t mark = line.find('>');
  if (mark == std::string_view::npos || mark == 0) return line;
  const std::string_view prompt = line.substr(0, mark);
  const bool is_prompt = prompt.find_first_not_of("0123456789:xkdl ") == std::string_view::npos &&
                         prompt.front() >= '0' && prompt.front() <= '9' &&
                         prompt.find(':') != std::string_view::npos;
  return is_prompt ? base::trimmed(line.substr(mark + 1)) : line;
}

// ".  0    id: 151c    examine    name: c:\windows\system32\inetsrv\w3wp.exe", as `|` says it.
bool take_process(std::string_view line, LogText& text) {
  const std::size_t id = line.find("id: ");
  const std::size_t name = line.find("name: ");
  if (id == std::string_view::npos || name == std::string_view::npos || id > name || id > 16) return false;
  const std::string_view number = line.substr(id + 4);
  const auto pid = hex_number(number.substr(0, number.find_first_of(" \t")));
  if (!pid) return false;
  text.pid = *pid;
  text.program = base::trimmed(line.substr(name + 6));
  return true;
}

// What the debugger says of the process and of itself.
void take_other(std::string_view line, LogText& text) {
  if (take_process(line, text)) return;
  if (const auto command = behind(line, "CommandLine:"); command && text.program.empty()) {
    const bool quoted = command->starts_with('"');
    const std::string_view rest = quoted ? command->substr(1) : *command;
    text.program = rest.substr(0, rest.find(quoted ? '"' : ' '));
  }
  if (base::begins_with(line, "Windows ") && line.find(" Version ") != std::string_view::npos &&
      text.system.empty())
    text.system = line;
  constexpr std::string_view kExports = "Defaulted to export symbols for ";
  if (const std::size_t at = line.find(kExports); at != std::string_view::npos) {
    const std::string_view path = line.substr(at + kExports.size());
    text.exports_only.insert(
        base::lowered(without_extension(base::file_name(base::trimmed(path.substr(0, path.rfind(" -")))))));
  }
}

}  // namespace

LogText read_text(std::span<const std::string> lines) {
  LogText text;
  TableReader tables;
  TraceReader traces;
  for (const std::string& raw : lines) {
    const std::string_view line = base::trimmed(raw);
    const std::string_view command = without_prompt(line);
    if (command.starts_with('!') || command.size() != line.size()) {
      tables.command(command);
      traces.command(command);
      continue;
    }
    take_other(line, text);
    if (line.empty()) {
      traces.take(line);
      tables.take(line);
    } else if (!traces.take(line)) {
      tables.take(line);
    }
  }
  text.tables = tables.finish();
  text.answers = traces.finish();
  return text;
}

}  // namespace ajar::import::windbg
