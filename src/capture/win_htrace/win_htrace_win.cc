#include "capture/win_htrace/tracing.h"
#include "capture/win_htrace/win_htrace.h"

namespace ajar::capture::win_htrace {

base::Result<void> WinHtrace::usable() {
  return has_tracing(*this_system());
}

base::Result<std::unique_ptr<WinHtrace>> WinHtrace::attach(Recorder& recorder,
                                                           const std::vector<std::int64_t>& pids) {
  return attach(recorder, pids, this_system());
}

}  // namespace ajar::capture::win_htrace
