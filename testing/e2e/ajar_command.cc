#include "e2e/ajar_command.h"

namespace ajar::e2e {

using harness::Command;
using harness::TempDir;

Command ajar(const TempDir& directory, std::vector<std::string> words) {
  words.insert(words.begin(), AJAR_PROGRAM);
  return Command{.words = std::move(words),
                 .environment = {{"NO_COLOR", "1"}, {"LD_PRELOAD", std::nullopt}},
                 .directory = directory.path()};
}

Command ajar_run(const TempDir& directory, std::vector<std::string> victim,
                 const std::vector<std::string>& options) {
  std::vector<std::string> words = {"run", "-o", "x.ajar"};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.insert(words.end(), victim.begin(), victim.end());
  return ajar(directory, std::move(words));
}

bool has_attached(const harness::Running& attach) {
  return attach.wait_until([&] { return attach.err().find("attached to") != std::string::npos; });
}

}  // namespace ajar::e2e
