#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/live_way.h"
#include "capture/recorder.h"
#include "capture/segment/counter_clock.h"
#include "capture/win_agent/entered_process.h"
#include "capture/win_agent/windows_segment.h"

namespace ajar::capture::win_agent {

// The way in on Windows: a library in each process of a program leads its system calls to hooks. Children are
// entered as they begin, before they run anything of their own. One thread at a time.
class WinAgent final : public LiveWay {
 public:
  // `on_message`: one line for the user, of a child that can't be entered.
  WinAgent(Agent agent, Recorder& recorder, std::function<void(const std::string&)> on_message)
      : agent_(std::move(agent)), recorder_(recorder), on_message_(std::move(on_message)) {}

  // Enters a process: one that has not run yet (`is_new`), or one that runs.
  base::Result<void> enter(std::int64_t pid, bool is_new) { return enter(pid, is_new, {}); }
  void follow_children(bool on) { children_ = on; }

  // Handles that were open in all processes when they were entered.
  [[nodiscard]] std::size_t open_at_start() const { return open_at_start_; }

  Progress poll() override;
  void notice_ends() override;
  void snapshot(model::Snapshot::Taken taken) override;
  void ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) override;
  [[nodiscard]] bool settled() const override;
  void finish() override;

 private:
  struct Traced {
    EnteredProcess entered;
    std::unique_ptr<WindowsSegment> reader;
    std::int64_t pid = 0;
    std::optional<model::Time> looked;  // when its last table was read, at which it stands still
    bool over = false;
  };

  base::Result<void> enter(std::int64_t pid, bool is_new, model::TableId parent);
  segment::Identity add_process(std::int64_t pid, bool is_new, model::TableId parent);
  void read_first_table(Traced& traced);
  void tell_what_is_not_seen(const Traced& traced);
  void tell_who_was_not_entered(const Traced& traced);
  void answer_requests(Traced& traced);
  void enter_child(std::int64_t pid, const Traced& by);
  void look_at_last(Traced& traced);
  void look_at(const std::vector<Traced*>& those, model::Snapshot::Taken taken);
  void close(Traced& traced, std::uint32_t exit_status);

  Agent agent_;
  Recorder& recorder_;
  std::function<void(const std::string&)> on_message_;
  segment::CounterClock counter_;
  std::vector<std::unique_ptr<Traced>> traced_;
  std::size_t open_at_start_ = 0;
  bool children_ = true;
  unsigned polls_ = 0;
};

}  // namespace ajar::capture::win_agent
