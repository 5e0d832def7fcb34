#include "harness/victims.h"

#include <sstream>

namespace ajar::harness {

std::string victim(std::string_view name) {
  return std::string(AJAR_VICTIM_DIR "/").append(name);
}

std::vector<std::string> victim_command(std::string_view run) {
  std::vector<std::string> words;
  std::istringstream list{std::string(run)};
  for (std::string word; list >> word;) words.push_back(words.empty() ? victim(word) : word);
  return words;
}

const std::vector<std::string>& victim_runs() {
  static const std::vector<std::string> runs = {
#define AJAR_VICTIM_RUN(run) run,
#include "victim_runs.inc"
#undef AJAR_VICTIM_RUN
  };
  return runs;
}

}  // namespace ajar::harness
