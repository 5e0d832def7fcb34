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

// A process says that it ends before it is seen to have ended: if it did, that can be read by now.
void CallsWay::notice_ends() {
  const std::vector<std::int64_t> dead = processes_.dead();
  if (dead.empty()) return;
  read();
  tell_loss();
  for (const std::int64_t pid : dead) processes_.ended_unsaid(pid, {}, {});
}

void CallsWay::ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) {
  read();
  tell_loss();
  processes_.ended_unsaid(pid, exit_status, signal);
}

void CallsWay::tell_loss() {
  const std::uint64_t lost = this->lost();
  if (lost == std::exchange(lost_, lost)) return;
  std::uint64_t known = 0;
  for (const auto& [pid, count] : lost_of_processes()) {
    known += count;
    std::uint64_t& told = told_lost_[pid];
    if (count > told) processes_.lost(pid, count - std::exchange(told, count));
  }
  const std::uint64_t somebodys = lost > known ? lost - known : 0;
  if (somebodys > told_somebodys_) processes_.lost(somebodys - std::exchange(told_somebodys_, somebodys));
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
