// Whatever a system answers, reading its traces stays within the bytes, and so does telling what is new in
// them since another answer: the first half of the bytes is the earlier one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "capture/win_htrace/handle_traces.h"
#include "capture/win_htrace/seen_traces.h"

namespace {

using ajar::capture::win_htrace::HandleTraces;

void look(std::span<const std::byte> bytes, ajar::capture::win_htrace::SeenTraces& seen) {
  const auto traces = HandleTraces::read(bytes);
  if (!traces) return;
  if (traces->size() * HandleTraces::kTraceSize > bytes.size()) std::abort();
  for (std::size_t i = 0; i < traces->size(); ++i) {
    if (traces->trace(i).frames().size() > ajar::capture::win_htrace::HandleTrace::kMostFrames) std::abort();
  }
  if (seen.look(*traces).count > traces->size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  ajar::capture::win_htrace::SeenTraces seen(8);
  look(bytes.first(size / 2), seen);
  look(bytes.subspan(size / 2), seen);
  return 0;
}
