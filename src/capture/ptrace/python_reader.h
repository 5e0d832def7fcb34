#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "capture/ptrace/python_table.h"
#include "capture/ptrace/still_memory.h"
#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {

// CPython's own frames of threads that stand still, as the BPF program reads them (wire/python_frames.h). One
// thread at a time.
class PythonReader {
 public:
  // `tell` gets each code object before the first frame that names it, with its texts; false where it can't
  // be told now.
  using Tell = std::function<bool(const ajar_python_code&, std::string_view payload)>;
  explicit PythonReader(const PythonTable& table) : table_(table) {}

  struct Frames {
    std::vector<std::uint64_t> words;
    std::uint32_t met = 0;
  };
  Frames frames(int pid, int tid, const Tell& tell);

  // A child has what its parent had, until ajar says more.
  void forked(int pid, int child);
  // Another program, or gone.
  void forget(int pid);
  void thread_ended(int tid) { threads_.erase(tid); }

 private:
  class Walk;

  [[nodiscard]] std::optional<ajar_python> where_of(int pid) const;

  const PythonTable& table_;
  StillMemory memory_;
  std::unordered_map<int, int> parents_;
  std::unordered_map<int, std::uint64_t> threads_;                // their states, as they were found last
  std::set<std::tuple<int, std::uint64_t, std::uint32_t>> told_;  // by process, code object and its mark
};

}  // namespace ajar::capture::ptrace
