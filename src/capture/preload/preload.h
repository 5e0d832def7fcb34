#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/live_way.h"
#include "capture/preload/children.h"
#include "capture/preload/host_pid.h"
#include "capture/preload/linux_segment.h"
#include "capture/preload/session_folder.h"
#include "capture/preload/silent_processes.h"
#include "capture/recorder.h"
#include "capture/segment/counter_clock.h"
#include "platform/procfs.h"

namespace ajar::capture::preload {

// The way in through the C library: programs are started with the agent in LD_PRELOAD, every process of them
// reports in with a segment in the session's folder, or is listed as not traced. One thread at a time.
class Preload final : public LiveWay {
 public:
  // `agent` is the agent library's path.
  static base::Result<std::unique_ptr<Preload>> create(std::string agent, Recorder& recorder);

  // What a program's environment must have (NAME=VALUE), made from the one it would have had.
  [[nodiscard]] std::vector<std::string> environment(std::vector<std::string> inherited) const;

  // Finds processes that reported in, reads what they wrote, notices those that ended.
  Progress poll() override;
  void notice_ends() override;
  void snapshot(model::Snapshot::Taken taken) override;

  // The folder in which processes report in; that user may write into it, too.
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  base::Result<void> let_in(std::uint32_t user) {
    children_.belong_to(user);
    return folder_.give_to(user);
  }

  // The agent was injected into that process: it has reported in, with its table. Children that it has made
  // before are no concern. The number of handles that were open.
  base::Result<std::size_t> entered(std::int64_t pid);

  // ajar itself has started the program, with that environment. `before`: CLOCK_MONOTONIC, before it did.
  void started(std::int64_t pid, const std::string& path, std::chrono::nanoseconds before);

  void ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) override;
  [[nodiscard]] bool settled() const override { return running().empty() && children_.empty(); }
  // Tells the agents in processes that go on that nobody listens any more.
  void finish() override;

 private:
  Preload(std::string agent, SessionFolder folder, Recorder& recorder)
      : agent_(std::move(agent)),
        folder_(std::move(folder)),
        recorder_(recorder),
        children_(session_in(folder_.path())),
        silent_(recorder) {}

  struct Traced {
    std::unique_ptr<LinuxSegment> reader;
    std::int64_t pid = 0;           // as ajar sees it
    std::int64_t own_pid = 0;       // as it sees itself
    std::uint64_t start_ticks = 0;  // 0: nothing was seen of the process but what it wrote
    bool over = false;              // its process ended, or another image took its place
  };

  struct End {
    std::int64_t pid = 0;
    std::optional<int> exit_status, signal;
  };

  void discover();
  void adopt(SharedMemory memory, ring::Consumer consumer);
  segment::Identity identify(const ajar_segment& header, const HostProcess& host,
                             const LinuxSegment* forked_from);
  model::ProcessId add_process(const ajar_segment& header, const HostProcess& host, model::Time started);
  model::ImageId add_image(model::ProcessId process, model::TableId table, const ajar_segment& header,
                           model::Time started);
  Traced* living(std::int64_t pid);
  Traced* by_key(std::uint64_t key);
  static Announcer announcer(const Traced& traced);
  [[nodiscard]] std::vector<Announcer> announcers() const;
  std::size_t read(Traced& traced, bool writer_gone);
  void close(Traced& traced, model::Time at, bool process_ended);
  // Those that are still awaited and for which that is in vain are listed.
  void settle_children(bool at_end);
  void set_end(model::ProcessId id);
  [[nodiscard]] std::vector<std::int64_t> running() const;

  std::string agent_;
  SessionFolder folder_;
  Recorder& recorder_;
  segment::CounterClock counter_;
  platform::ProcFs procfs_;
  std::optional<std::uint64_t> pid_namespace_ = procfs_.own_pid_namespace();  // where numbers are ours
  Children children_;
  SilentProcesses silent_;
  std::vector<Traced> traced_;
  std::optional<End> end_;            // of the program that ajar started
  std::vector<std::string> refused_;  // segments that make no sense, not to be tried again
  unsigned polls_ = 0;
};

}  // namespace ajar::capture::preload
