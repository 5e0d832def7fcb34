#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ajar::platform {

// Why /proc tells nothing about a process.
enum class ProcProblem : std::uint8_t {
  gone,           // there is no such process any more
  hidden,         // there is, but /proc is mounted with hidepid
  no_permission,  // this user may not look into it
  unreadable,     // anything else
};

struct ProcError {
  ProcProblem problem = ProcProblem::unreadable;
  base::Error error;
};

template <typename T>
using ProcResult = std::expected<T, ProcError>;

// Why such a process can't be attached to: /proc says no more of its program.
inline constexpr const char* kMainThreadEnded =
    "its main thread has ended, and only the others run on; it can be watched from its start only, with ajar "
    "run";

struct ProcessInfo {
  std::int64_t pid = 0;
  std::int64_t parent_pid = 0;
  std::string name;               // at most 15 bytes, as the kernel keeps it
  char state = '?';               // of its main thread: R, S, D, T, t, Z, X …
  std::uint32_t threads = 1;      // that have not ended, and the main one
  std::uint64_t start_ticks = 0;  // since boot: with pid, the process's identity
  std::uint32_t user = 0;         // real
  std::uint32_t filters = 0;      // of its system calls (seccomp); an older kernel tells one from none
  bool has_table = true;  // of handles, its main thread: on its way out it has none, before it has ended
  // The pid in each pid namespace, from that of /proc's mount to the process's own. One where it lives in
  // that of the mount.
  std::vector<std::int64_t> namespace_pids;

  // The main thread is a zombie beside the others where it ends before them.
  [[nodiscard]] bool main_ended() const { return state == 'Z' || state == 'X'; }
  [[nodiscard]] bool main_leaves() const { return main_ended() || !has_table; }
  [[nodiscard]] bool ended() const { return main_ended() && threads <= 1; }
  // It has ended, or is about to.
  [[nodiscard]] bool leaves() const { return main_ended() ? threads <= 1 : !has_table; }
};

struct ThreadInfo {
  std::int64_t tid = 0;
  std::string name;

  bool operator==(const ThreadInfo&) const = default;
};

// The kernel's word on processes, read from a mounted /proc (or a tree that looks like it). Every answer is
// of the moment of the call.
class ProcFs {
 public:
  explicit ProcFs(std::string root = "/proc") : root_(std::move(root)) {}

  [[nodiscard]] ProcResult<ProcessInfo> process(std::int64_t pid) const;

  // The program's path; with " (deleted)" at its end once nothing has that path any more.
  [[nodiscard]] ProcResult<std::string> executable(std::int64_t pid) const;

  // Empty for a process that has ended, or took its arguments away.
  [[nodiscard]] ProcResult<std::vector<std::string>> command_line(std::int64_t pid) const;

  // By ascending tid. Threads that end meanwhile are left out.
  [[nodiscard]] ProcResult<std::vector<ThreadInfo>> threads(std::int64_t pid) const;

  [[nodiscard]] ProcResult<std::string> thread_name(std::int64_t pid, std::int64_t tid) const;

  // Of all processes, ascending; what can't be seen is left out.
  [[nodiscard]] std::vector<std::int64_t> pids() const;

  // Whom the pid namespace of this process made last, a process or a thread. While it is the same one, no
  // process has come.
  [[nodiscard]] std::optional<std::int64_t> latest_pid() const;

  // The inode of the namespace of pids that this process lives in, where that is the one which the mount
  // shows.
  [[nodiscard]] std::optional<std::uint64_t> own_pid_namespace() const;

  // As pids(), without those of which it can be told quickly that they live in no pid namespace inside that
  // of /proc's mount.
  [[nodiscard]] std::vector<std::int64_t> pids_of_inner_namespaces() const;

  // Nothing for a process that can't be seen.
  [[nodiscard]] std::optional<std::int64_t> parent(std::int64_t pid) const;

  // By ascending pid; what can't be seen is left out.
  [[nodiscard]] std::vector<std::int64_t> children(std::int64_t pid) const;
  // Those of all these, theirs, and so on: each after its parent, without these themselves.
  [[nodiscard]] std::vector<std::int64_t> descendants(const std::vector<std::int64_t>& pids) const;

  // Whether the process with that pid and start time is there and has not ended, with all its threads.
  [[nodiscard]] bool alive(std::int64_t pid, std::uint64_t start_ticks) const;

  // The path of a file of a process: ROOT/PID/file.
  [[nodiscard]] std::string path(std::int64_t pid, std::string_view file) const;

  // What `error_number` means when it came from that file of that process.
  [[nodiscard]] ProcError failure(std::int64_t pid, std::string_view file, int error_number) const;

 private:
  [[nodiscard]] std::string own_pid_namespace_link() const;
  [[nodiscard]] ProcProblem problem(std::int64_t pid, int error_number) const;

  std::string root_;
};

// A field of what /proc/PID/stat holds, by its number in proc(5), behind the name, which is the second one.
// Empty where it is not there.
std::string_view stat_field(std::string_view stat, int field);

}  // namespace ajar::platform
