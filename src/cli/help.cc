#include "cli/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "render/escape.h"

namespace ajar::cli {
namespace {

constexpr std::size_t text_width = 80;

std::string wrapped(std::string_view text, std::size_t indent) {
  return render::wrapped(text, indent, text_width);
}

std::string with_choices(const Option& option) {
  if (option.choices.empty()) return option.help;
  return fmt::format("{} ({})", option.help, fmt::join(option.choices, ", "));
}

}  // namespace

std::string usage_line(const Command& command) {
  const char* operands = "";
  if (command.operands == Operands::file) operands = " FILE";
  if (command.operands == Operands::program) operands = " -- PROGRAM [ARGUMENT...]";
  if (command.operands == Operands::tables) operands = " [PID|NAME|RECORDING]...";
  if (command.operands == Operands::processes) operands = " PID|NAME...";
  if (command.operands == Operands::any_processes) operands = " [PID|NAME]...";
  if (command.operands == Operands::number_in_file) operands = " FD FILE";
  if (command.operands == Operands::mark) operands = " PID|NAME [LABEL]";
  if (command.operands == Operands::table) operands = " PID|NAME|RECORDING|DUMP|TEXT";
  return fmt::format("ajar {} [OPTION...]{}", command.name, operands);
}

std::vector<Option> options_for_help(const Command& command) {
  std::vector<Option> options;
  if (const auto action = command.make()) options = action->options();
  options.push_back({.names = "-h,--help", .help = "print this and exit"});
  return options;
}

std::string spelled(const Option& option) {
  std::string names = option.names;
  if (const std::size_t comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
  if (option.value.empty()) return names;
  return names + (option.value_is_optional ? " [" + option.value + "]" : " " + option.value);
}

std::string overview() {
  std::string text =
      "ajar finds the code that opens handles (file descriptors, sockets, …) and never closes them.\n\n"
      "usage: ajar COMMAND [OPTION...]\n\n";
  for (const Command& command : commands())
    text += fmt::format("  {:10} {}\n", command.name, command.summary);
  text += "\nfor example:\n";
  for (const Command& command : commands()) text += fmt::format("  {}\n", command.example);
  return text + "\n'ajar COMMAND --help' tells more; 'ajar --version' the version.\n";
}

std::string command_help(const Command& command) {
  std::string text = fmt::format("ajar {}: {}\n\nusage: {}\n\n{}\n\n", command.name, command.summary,
                                 usage_line(command), wrapped(command.about, 0));
  for (const Option& option : options_for_help(command)) {
    constexpr std::size_t indent = 28;
    const std::string name = spelled(option);
    const std::string gap = name.size() + 4 > indent ? fmt::format("\n{:{}}", "", indent) : "";
    text += fmt::format("  {:26}{}{}\n", name, gap, wrapped(with_choices(option), indent));
  }
  return text + fmt::format("\nfor example: {}\n", command.example);
}

std::string version_line() {
  return "ajar " AJAR_VERSION "\n";
}

}  // namespace ajar::cli
