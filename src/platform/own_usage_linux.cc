#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

#include "base/number.h"
#include "base/words.h"
#include "platform/boot_time.h"
#include "platform/own_usage.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

namespace ajar::platform {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// proc_pid_statm(5): the second number counts pages.
std::uint64_t resident_bytes() {
  const auto text = read_file("/proc/self/statm");
  if (!text.has_value()) return 0;
  std::string_view rest = *text;
  base::take_word(rest);
  return base::parse_number(base::take_word(rest)).value_or(0) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double started_unix_s() {
  const auto info = ProcFs().process(::getpid());
  if (!info) return 0;
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  return (now - std::chrono::duration<double>(age_of(info->start_ticks))).count();
}

}  // namespace

OwnUsage OwnUsage::now() {
  // The same each time, though clocks are set.
  static const double started = platform::started_unix_s();
  OwnUsage usage{.resident_bytes = platform::resident_bytes(), .started_unix_s = started};
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) usage.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
  return usage;
}

}  // namespace ajar::platform
