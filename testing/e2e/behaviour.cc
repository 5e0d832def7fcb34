#include "e2e/behaviour.h"

#include <regex>

namespace ajar::e2e {

std::string without_pids(const std::string& printed) {
  return std::regex_replace(printed, std::regex("\"pid\":[0-9]+"), "\"pid\":…");
}

int status_as_a_shell_gives_it(const harness::Outcome& outcome) {
  return outcome.exit_status.value_or(128 + outcome.signal);
}

}  // namespace ajar::e2e
