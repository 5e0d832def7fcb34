#include "cli/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/help.h"

namespace ajar::cli {
namespace {

// In roff a hyphen is typography and a leading dot or quote a request.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string man_command(const Command& command) {
  std::string text = fmt::format(".SH {}\n.B {}\n.PP\n{}.\n{}\n", roff(fmt::format("ajar {}", command.name)),
                                 roff(usage_line(command)), roff(command.summary), roff(command.about));
  for (const Option& option : options_for_help(command)) {
    text += fmt::format(".TP\n.B {}\n{}", roff(spelled(option)), roff(option.help));
    if (!option.choices.empty())
      text += fmt::format(" ({})", roff(fmt::format("{}", fmt::join(option.choices, ", "))));
    text += option.repeatable ? "; may be given more than once\n" : "\n";
  }
  return text;
}

// The long and short names of a command's options, separated by spaces.
std::string words_of(const Command& command) {
  std::string words;
  for (const Option& option : options_for_help(command)) {
    words += words.empty() ? "" : " ";
    for (const char c : option.names) words += c == ',' ? ' ' : c;
  }
  return words;
}

// A `case` of the completion: after an option, its value.
std::string completion_of_values(const Command& command) {
  std::string text;
  for (const Option& option : options_for_help(command)) {
    if (option.value.empty()) continue;
    std::string pattern = option.names;
    if (const std::size_t comma = pattern.find(','); comma != std::string::npos) pattern[comma] = '|';
    const std::string words =
        option.value == "FILE" ? "-f" : fmt::format("-W '{}'", fmt::join(option.choices, " "));
    text += fmt::format("        {}) COMPREPLY=($(compgen {} -- \"$word\")); return ;;\n", pattern, words);
  }
  return text;
}

}  // namespace

std::string man_page() {
  std::string text =
      ".TH AJAR 1 \"\" \"ajar " AJAR_VERSION
      "\" \"User Commands\"\n"
      ".SH NAME\najar \\- find the code that opens handles and never closes them\n.SH SYNOPSIS\n";
  for (const Command& command : commands()) text += fmt::format(".B {}\n.br\n", roff(usage_line(command)));
  text += ".B ajar \\-\\-version\n";
  for (const Command& command : commands()) text += man_command(command);
  text +=
      ".SH EXIT STATUS\n"
      "2 for a wrong command line and bad input. \\fBajar run\\fR otherwise exits with the program's status, "
      "128 and the signal's number where a signal killed it, 126 where the program cannot be executed and "
      "127 "
      "where there is none.\n.SH EXAMPLES\n.nf\n";
  for (const Command& command : commands()) text += roff(command.example) + "\n";
  return text + ".fi\n";
}

std::string bash_completion() {
  std::string names;
  for (const Command& command : commands()) names += fmt::format("{} ", command.name);
  std::string text = fmt::format(
      "# bash completion for ajar\n"
      "_ajar() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} "
      "command=${{COMP_WORDS[1]}}\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W '{}--help --version' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case $command in\n",
      names);
  for (const Command& command : commands()) {
    text += fmt::format("    {})\n      case $before in\n{}      esac\n", command.name,
                        completion_of_values(command));
    text += fmt::format("      [[ $word == -* ]] && COMPREPLY=($(compgen -W '{}' -- \"$word\")) && return\n",
                        words_of(command));
    text += fmt::format("      {} ;;\n",
                        command.operands == Operands::none ? ":" : "COMPREPLY=($(compgen -f -- \"$word\"))");
  }
  return text + "  esac\n}\ncomplete -o filenames -F _ajar ajar\n";
}

}  // namespace ajar::cli
