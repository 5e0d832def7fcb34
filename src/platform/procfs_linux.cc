#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/number.h"
#include "base/words.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

// The files' formats are those of proc(5).
namespace ajar::platform {
namespace {

namespace fs = std::filesystem;

// "4121 (a (name) 1) S 1 …": the name may hold anything, so its end is the last bracket.
std::optional<ProcessInfo> parse_stat(std::string_view text) {
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  ProcessInfo info;
  std::string_view rest = text.substr(close + 1);
  const std::string_view state = base::take_word(rest);
  const auto parent = base::parse_number<std::int64_t>(base::take_word(rest));
  constexpr int before_threads = 15;  // fields from the process group (5) to the nice value (19)
  for (int i = 0; i < before_threads; ++i) base::take_word(rest);
  const auto threads = base::parse_number<std::uint32_t>(base::take_word(rest));
  base::take_word(rest);  // the interval timer (21)
  const auto start = base::parse_number<std::uint64_t>(base::take_word(rest));
  if (state.size() != 1 || !parent.has_value() || !start.has_value()) return std::nullopt;
  info.name = text.substr(open + 1, close - open - 1);
  info.state = state.front();
  info.threads = threads.value_or(1);
  info.parent_pid = *parent;
  info.start_ticks = *start;
  return info;
}

// The text after "Key:" of /proc/PID/status.
std::string_view status_field(std::string_view status, std::string_view key) {
  std::size_t at = status.find(key);
  while (at != std::string_view::npos && at != 0 && status[at - 1] != '\n') at = status.find(key, at + 1);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = status.substr(at + key.size());
  return rest.substr(0, rest.find('\n'));
}

// Others mean something else to kill(2).
bool is_pid(std::int64_t number) {
  return number > 0 && number <= std::numeric_limits<pid_t>::max();
}

std::vector<std::int64_t> numbered_entries(const std::string& folder, std::error_code& error) {
  std::vector<std::int64_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (entries == nullptr) {
    error.assign(errno, std::generic_category());
    return numbers;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(entries.get())) {
    const auto value = base::parse_number<std::int64_t>(entry->d_name);
    if (value.has_value()) numbers.push_back(*value);
  }
  if (errno != 0) error.assign(errno, std::generic_category());
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

std::string_view stat_field(std::string_view stat, int field) {
  constexpr int kName = 2;
  stat.remove_prefix(std::min(stat.rfind(')'), stat.size()));
  base::take_word(stat);
  for (int before = kName + 1; before < field; ++before) base::take_word(stat);
  return base::take_word(stat);
}

std::string ProcFs::path(std::int64_t pid, std::string_view file) const {
  std::string path = root_ + "/" + std::to_string(pid);
  if (!file.empty()) path.append("/").append(file);
  return path;
}

ProcResult<ProcessInfo> ProcFs::process(std::int64_t pid) const {
  const auto stat = read_file(path(pid, "stat"));
  if (!stat.has_value()) return std::unexpected(failure(pid, "stat", stat.error()));
  auto info = parse_stat(*stat);
  if (!info.has_value()) {
    return std::unexpected(
        ProcError{ProcProblem::unreadable, base::Error(path(pid, "stat") + ": not understood")});
  }
  info->pid = pid;
  const auto status = read_file(path(pid, "status"));
  if (!status.has_value()) return std::unexpected(failure(pid, "status", status.error()));
  std::string_view users = status_field(*status, "Uid:");
  info->user = base::parse_number<std::uint32_t>(base::take_word(users)).value_or(0);
  std::string_view filters = status_field(*status, "Seccomp_filters:");
  if (filters.empty()) filters = status_field(*status, "Seccomp:");
  info->filters = base::parse_number<std::uint32_t>(base::take_word(filters)).value_or(0);
  std::string_view room = status_field(*status, "FDSize:");
  info->has_table = base::parse_number<std::uint32_t>(base::take_word(room)) != 0U;
  std::string_view pids = status_field(*status, "NSpid:");
  for (auto word = base::take_word(pids); !word.empty(); word = base::take_word(pids)) {
    info->namespace_pids.push_back(base::parse_number<std::int64_t>(word).value_or(0));
  }
  return *std::move(info);
}

ProcResult<std::string> ProcFs::executable(std::int64_t pid) const {
  auto link = read_link(path(pid, "exe"));
  if (!link.has_value()) return std::unexpected(failure(pid, "exe", link.error()));
  return *std::move(link);
}

ProcResult<std::vector<std::string>> ProcFs::command_line(std::int64_t pid) const {
  const auto text = read_file(path(pid, "cmdline"));
  if (!text.has_value()) return std::unexpected(failure(pid, "cmdline", text.error()));
  std::vector<std::string> arguments;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view argument = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), argument.size() + 1));
    arguments.emplace_back(argument);
  }
  return arguments;
}

ProcResult<std::vector<ThreadInfo>> ProcFs::threads(std::int64_t pid) const {
  std::error_code error;
  const auto tids = numbered_entries(path(pid, "task"), error);
  if (error) return std::unexpected(failure(pid, "task", error.value()));
  std::vector<ThreadInfo> threads;
  for (const std::int64_t tid : tids) {
    if (auto name = thread_name(pid, tid)) threads.push_back({.tid = tid, .name = *std::move(name)});
  }
  return threads;
}

