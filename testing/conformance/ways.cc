#include "conformance/ways.h"

#include <unistd.h>

#include <sstream>

#include "e2e/ajar_command.h"

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
  const char* const scope = "/proc/sys/kernel/yama/ptrace_scope";
  return ::geteuid() == 0 || ::access(scope, F_OK) != 0 || harness::read_file(scope) == "0\n";
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
