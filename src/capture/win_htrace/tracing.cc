#include "capture/win_htrace/tracing.h"

#include <algorithm>

#include "capture/win_htrace/handle_traces.h"

namespace ajar::capture::win_htrace {
namespace {

namespace win = platform::win;

constexpr std::uint32_t kFewestSlots = 0x80;
constexpr std::size_t kSystemsOwnSlots = 4096;  // where nobody says how many

base::Error no_tracing(win::Status status) {
  return base::Error("this system has no kernel handle tracing, as Wine has none (" +
                     win::status_number(status) + "): use --via agent");
}

base::Error refused(const std::string& process, win::Status status) {
  if (win::is_unknown(status)) return no_tracing(status);
  if (status == win::kProcessIsEnding) return base::Error(process + " is ending");
  const std::string what = process + ": handle tracing: " + win::status_words(status);
  if (status == win::kAccessDenied)
    return base::Error(what + "; run ajar as administrator (a protected process lets nobody trace it)");
  return base::Error(what + "; use --via agent");
}

// Whether no other number of slots would be granted either.
bool is_final(win::Status status) {
  return win::is_unknown(status) || status == win::kAccessDenied || status == win::kProcessIsEnding;
}

// Application Verifier and debuggers turn it on, too. A process of which nothing is traced has no traces.
std::size_t kept_already(HandleTracer& tracer) {
  const auto answer = tracer.query();
  if (!answer) return 0;
  const auto traces = HandleTraces::read(*answer);
  return traces ? traces->size() : 0;
}

}  // namespace

base::Result<Tracing> start_tracing(HandleTracer& tracer, const std::string& process) {
  if (const std::size_t kept = kept_already(tracer); kept > 0)
    return Tracing{.slots = std::max(kept, kSystemsOwnSlots), .was_on = true};
  for (std::uint32_t slots = kMostSlots; slots >= kFewestSlots; slots /= 2) {
    const win::Status status = tracer.enable(slots);
    if (status >= 0) return Tracing{.slots = slots, .was_on = false};
    if (is_final(status)) return refused(process, status);
  }
  if (const win::Status status = tracer.enable(0); status < 0) return refused(process, status);
  return Tracing{.slots = kSystemsOwnSlots, .was_on = false};
}

base::Result<void> has_tracing(System& system) {
  if (const win::Status status = system.probe(); win::is_unknown(status)) return no_tracing(status);
  return {};
}

}  // namespace ajar::capture::win_htrace