ProcResult<std::string> ProcFs::thread_name(std::int64_t pid, std::int64_t tid) const {
  const std::string file = "task/" + std::to_string(tid) + "/comm";
  auto name = read_file(path(pid, file));
  if (!name) return std::unexpected(failure(pid, file, name.error()));
  if (name->ends_with('\n')) name->pop_back();
  return *std::move(name);
}

std::vector<std::int64_t> ProcFs::pids() const {
  std::error_code ignored;
  return numbered_entries(root_, ignored);
}

// "0.52 0.41 0.30 2/512 11206": the last number is that of the latest process or thread.
std::optional<std::int64_t> ProcFs::latest_pid() const {
  const auto text = read_file(root_ + "/loadavg");
  if (!text.has_value()) return std::nullopt;
  const std::string_view words = base::trimmed(*text);
  return base::parse_number<std::int64_t>(words.substr(words.rfind(' ') + 1));
}

// "pid:[4026531836]"; empty where it can't be told, or the mount shows another one.
std::string ProcFs::own_pid_namespace_link() const {
  std::error_code failed;
  const auto self = base::parse_number<std::int64_t>(fs::read_symlink(root_ + "/self", failed).native());
  if (failed || !self.has_value()) return {};
  const auto own = process(*self);
  if (!own.has_value() || own->namespace_pids.size() != 1) return {};  // its namespace is an inner one
  return fs::read_symlink(path(*self, "ns/pid"), failed).native();
}

std::optional<std::uint64_t> ProcFs::own_pid_namespace() const {
  const std::string link = own_pid_namespace_link();
  const std::size_t begin = link.find('[') + 1;
  if (begin == 0) return std::nullopt;
  return base::parse_number(std::string_view(link).substr(begin, link.find(']') - begin));
}

// A link costs a tenth of what stat and status do. It can't be read of processes that may not be looked into,
// and before Linux 3.8 there is none.
std::vector<std::int64_t> ProcFs::pids_of_inner_namespaces() const {
  std::vector<std::int64_t> found = pids();
  const std::string own = own_pid_namespace_link();
  if (own.empty()) return found;
  std::erase_if(found, [&](std::int64_t pid) {
    std::error_code ignored;
    return fs::read_symlink(path(pid, "ns/pid"), ignored) == own;
  });
  return found;
}

// /proc/PID/task/TID/children would be shorter, but not every kernel has it.
std::vector<std::int64_t> ProcFs::children(std::int64_t pid) const {
  std::vector<std::int64_t> children;
  for (const std::int64_t candidate : pids()) {
    if (parent(candidate) == pid) children.push_back(candidate);
  }
  return children;
}

std::vector<std::int64_t> ProcFs::descendants(const std::vector<std::int64_t>& pids) const {
  std::multimap<std::int64_t, std::int64_t> children;
  for (const std::int64_t pid : this->pids()) {
    if (const auto maker = parent(pid)) children.emplace(*maker, pid);
  }
  std::vector<std::int64_t> all = pids;
  std::set<std::int64_t> known(pids.begin(), pids.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto [begin, end] = children.equal_range(all[i]);
    for (auto child = begin; child != end; ++child) {
      if (known.insert(child->second).second) all.push_back(child->second);
    }
  }
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(pids.size()));
  return all;
}

std::optional<std::int64_t> ProcFs::parent(std::int64_t pid) const {
  const auto stat = read_file(path(pid, "stat"));
  const auto info = stat.has_value() ? parse_stat(*stat) : std::nullopt;
  if (!info.has_value()) return std::nullopt;
  return info->parent_pid;
}

bool ProcFs::alive(std::int64_t pid, std::uint64_t start_ticks) const {
  const auto stat = read_file(path(pid, "stat"));
  const auto info = stat.has_value() ? parse_stat(*stat) : std::nullopt;
  return info.has_value() && info->start_ticks == start_ticks && !info->ended();
}

// A hidden process's folder is not there at all (hidepid=2), or refuses with EPERM (hidepid=1); what only a
// tracer may read refuses with EACCES. kill(2) knows of all processes, whatever /proc shows.
ProcProblem ProcFs::problem(std::int64_t pid, int error_number) const {
  switch (error_number) {
    case ESRCH:
      return ProcProblem::gone;
    case EPERM:
      return ProcProblem::hidden;
    case EACCES:
      return ProcProblem::no_permission;
    case ENOENT: {
      std::error_code ignored;
      if (fs::exists(path(pid, "stat"), ignored)) return ProcProblem::unreadable;
      const bool is_there =
          root_ == "/proc" && is_pid(pid) && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
      return is_there ? ProcProblem::hidden : ProcProblem::gone;
    }
    default:
      return ProcProblem::unreadable;
  }
}

ProcError ProcFs::failure(std::int64_t pid, std::string_view file, int error_number) const {
  const std::string process = "process " + std::to_string(pid);
  const ProcProblem found = problem(pid, error_number);
  switch (found) {
    case ProcProblem::gone:
      return {found, base::Error(process + ": there is no such process (any more)")};
    case ProcProblem::hidden:
      return {found, base::Error(process + ": hidden, because " + root_ +
                                 " is mounted with hidepid: run ajar as the process's user, or as root")};
    case ProcProblem::no_permission:
      return {found, base::system_error(path(pid, file), error_number)
                         .in("may not look into " + process +
                             " (run ajar as its user, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, as "
                             "root usually has them)")};
    case ProcProblem::unreadable:
      break;
  }
  return {found, base::system_error(path(pid, file), error_number)};
}

}  // namespace ajar::platform
