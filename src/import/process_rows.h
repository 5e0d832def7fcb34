#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/world.h"

// The rows of a World that every kind of file makes for a process.
namespace ajar::import {

// One that was there before anybody looked, with an image and a table of its own.
struct ProcessRows {
  std::uint64_t pid = 0;  // 0: not known
  model::ProcessId process;
  model::ImageId image;
  model::TableId table;
};

ProcessRows add_process(model::World& world, std::uint64_t pid, std::string path);

// Threads that operated on a process's handles, each once. Those of other processes push handles in: of such
// a process nothing else is known, and its row says so. Where the process's own pid is not known, or a
// thread's, the thread counts as its own.
class ThreadRows {
 public:
  // With the threads that the process has in the world already. Both must outlive it.
  ThreadRows(const ProcessRows& of, model::World& world);

  [[nodiscard]] bool is_own(std::uint64_t pid) const { return of_.pid == 0 || pid == 0 || pid == of_.pid; }
  model::ThreadId of(std::uint64_t pid, std::uint64_t tid);

 private:
  model::ProcessId other(std::uint64_t pid);

  const ProcessRows& of_;
  model::World& world_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, model::ThreadId> known_;
  std::map<std::uint64_t, model::ProcessId> others_;
};

}  // namespace ajar::import
