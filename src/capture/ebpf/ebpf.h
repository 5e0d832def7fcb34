#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "capture/ebpf/code_maps.h"
#include "capture/ebpf/program.h"
#include "capture/kernel/calls_way.h"
#include "capture/kernel/told_file.h"
#include "capture/recorder.h"

namespace ajar::capture::ebpf {

// The way in by a BPF program: it sees each system call of the processes that are watched, however they are
// linked, and nothing is done to them. One thread at a time.
class Ebpf final : public kernel::CallsWay {
 public:
  // Watches processes that run already; `children`: also those that they have made, and make from now on. The
  // error says what is missing, or which process can't be looked into.
  static base::Result<std::unique_ptr<Ebpf>> attach(Recorder& recorder, const std::vector<std::int64_t>& pids,
                                                    bool children);

  // Watches what `start` starts: it makes one process, which becomes another program, and returns its pid;
  // and all that this one makes.
  static base::Result<std::unique_ptr<Ebpf>> launch(Recorder& recorder,
                                                    const std::function<std::int64_t()>& start);

  // Watches the first process that begins a program which is `wanted`, whoever starts it, from its beginning
  // on: at one of the next poll()s. `children`: also those that it makes.
  using Wanted = std::function<bool(const kernel::ToldProgram&)>;
  static base::Result<std::unique_ptr<Ebpf>> await(Recorder& recorder, Wanted wanted, bool children);
  // Which process that is; 0: none has come yet.
  [[nodiscard]] std::int64_t awaited() const { return awaited_; }
  // Of it: how long it had run when it was seen.
  [[nodiscard]] std::chrono::nanoseconds missed() const { return missed_; }

 private:
  struct Put {
    std::uint32_t number = 0;   // of its code in the kernel
    std::uint64_t version = 0;  // of ImageCode, as it was put there
    std::uint32_t changes = 0;
  };

  explicit Ebpf(Recorder& recorder) : CallsWay(recorder) {}

  Progress read() override;
  [[nodiscard]] std::uint64_t lost() const override { return program_->lost(); }
  [[nodiscard]] LostOf lost_of_processes() const override { return program_->lost_of_processes(); }
  void let_go() override { program_.reset(); }

  base::Result<void> load();
  base::Result<std::vector<std::int64_t>> follow(const std::vector<std::int64_t>& pids);
  base::Result<void> watch_more_children();
  base::Result<void> miss_ended();
  base::Result<void> watch(kernel::Process& process, bool children);
  void take(std::span<const std::byte> record);
  void look_whether_awaited(const kernel::CallRecord& record, std::span<const std::byte> bytes);
  void watch_again(const ajar_call& call);
  void let_go_of_refused();
  std::span<const std::uint64_t> frames_of(ajar_call& call, std::span<const std::uint64_t> told);
  void forked(const ajar_call& call);
  void use_code(std::int64_t pid, const Put& code);
  void let_go_of_code(std::int64_t pid);
  void let_go_of_code_of_ended();
  void put_code(kernel::Process& process);

  std::unique_ptr<Program> program_;
  Wanted wanted_;  // nobody: all that are watched are followed
  bool awaits_children_ = false;
  std::int64_t awaited_ = 0;
  std::chrono::nanoseconds missed_{};
  std::set<std::int64_t> refused_;  // are watched, and not meant
  // Of those that begin a program: what they had open, before it is known which one that is.
  std::map<std::int64_t, std::vector<std::vector<std::byte>>> files_before_;
  std::unique_ptr<CodeMaps> codes_;
  std::map<std::int64_t, Put> code_of_;  // by pid
  std::size_t bytes_read_ = 0;
  // What was told last of each place that has a named stack (AJAR_STACK_NAME).
  struct Named {
    std::uint64_t name = 0;
    std::uint32_t walked = 0;
    std::vector<std::uint64_t> frames;
  };
  std::unordered_map<std::uint32_t, Named> named_;
};

}  // namespace ajar::capture::ebpf
