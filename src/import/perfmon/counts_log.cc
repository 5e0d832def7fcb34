#include "import/perfmon/counts_log.h"

namespace ajar::import::perfmon {

std::uint32_t CountsLog::name(std::string_view text) {
  if (const auto known = numbers_.find(text); known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(names.size());
  names.emplace_back(text);
  numbers_.emplace(text, number);
  return number;
}

bool is_no_process(std::string_view instance, std::optional<std::uint64_t> pid) {
  return pid.value_or(0) == 0 && (instance == "_Total" || instance == "Idle");
}

}  // namespace ajar::import::perfmon
