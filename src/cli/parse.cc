#include "cli/parse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <expected>
#include <optional>

#include "cli/help.h"
#include "cli/suggest.h"

namespace ajar::cli {
namespace {

// What a command line holds besides the options that were understood.
struct Rest {
  std::vector<std::string> words;
  bool help = false;
};

// The last of an option's names is the long one.
std::string long_name(const Option& option) {
  return option.names.substr(option.names.rfind(',') + 1);
}

std::string did_you_mean(const std::string& typed, std::span<const std::string> known) {
  const std::string guess = suggest(typed, known);
  return guess.empty() ? "" : fmt::format("; did you mean '{}'?", guess);
}

Failure unknown_option(const std::string& typed, std::span<const Option> options, const Command& command) {
  std::vector<std::string> known = {"--help"};
  for (const Option& option : options) known.push_back(long_name(option));
  const std::string name = typed.substr(0, typed.find('='));
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) hint = fmt::format("; 'ajar {} --help' lists them", command.name);
  return Failure{fmt::format("unknown option '{}'{}", name, hint)};
}

base::Result<void> apply(const Option& option, const std::string& value) {
  if (!option.choices.empty() && std::ranges::find(option.choices, value) == option.choices.end()) {
    return base::Error(fmt::format("'{}' is none of: {}", value, fmt::join(option.choices, ", ")));
  }
  return option.set(value);
}

CLI::Option* declare(CLI::App& app, const Option& option) {
  if (option.value.empty()) return app.add_flag(option.names);
  CLI::Option* declared = app.add_option(option.names)->expected(option.value_is_optional ? 0 : 1, 1);
  return declared->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// What is wrong with how often an option was given, or with a switch that was given a value ("--json=no").
std::string misuse(const Option& option, std::span<const std::string> values) {
  if (option.value.empty()) {
    return std::ranges::all_of(values, [](const std::string& value) { return value == "true"; })
               ? ""
               : "takes no value";
  }
  if (values.size() < 2 || option.repeatable) return "";
  return fmt::format("given {} times; which {}?", values.size(), option.value);
}

// An option that ends the command line, or is followed by "--".
std::optional<Failure> value_missing(std::span<const Option> options, std::span<CLI::Option* const> declared,
                                     std::span<const std::string> words) {
  if (words.empty()) return std::nullopt;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string last = words.back().substr(0, words.back().find('='));
    if (options[i].value.empty() || !declared[i]->check_name(last)) continue;
    return Failure{fmt::format("{0}: which {1}? write {0} {1}", long_name(options[i]), options[i].value)};
  }
  return std::nullopt;
}

std::optional<Failure> set_all(std::span<const Option> options, std::span<CLI::Option* const> declared) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (declared[i]->count() == 0) continue;
    std::vector<std::string> values = declared[i]->results();
    if (const std::string words = misuse(options[i], values); !words.empty())
      return Failure{fmt::format("{}: {}", long_name(options[i]), words)};
    if (options[i].value.empty()) values = {""};
    for (const std::string& value : values) {
      if (auto set = apply(options[i], value); !set.ok()) {
        return Failure{fmt::format("{}: {}", long_name(options[i]), set.error().message())};
      }
    }
  }
  return std::nullopt;
}

// `before` is the part of the command line before any "--".
std::expected<Rest, Failure> parse_options(const Command& command, std::span<const Option> options,
                                           std::span<const std::string> before) {
  CLI::App app;
  app.allow_windows_style_options(false);
  app.set_help_flag();
  app.allow_extras();
  app.prefix_command(command.operands == Operands::program);
  const CLI::Option* const help = app.add_flag("-h,--help");
  std::vector<CLI::Option*> declared;
  declared.reserve(options.size());
  for (const Option& option : options) declared.push_back(declare(app, option));
  try {
    app.parse(std::vector<std::string>(before.rbegin(), before.rend()));  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    return std::unexpected(value_missing(options, declared, before).value_or(Failure{error.what()}));
  }
  if (help->count() > 0) return Rest{{}, true};
  const std::vector<std::string> rest = app.remaining();
  const bool only_first = command.operands == Operands::program && !rest.empty();
  const std::span<const std::string> suspects = std::span(rest).first(only_first ? 1 : rest.size());
  for (const std::string& word : suspects) {
    if (word.size() > 1 && word.starts_with('-'))
      return std::unexpected(unknown_option(word, options, command));
  }
  if (auto failure = set_all(options, declared)) return std::unexpected(std::move(*failure));
  return Rest{rest, false};
}

