#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/preload/announcement.h"
#include "capture/preload/no_agent.h"
#include "model/ids.h"
#include "platform/procfs.h"

namespace ajar::capture::preload {

// Who announces.
struct Announcer {
  std::int64_t own_pid = 0;  // as it sees itself
  std::int64_t pid = 0;      // as ajar sees it
  model::ProcessId process;
  model::ImageId image;
};

// A process, or what a traced process became, in which there is no agent.
struct Untraced {
  std::int64_t own_pid = 0;
  std::int64_t pid = 0;           // as ajar sees it; 0: nobody knows it
  std::uint64_t start_ticks = 0;  // 0: it was never seen
  Announcer announcer;
  bool itself = false;    // the announcer became this
  bool executed = false;  // it is, or was, another program than its parent
  bool ended = false;
  std::uint64_t since = 0;  // of the agent's clock: when it was made, or became what it is; 0: not known
  std::string path;         // of the program; empty where that is not known, or its parent's
  std::string reason;       // in words
};

// Keeps those that were announced until they report in, or until it is clear, and why, that they will not.
// One thread at a time.
class Children {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Children(Session session) : session_(std::move(session)) {}

  void hear(const Announcement& said, const Announcer& by);

  // Looks for children of these that nobody has spoken of: made by system calls of the program's own.
  void look_for_strangers(const platform::ProcFs& proc, const std::vector<Announcer>& parents);

  // The session is that user's from now on.
  void belong_to(std::uint32_t user) { session_.user = user; }

  // These are strangers that are to be left alone: they were there before.
  void leave_out(const std::vector<std::int64_t>& pids) {
    for (const std::int64_t pid : pids) left_out_.insert(pid);
  }

  // A process made its segment: `own_pid` as it sees itself, `pid` as ajar sees it (in a pid namespace of its
  // own these differ), `created` of the agent's clock.
  void reported_in(std::int64_t own_pid, std::int64_t pid, std::uint64_t created);

  // Those that will not report in, as far as can be told now. Each is told again until it is given up.
  std::vector<Untraced> look(const platform::ProcFs& proc, bool at_end);

  // False where it has reported in after all.
  bool give_up(const Untraced& untraced);

  // Whether nothing is waited for.
  [[nodiscard]] bool empty() const { return awaited_.empty(); }

 private:
  struct Awaited {
    std::int64_t pid = 0;  // as it sees itself; 0: not known
    Announcer by;
    bool itself = false;  // `by` is what becomes a program
    bool borrows_memory = false;
    std::uint64_t since = 0;
    Told told;
    std::uint64_t start_ticks = 0;  // once it was seen
    Clock::time_point next_look{};
    Clock::duration pause{};
    bool over = false;  // nothing more is to be found out
  };

  static Untraced untraced_of(const Awaited& awaited);
  Awaited* find(std::int64_t pid);
  Awaited* await(const Announcement& said, const Announcer& by);
  [[nodiscard]] std::optional<Untraced> judge(Awaited& awaited, const platform::ProcFs& proc,
                                              bool at_end) const;
  [[nodiscard]] std::optional<Untraced> judge_unnumbered(const Awaited& awaited,
                                                         const platform::ProcFs& proc) const;
  [[nodiscard]] std::int64_t unnumbered_child(std::int64_t parent, const platform::ProcFs& proc) const;

  Session session_;
  std::vector<Awaited> awaited_;  // in the order in which they were announced
  std::set<std::int64_t> left_out_;
  std::unordered_map<std::int64_t, std::uint64_t> last_report_;  // by pid: when its last segment was made
};

}  // namespace ajar::capture::preload
