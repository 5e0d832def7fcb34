#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "capture/kernel/call_events.h"
#include "capture/kernel/call_record.h"
#include "capture/testing/world_recorder.h"

// What a record has in it comes from the memory of whoever made the call, and its lengths from a program in
// the kernel. The input is a row of records of 256 bytes; most are this process's own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::capture;
  constexpr std::size_t kRecord = 256;
  testing::WorldRecorder recorder;
  kernel::Processes processes(recorder);
  kernel::CallEvents events(recorder, processes);
  if (!processes.attach(::getpid())) return 0;
  std::span<const std::uint8_t> rest(data, size);
  while (!rest.empty()) {
    std::vector<std::uint64_t> words(kRecord / sizeof(std::uint64_t));
    const std::size_t count = std::min(rest.size(), kRecord);
    std::memcpy(words.data(), rest.data(), count);
    rest = rest.subspan(count);
    auto record = kernel::parse_record(std::as_bytes(std::span(words)).first(count));
    if (!record) continue;
    ajar_call& call = record->call;
    if (call.pid % 4 != 0) call.pid = static_cast<ajar_u32>(::getpid());
    call.kind %= 16;
    call.number %= 600;
    call.abi %= 3;
    events.take(*record);
  }
  return 0;
}
