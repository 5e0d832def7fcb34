#include "session/attached.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "capture/agent_library.h"
#include "capture/ebpf/ebpf.h"
#include "capture/inject/inject.h"
#include "capture/preload/preload.h"
#include "capture/ptrace/ptrace.h"
#include "platform/boot_time.h"
#include "platform/procfs.h"
#include "platform/program_name.h"
#include "session/awaited_process.h"

namespace ajar::session {
namespace {

using std::chrono::milliseconds;

// False where a signal says that it is enough.
bool wait_on(Signals& signals, milliseconds time) {
  const auto signal = signals.wait(time);
  return !signal || signal->meaning != Signal::Meaning::end;
}

base::Error nobody_came(const std::string& name) {
  return base::Error("no '" + name + "' has begun until the end of the wait");
}

// Who may write into the session's folder: root may anyway.
base::Result<std::optional<std::uint32_t>> only_user_of(const std::vector<std::int64_t>& pids) {
  const platform::ProcFs proc;
  std::optional<std::uint32_t> user;
  for (const std::int64_t pid : pids) {
    const auto process = proc.process(pid);
    if (!process || process->user == 0) continue;
    if (user && *user != process->user)
      return base::Error("processes of several users can't be entered at once; attach to each by itself");
    user = process->user;
  }
  return user;
}

// How many handles it had open.
base::Result<std::size_t> enter(std::int64_t pid, const std::string& agent, capture::preload::Preload& way) {
  if (auto done = capture::inject::inject(pid, agent, way.folder()); !done.ok()) return done.error();
  return way.entered(pid);
}

base::Result<Attached> by_injection(const AttachOptions& options, const std::vector<std::int64_t>& pids,
                                    LiveRecorder& recorder) {
  const auto agent = capture::agent_library();
  if (!agent.ok()) return agent.error();
  auto way = capture::preload::Preload::create(agent.value(), recorder);
  if (!way.ok()) return std::move(way).error();
  const platform::ProcFs proc;
  std::vector<std::int64_t> wanted = pids;
  if (options.children) std::ranges::copy(proc.descendants(pids), std::back_inserter(wanted));
  const auto user = only_user_of(wanted);
  if (!user.ok()) return user.error();
  if (user.value() && ::geteuid() == 0) {
    if (auto given = way.value()->let_in(*user.value()); !given.ok()) return given.error();
  }
  Attached attached{
      .way = {},
      .begun = {.pids = pids, .inner_pid = {}, .way = "injecting the agent", .open_before = 0, .age = {}}};
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto open = enter(wanted[i], agent.value(), *way.value());
    if (open.ok()) {
      attached.begun.open_before += open.value();
    } else if (i < pids.size()) {
      way.value()->finish();
      return open.error();
    } else if (options.on_message) {
      options.on_message(open.error().message());
    }
    // Those that were made before their parent was entered.
    if (!options.children || i + 1 < wanted.size()) continue;
    for (const std::int64_t pid : proc.descendants(pids)) {
      const bool is_new = std::ranges::find(wanted, pid) == wanted.end();
      if (is_new && !capture::inject::has_agent(pid)) wanted.push_back(pid);
    }
  }
  attached.way = std::move(way).value();
  return attached;
}

template <typename Way>
base::Result<Attached> attach_by(const std::string& words, const AttachOptions& options,
                                 const std::vector<std::int64_t>& pids, LiveRecorder& recorder) {
  auto way = Way::attach(recorder, pids, options.children);
  if (!way.ok()) return std::move(way).error();
  const std::size_t open_before = way.value()->open_at_start();
  // Some may have ended meanwhile.
  std::vector<std::int64_t> followed = pids;
  std::erase_if(followed, [&](std::int64_t pid) { return !way.value()->follows(pid); });
  if (followed.empty()) followed = pids;
  return Attached{
      .way = std::move(way).value(),
      .begun = {
          .pids = std::move(followed), .inner_pid = {}, .way = words, .open_before = open_before, .age = {}}};
}

base::Result<std::int64_t> wait_for(const std::string& name, Signals& signals) {
  AwaitedProcess awaited(name);
  constexpr milliseconds kBetween{2};
  do {
    if (const auto pid = awaited.look()) return *pid;
  } while (wait_on(signals, kBetween));
  return nobody_came(name);
}

base::Result<Attached> by_ptrace(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  if (auto usable = capture::ptrace::usable(); !usable.ok()) return std::move(usable).error();
  if (options.on_message)
    options.on_message(
        "by ptrace each system call stops twice: the process is slowed down as by strace, and its "
        "epoll_wait() and the like may end early once (EINTR)");
  if (options.wait_for.empty())
    return attach_by<capture::ptrace::Ptrace>("ptrace", options, options.pids, recorder);
  if (options.on_wait) options.on_wait();
  const auto pid = wait_for(options.wait_for, signals);
  if (!pid.ok()) return pid.error();
  auto attached = attach_by<capture::ptrace::Ptrace>("ptrace", options, {pid.value()}, recorder);
  if (!attached.ok()) return attached;
  const auto info = platform::ProcFs().process(pid.value());
  if (info) attached.value().begun.age = platform::age_of(info->start_ticks);
  return attached;
}

base::Result<Attached> by_inject(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  if (options.wait_for.empty()) return by_injection(options, options.pids, recorder);
  if (options.on_wait) options.on_wait();
  const auto pid = wait_for(options.wait_for, signals);
  if (!pid.ok()) return pid.error();
  auto attached = by_injection(options, {pid.value()}, recorder);
  if (!attached.ok()) return attached;
  const auto info = platform::ProcFs().process(pid.value());
  if (info) attached.value().begun.age = platform::age_of(info->start_ticks);
  return attached;
}

base::Result<Attached> await_by_ebpf(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  const auto wanted = [&](const capture::kernel::ToldProgram& program) {
    return platform::goes_by(options.wait_for, program.path, program.command);
  };
  auto way = capture::ebpf::Ebpf::await(recorder, wanted, options.children);
  if (!way.ok()) return std::move(way).error();
  if (options.on_wait) options.on_wait();
  constexpr milliseconds kBetween{2};
  while (way.value()->awaited() == 0) {
    if (!wait_on(signals, kBetween)) return nobody_came(options.wait_for);
    way.value()->poll();
  }
  const std::int64_t pid = way.value()->awaited();
  const std::chrono::nanoseconds missed = way.value()->missed();
  return Attached{.way = std::move(way).value(),
                  .begun = {.pids = {pid}, .inner_pid = {}, .way = "eBPF", .open_before = 0, .age = missed}};
}

// By ptrace only for who asked for it, since it costs the process dear.
base::Result<Attached> by_ebpf(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  auto attached = options.wait_for.empty()
                      ? attach_by<capture::ebpf::Ebpf>("eBPF", options, options.pids, recorder)
                      : await_by_ebpf(options, recorder, signals);
  if (attached.ok() || options.via == "ebpf" || capture::ebpf::usable().ok()) return attached;
  return base::Error(attached.error().message() +
                     "; --via ptrace takes what a debugger takes, and slows the process down");
}

}  // namespace

std::string_view preferred_way() {
  return "ebpf";
}

base::Result<Attached> attach_way(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  auto attached = options.via == "inject"   ? by_inject(options, recorder, signals)
                  : options.via == "ptrace" ? by_ptrace(options, recorder, signals)
                                            : by_ebpf(options, recorder, signals);
  if (!attached.ok()) return attached;
  AttachBegun& begun = attached.value().begun;
  const auto first = platform::ProcFs().process(begun.pids.front());
  if (first && first->namespace_pids.size() > 1) begun.inner_pid = first->namespace_pids.back();
  return attached;
}

}  // namespace ajar::session
