#include "conformance/ways.h"

#include <unistd.h>

#include <sstream>

#include "e2e/ajar_command.h"
#include "platform/privileges.h"

namespace ajar::conformance {

std::vector<std::string> ways_that_work(std::string_view printed) {
  std::vector<std::string> ways;
  std::istringstream lines{std::string(printed)};
  for (std::string line; std::getline(lines, line) && line != "this machine:";) {
    std::istringstream words(line);
    std::string way;
    std::string verdict;
    if (words >> way >> verdict && verdict == "works") ways.push_back(way);
  }
  return ways;
}

namespace {

// Not only its own children, as Yama has it.
bool may_trace_others() {
  return ::geteuid() == 0 || platform::yama_scope().value_or(0) == 0;
}

}  // namespace

std::vector<std::string> usable_ways() {
  const harness::TempDir directory;
  std::vector<std::string> ways;
  for (const std::string& way : ways_that_work(harness::run(e2e::ajar(directory, {"check"})).out)) {
    if (way != "inject") ways.push_back(way);  // which starts no program
    if (way == "ebpf" || (way != "preload" && may_trace_others())) ways.push_back(std::string(kAttach) + way);
  }
  return ways;
}

}  // namespace ajar::conformance
