#include "report/system_logs.h"

#include <algorithm>
#include <array>

namespace ajar::report {

std::string_view trouble_word(SystemTrouble::Of of) {
  static constexpr std::array<std::string_view, 4> kWords = {"pool", "ports", "memory", "maybe"};
  return kWords[static_cast<std::size_t>(of)];
}

bool has_trouble(const SystemLogs& logs, bool of_handles) {
  const auto matters = [&](const SystemTrouble& trouble) { return !of_handles || is_of_handles(trouble.of); };
  return std::ranges::any_of(logs.logs, [&](const SystemLog& log) {
    return std::ranges::any_of(
        log.runs, [&](const SystemRun& run) { return std::ranges::any_of(run.troubles, matters); });
  });
}

}  // namespace ajar::report
