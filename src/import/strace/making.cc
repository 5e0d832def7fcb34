#include "import/strace/making.h"

#include <algorithm>

#include "base/number.h"
#include "base/words.h"
#include "import/strace/call_text.h"
#include "import/strace/constants.h"
#include "import/strace/log_line.h"
#include "tables/kernel_words.h"

namespace ajar::import::strace {
namespace {

constexpr std::string_view kDigits = "0123456789";

std::uint32_t leading_number(std::string_view text) {
  return base::parse_number<std::uint32_t>(text.substr(0, text.find_first_not_of(kDigits))).value_or(0);
}

}  // namespace

std::uint64_t making_flags(std::string_view call, std::string_view text) {
  constexpr std::uint64_t kMemoryAndVfork = 0x4100;  // CLONE_VM, CLONE_VFORK
  constexpr std::string_view kFlags = "flags=";
  if (call == "vfork") return kMemoryAndVfork;
  const std::size_t at = text.find(kFlags);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + kFlags.size());
  const std::uint64_t flags = number_of(text.substr(0, text.find_first_of(",})")));
  constexpr std::uint64_t kNothingNamed = 0xffffffff;  // a signal alone: number_of()
  return flags == kNothingNamed ? 0 : flags;
}

std::uint32_t maker_in(std::string_view text, std::uint32_t made) {
  constexpr std::size_t kFar = 4U << 20U;  // bytes
  text = text.substr(0, kFar);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (whole.find(" resumed>") == std::string_view::npos) continue;
    const LogLine line = parse_line(whole);
    const bool makes =
        line.name == "clone3" || line.name == "clone" || line.name == "vfork" || line.name == "fork";
    if (line.what != LogLine::What::resumed || !makes) continue;
    const auto call = parse_call(line.text);
    if (call && call->result.known && call->result.value == made) return line.pid;
  }
  return 0;
}

std::set<std::uint32_t> children_that_end(std::string_view log) {
  constexpr std::string_view kSignal = "--- SIGCHLD {";
  constexpr std::string_view kPid = "si_pid=";
  std::set<std::uint32_t> pids;
  for (std::size_t at = log.find(kSignal); at != std::string_view::npos; at = log.find(kSignal, at)) {
    at += kSignal.size();
    const std::string_view line = log.substr(at, std::min(log.find('\n', at), log.size()) - at);
    const std::size_t pid = line.find(kPid);
    if (pid != std::string_view::npos) pids.insert(leading_number(line.substr(pid + kPid.size())));
  }
  return pids;
}

Ending ending_of(std::string_view words) {
  constexpr std::string_view kExited = "exited with ";
  constexpr std::string_view kKilled = "killed by ";
  constexpr int kSignals = 64;
  if (words.starts_with(kExited))
    return {.exit_status = static_cast<std::int32_t>(leading_number(words.substr(kExited.size()))),
            .signal = {}};
  if (!words.starts_with(kKilled)) return {};
  words.remove_prefix(kKilled.size());
  const std::string_view name = base::take_word(words);
  for (int signal = 1; signal <= kSignals; ++signal) {
    if (tables::signal_names(std::uint64_t{1} << static_cast<unsigned>(signal - 1)) == name)
      return {.exit_status = {}, .signal = signal};
  }
  return {};
}

}  // namespace ajar::import::strace
