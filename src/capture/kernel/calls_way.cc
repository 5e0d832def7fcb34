#include "capture/kernel/calls_way.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

namespace ajar::capture::kernel {

LiveWay::Progress CallsWay::poll() {
  const Progress progress = read();
  tell_loss();
  constexpr unsigned kLookAtEndsEvery = 64;
  if (++polls_ % kLookAtEndsEvery == 0) notice_ends();
  return progress;
}

// What happened before it must be known before it.
void CallsWay::snapshot(model::Snapshot::Taken taken) {
  const std::vector<model::TableId> read = processes_.read_tables(taken);
  poll();
  processes_.record_tables(read);
}

void CallsWay::ended(std::int64_t /*pid*/, std::optional<int> /*exit_status*/,
                     std::optional<int> /*signal*/) {}

void CallsWay::tell_loss() {
  const std::uint64_t lost = this->lost();
  const std::uint64_t more = lost - std::exchange(lost_, lost);
  if (more != 0) processes_.lost(more);
}

void CallsWay::finish() {
  poll();
  if (processes_.any_alive()) {
    snapshot(model::Snapshot::Taken::periodic);
    // What a thread opened before that may be told a little later, where others had the processor meanwhile.
    constexpr int kLastLooks = 8;
    for (int i = 0; i < kLastLooks; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      poll();
    }
  }
  let_go();
}

}  // namespace ajar::capture::kernel
