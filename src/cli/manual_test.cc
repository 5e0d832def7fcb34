#include "cli/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/help.h"

namespace ajar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// Every name under which an option can be given: "-o", "--output".
std::vector<std::string> option_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    for (const Option& option : options_for_help(command)) {
      names.push_back(option.names.substr(option.names.rfind(',') + 1));
    }
  }
  return names;
}

std::string without_backslashes(std::string text) {
  std::erase(text, '\\');
  return text;
}

TEST(Manual, NamesEveryCommandAndOption) {
  const std::string page = without_backslashes(man_page());
  for (const Command& command : commands())
    EXPECT_THAT(page, HasSubstr(".SH ajar " + std::string(command.name)));
  for (const std::string& name : option_names()) EXPECT_THAT(page, HasSubstr(name));
}

TEST(Manual, LeavesNoHyphenForManToTurnIntoTypography) {
  EXPECT_THAT(man_page(), HasSubstr("\\-\\-error\\-exitcode"));
  EXPECT_THAT(man_page(), Not(HasSubstr("--")));
}

TEST(Completion, OffersEveryCommandAndOption) {
  const std::string script = bash_completion();
  EXPECT_THAT(
      script,
      HasSubstr("'run attach report who-closed symbols handles snapshot watch top dump mark diff console "
                "check --help --version'"));
  for (const std::string& name : option_names()) EXPECT_THAT(script, HasSubstr(name));
}

TEST(Completion, OffersAnOptionsChoices) {
  EXPECT_THAT(bash_completion(), HasSubstr("--error-on) COMPREPLY=($(compgen -W 'leak suspect any' "));
  EXPECT_THAT(bash_completion(), HasSubstr("-o|--output) COMPREPLY=($(compgen -f "));
}

TEST(Help, FitsATerminal) {
  for (const Command& command : commands()) {
    std::istringstream lines(command_help(command));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

}  // namespace
}  // namespace ajar::cli