std::optional<Failure> check_operands(const Command& command, std::span<const std::string> operands) {
  const std::size_t given = operands.size();
  if (command.operands == Operands::program && (given == 0 || operands[0].empty())) {
    return Failure{fmt::format("which program? for example: {}", command.example)};
  }
  if (command.operands == Operands::file && given != 1) {
    return Failure{fmt::format("{} for example: {}", given == 0 ? "which file?" : "one file at a time;",
                               command.example)};
  }
  if (command.operands == Operands::number_in_file && given != 2) {
    const char* const words = given == 0   ? "which handle?"
                              : given == 1 ? "which file?"
                                           : "one handle and one file at a time;";
    return Failure{fmt::format("{} for example: {}", words, command.example)};
  }
  if (command.operands == Operands::processes && given == 0) {
    return Failure{fmt::format("which process? for example: {}", command.example)};
  }
  if (command.operands == Operands::mark && (given == 0 || given > 2)) {
    return Failure{fmt::format("{} for example: {}",
                               given == 0 ? "which process?" : "one process and one label at a time;",
                               command.example)};
  }
  if (command.operands == Operands::table && given != 1) {
    const char* const words = given == 0 ? "of what?" : "one at a time;";
    return Failure{fmt::format("{} for example: {}", words, command.example)};
  }
  if (command.operands == Operands::none && given != 0) {
    return Failure{fmt::format("takes no '{}'", operands[0])};
  }
  return std::nullopt;
}

// "--" ends the options; what follows it is taken as it is.
std::expected<Invocation, Failure> parse_command(const Command& command, std::span<const std::string> words) {
  Invocation invocation{&command, command.make(), {}};
  if (!invocation.action) {
    return std::unexpected(Failure{
        "not available on Windows yet; 'ajar handles', 'snapshot' and 'diff' look into running processes"});
  }
  const auto mark = static_cast<std::size_t>(std::ranges::find(words, "--") - words.begin());
  const std::vector<Option> options = invocation.action->options();
  std::expected<Rest, Failure> rest = parse_options(command, options, words.first(mark));
  if (!rest) return std::unexpected(std::move(rest.error()));
  if (rest->help) return Invocation{&command, nullptr, {}};
  invocation.operands = std::move(rest->words);
  if (mark < words.size()) {
    const std::span<const std::string> after = words.subspan(invocation.operands.empty() ? mark + 1 : mark);
    invocation.operands.insert(invocation.operands.end(), after.begin(), after.end());
  }
  if (auto failure = check_operands(command, invocation.operands))
    return std::unexpected(std::move(*failure));
  return invocation;
}

Failure unknown_command(const std::string& typed) {
  std::vector<std::string> known;
  for (const Command& command : commands()) known.emplace_back(command.name);
  std::string hint = did_you_mean(typed, known);
  if (hint.empty()) hint = fmt::format("; there are: {}", fmt::join(known, ", "));
  const char* const what = typed.starts_with('-') ? "option" : "command";
  return Failure{fmt::format("unknown {} '{}'{}", what, typed, hint)};
}

}  // namespace

std::variant<Invocation, Answer, Failure> parse(std::span<const std::string> arguments) {
  if (arguments.empty()) return Answer{overview()};
  const std::string& first = arguments[0];
  if (first == "--version") return Answer{version_line()};
  if (first == "--help" || first == "-h") return Answer{overview()};
  if (first == "help") {
    const Command* about = arguments.size() > 1 ? find_command(arguments[1]) : nullptr;
    return Answer{about != nullptr ? command_help(*about) : overview()};
  }
  const Command* command = find_command(first);
  if (command == nullptr) return unknown_command(first);
  const std::span<const std::string> words = arguments.subspan(1);
  if (!words.empty() && (words[0] == "--help" || words[0] == "-h")) return Answer{command_help(*command)};
  std::expected<Invocation, Failure> invocation = parse_command(*command, words);
  if (invocation && !invocation->action) return Answer{command_help(*command)};
  if (invocation) return std::move(*invocation);
  Failure failure = std::move(invocation.error());
  failure.message = fmt::format("{}: {}", command->name, failure.message);
  return failure;
}

}  // namespace ajar::cli
