#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/world.h"

// The rows of a World that every source makes for a process of which it knows its number.
namespace ajar::model {

// One that was there before anybody looked, with an image and a table of its own.
struct ProcessRows {
  std::uint64_t pid = 0;  // 0: not known
  ProcessId process;
  ImageId image;
  TableId table;
};

ProcessRows add_process(World& world, std::uint64_t pid, std::string path);

// The same in rows that there are already, of a process to which nothing refers any more.
void put_process(World& world, const ProcessRows& rows, std::string path);

// It has ended, and so have its image and its table.
void end_process(World& world, const ProcessRows& rows, Time at);

// Threads that operated on a process's handles, each once. Those of other processes push handles in: of such
// a process nothing else is known, and its row says so. Where the process's own pid is not known, or a
// thread's, the thread counts as its own.
class ThreadRows {
 public:
  // With the threads that the process has in the world already. The world must outlive it.
  ThreadRows(const ProcessRows& of, World& world);

  [[nodiscard]] bool is_own(std::uint64_t pid) const { return of_.pid == 0 || pid == 0 || pid == of_.pid; }
  ThreadId of(std::uint64_t pid, std::uint64_t tid);

 private:
  ProcessId other(std::uint64_t pid);

  ProcessRows of_;
  World& world_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, ThreadId> known_;
  std::map<std::uint64_t, ProcessId> others_;
};

}  // namespace ajar::model
