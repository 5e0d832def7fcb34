#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyze/tables/tables_at.h"
#include "base/result.h"
#include "model/process_rows.h"
#include "model/world.h"
#include "report/tables.h"

namespace ajar::session {

// How much is asked of the kernel. On Linux a summary costs one readlink a handle and little more, and has
// the names but those of sockets; on Windows it is one question for all handles and has none.
enum class TableDepth : std::uint8_t { summary, names, details };

// A living process's table as it was read.
struct LiveTable {
  analyze::TableAt table;
  std::vector<report::Limit> limits;  // that its handles count against, the nearest first
};

// Handle tables of living processes, in the form of a recording: the world grows by each process that is read
// for the first time. One thread at a time.
class LiveTables {
 public:
  // A large table is read by at most so many threads; 0: as many as there are processors.
  explicit LiveTables(unsigned threads = 0);
  LiveTables(const LiveTables&) = delete;
  LiveTables& operator=(const LiveTables&) = delete;
  ~LiveTables();

  // The tables of these processes, in this order. Those that are gone, or may not be looked into, are left
  // out and stand in `troubles()` of this call, one line each; so does what is not known of the others.
  std::vector<LiveTable> read(const std::vector<std::int64_t>& pids, TableDepth depth);
  [[nodiscard]] const std::vector<std::string>& troubles() const { return troubles_; }

  // The same, all from one moment on, with what each shares with the others, which is told on Linux only.
  // Names are known there, too; on Windows it is summaries.
  std::vector<LiveTable> read_together(const std::vector<std::int64_t>& pids);

  // How many other processes could not be looked into for what they hold, where the last call asked for that.
  [[nodiscard]] std::uint64_t unread() const { return unread_; }

  [[nodiscard]] const model::World& world() const { return world_; }
  [[nodiscard]] model::Time now() const;

  // The process's row in the world, which it gets now if it had none. `start_ticks`: see model::Process.
  model::ImageId image_of(std::int64_t pid, std::uint64_t start_ticks);

  // Nobody reads its table any more.
  void ended(model::ProcessId process);

  // Nor does anybody refer to its rows: those that come later get them, so that a world that goes on for
  // months does not grow. After ended(). On Windows they are kept.
  void forget(model::ProcessId process);

  // Whose rows say something else than before, since the last call: they had been another's, or it became
  // another program.
  struct Renewed {
    model::ImageId image;
    model::ThreadId thread;
  };
  std::vector<Renewed> take_renewed() { return std::exchange(renewed_, {}); }

  // The origin's way in, where it is not `tables`.
  void is_way(std::string_view way) { world_.origin.way = way; }

 private:
  class Reading;
  struct Rows {
    model::ProcessRows of_process;
    model::ThreadId thread;  // the first; none: not known
  };

  Rows new_rows(std::int64_t pid, std::string path);
  void note_exec(model::ImageId id, const std::string& name);

  unsigned threads_;
  std::chrono::nanoseconds start_;  // since the machine was started
  model::World world_;
  std::map<std::pair<std::int64_t, std::uint64_t>, model::ImageId> images_;  // by pid and start
  std::map<model::ProcessId, Rows> rows_;
  std::vector<Rows> spare_;  // that may be used again
  std::vector<Renewed> renewed_;
  std::vector<std::string> troubles_;
  std::uint64_t unread_ = 0;
};

// The processes that an operand means: a number is a pid, anything else matches as `pgrep -f` does.
base::Result<std::vector<std::int64_t>> find_processes(const std::string& operand);

// What all processes have open: those with the most first. `commonest`: of so many of them the commonest type
// is looked at; 0 is all.
report::ProcessCounts count_handles(std::size_t commonest);

// How many handles it may have; none: not known, or any number.
std::optional<std::uint64_t> soft_limit_of(std::int64_t pid);

// What people call a process; "process" where there is none.
std::string process_name(std::int64_t pid);

// A line to choose a process by: "812  gateway  /opt/gateway --port 443".
std::string process_line(std::int64_t pid);

}  // namespace ajar::session
