#include "capture/inject/inject.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>

#include "capture/inject/own_process.h"
#include "capture/inject/remote_calls.h"
#include "capture/inject/stopped.h"
#include "capture/inject/target.h"
#include "capture/kernel/trace_refusal.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

namespace ajar::capture::inject {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kTryFor{3000};
constexpr std::uint64_t kStackNeeded = 96 * 1024;
constexpr std::size_t kMostStack = 256 * 1024;

std::expected<std::string, int> call_line(std::int64_t pid, std::int64_t tid) {
  return platform::read_file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/syscall");
}

// The call that the thread waits in; -1 where it runs.
std::int64_t call_of(std::int64_t pid, std::int64_t tid) {
  const auto text = call_line(pid, tid);
  std::int64_t number = -1;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

// What is mapped around that address; nothing where that can't be seen.
struct Memory {
  std::uint64_t begin = 0, end = 0;
  bool grows = false;
};
std::optional<Memory> memory_at(std::int64_t pid, std::uint64_t address) {
  const auto text = platform::read_file("/proc/" + std::to_string(pid) + "/maps");
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    Memory memory;
    const char* const end = line.data() + line.size();
    const auto [dash, first] = std::from_chars(line.data(), end, memory.begin, 16);
    if (first != std::errc() || dash == end) continue;
    std::from_chars(dash + 1, end, memory.end, 16);
    memory.grows = line.ends_with("[stack]");
    if (address >= memory.begin && address < memory.end) return memory;
  }
  return std::nullopt;
}

kernel::WalkedFrames walk_of(const Stopped& thread, const ThreadState& state, const TargetCode& code,
                             const Memory& stack) {
  const Registers& r = state.registers;
  std::vector<std::byte> bytes(std::min<std::size_t>(kMostStack, stack.end - r.sp));
  if (!read_memory(thread.pid(), r.sp, bytes.data(), bytes.size())) return {};
  kernel::CopiedStack copied;
  copied.registers = r;
  copied.bytes = bytes;
  return kernel::walk(copied, [&](std::uint64_t address) { return code.code_at(address); });
}

// Why it stands at no place where it can load a library; empty where it does.
std::string obstacle_at(const Stopped& thread, const ThreadState& state, const TargetCode& code) {
  const Registers& r = state.registers;
  constexpr std::uint64_t kUserCode64 = 0x33;
  if (thread.stopped_with_its_process()) return "it is stopped";
  if (r.cs != kUserCode64 || !is_waiting_call(static_cast<std::int64_t>(r.orig_ax))) return "it runs";
  unsigned char instruction[2] = {};
  if (!read_memory(thread.pid(), r.ip - 2, instruction, sizeof(instruction)) || instruction[0] != 0x0f ||
      instruction[1] != 0x05)
    return "it runs";
  const auto stack = memory_at(thread.pid(), r.sp);
  if (!stack) return "it has a strange stack";
  if (!stack->grows && r.sp - stack->begin < kStackNeeded) return "its stack is small";
  return why_unsafe(walk_of(thread, state, code, *stack), code.unsafe());
}

std::string text_at(std::int64_t pid, std::uint64_t address) {
  std::string text;
  for (char c = 0; text.size() < 1024 && read_memory(pid, address + text.size(), &c, 1) && c != 0;) text += c;
  return text;
}

std::string words_for(int error) {
  switch (error) {
    case EPERM:
      return "it forked while its linker was at work, and can't be asked for its libraries any more";
    case ENOENT:
      return "it does not see ajar's session in /dev/shm";
    case EBUSY:
      return "another ajar records it";
    case EEXIST:
      return "it was started by ajar run, whose agent is in it";
    case EFBIG:
      return "its limit on the size of files (ulimit -f) is below what the agent needs of shared memory";
    case ENOSPC:
      return "/dev/shm is full";
    default:
      return "the agent could make no shared memory: " + std::generic_category().message(error);
  }
}

// What is to be called, in a thread that can.
class Injection {
 public:
  Injection(RemoteCalls& calls, std::int64_t pid, kernel::CodeFiles& files, const TargetCode& code)
      : calls_(calls), pid_(pid), files_(files), code_(code) {}

  base::Result<void> load_and_begin(const std::string& agent, const std::string& folder) {
    const auto error_at = calls_.call(code_.function("__errno_location"));
    if (!error_at.ok()) return error_at.error();
    int error = 0;
    read_memory(pid_, error_at.value(), &error, sizeof(error));
    auto begun = end_others(agent);
    const TargetCode::Agent* there = find(code_, agent);
    std::optional<TargetCode> again;
    if (begun.ok() && there == nullptr) {
      begun = load(agent);
      if (begun.ok()) {
        auto looked = TargetCode::look(pid_, files_);
        if (!looked.ok()) return looked.error();
        again = std::move(looked).value();
        there = find(*again, agent);
      }
    }
    if (begun.ok())
      begun =
          there == nullptr ? base::Error("the agent was loaded, and is not there") : begin(*there, folder);
    write_memory(pid_, error_at.value(), &error, sizeof(error));
    return begun;
  }

 private:
  static const TargetCode::Agent* find(const TargetCode& code, const std::string& path) {
    const auto found = std::ranges::find(code.agents(), path, &TargetCode::Agent::path);
    return found == code.agents().end() ? nullptr : &*found;
  }

  // Agents of other ajars, which may have been killed.
  base::Result<void> end_others(const std::string& agent) {
    for (const TargetCode::Agent& other : code_.agents()) {
      if (other.path == agent) continue;
      if (other.end == 0) return base::Error("another ajar's agent is in it: " + other.path);
      const auto ended = calls_.call(other.end);
      if (!ended.ok()) return ended.error();
      if (const int error = static_cast<int>(ended.value()); error != 0) return base::Error(words_for(error));
    }
    return {};
  }

  base::Result<void> load(const std::string& agent) {
    constexpr std::uint64_t kNow = 2, kDlopenMode = 0x8000'0000;
    const std::uint64_t dlopen = code_.function("dlopen");
    const auto path = calls_.put(agent);
    if (!path.ok()) return path.error();
    const auto handle =
        dlopen != 0 ? calls_.call(dlopen, path.value(), kNow)
                    : calls_.call(code_.function("__libc_dlopen_mode"), path.value(), kNow | kDlopenMode);
    if (!handle.ok()) return handle.error();
    if (handle.value() != 0) return {};
    const std::uint64_t dlerror = code_.function("dlerror");
    const auto words = dlerror != 0 ? calls_.call(dlerror) : base::Result<std::uint64_t>(std::uint64_t{0});
    if (!words.ok()) return words.error();
    return base::Error("it can't load the agent: " +
                       (words.value() == 0 ? agent : text_at(pid_, words.value())));
  }

  base::Result<void> begin(const TargetCode::Agent& agent, const std::string& folder) {
    const auto path = calls_.put(folder);
    if (!path.ok()) return path.error();
    if (agent.begin == 0) return base::Error("another ajar's agent is in it: " + agent.path);
    const auto begun = calls_.call(agent.begin, path.value());
    if (!begun.ok()) return begun.error();
    if (const int error = static_cast<int>(begun.value()); error != 0) return base::Error(words_for(error));
    return {};
  }

  RemoteCalls& calls_;
  std::int64_t pid_;
  kernel::CodeFiles& files_;
  const TargetCode& code_;
};

class Injector {
 public:
  Injector(std::int64_t pid, std::string agent, std::string folder)
      : pid_(pid), agent_(std::move(agent)), folder_(std::move(folder)) {}

  base::Result<void> run() {
    // Who may not see that may not trace it either.
    if (const auto line = call_line(pid_, pid_); !line && (line.error() == EPERM || line.error() == EACCES))
      return kernel::why_not_traced(pid_, EPERM);
    const auto until = Clock::now() + kTryFor;
    do {
      const auto threads = platform::ProcFs().threads(pid_);
      if (!threads) return base::Error(subject() + "it has ended");
      if (!any_makes_process(*threads)) {
        for (const platform::ThreadInfo& thread : *threads) {
          if (!is_waiting_call(call_of(pid_, thread.tid))) continue;
          if (auto tried = attempt(thread.tid)) return *std::move(tried);
        }
      }
      std::this_thread::sleep_for(milliseconds(5));
    } while (Clock::now() < until);
    return base::Error("no thread of process " + std::to_string(pid_) +
                       " could be stopped at a place where a library can be loaded safely" +
                       (why_.empty() ? std::string() : " (" + why_ + ")") +
                       "; use --via ebpf or --via ptrace");
  }

 private:
  [[nodiscard]] std::string subject() const {
    return "process " + std::to_string(pid_) + " can't be entered: ";
  }

  bool any_makes_process(const std::vector<platform::ThreadInfo>& threads) {
    return std::ranges::any_of(threads, [&](const platform::ThreadInfo& thread) {
      if (!makes_process(call_of(pid_, thread.tid))) return false;
      why_ = "it makes a process that borrows its memory";
      return true;
    });
  }

  base::Result<void> look_at_code() {
    if (code_ && code_->holds_for(pid_)) return {};
    auto code = TargetCode::look(pid_, files_);
    if (!code.ok()) return base::Error(subject() + code.error().message());
    code_ = std::move(code).value();
    const bool has_dlopen = code_->function("dlopen") != 0 || code_->function("__libc_dlopen_mode") != 0;
    if (has_dlopen && code_->function("__errno_location") != 0) return {};
    return base::Error(subject() + "its C library has no dlopen() that ajar knows");
  }

  // Nothing where this thread will not do.
  std::optional<base::Result<void>> attempt(std::int64_t tid) {
    if (auto looked = look_at_code(); !looked.ok()) return looked;
    auto stopped = Stopped::stop(pid_, tid);
    // One that stops later would stand still for as long as ajar runs.
    if (!stopped && stopped.error() == ETIMEDOUT)
      return base::Error(subject() + "its thread " + std::to_string(tid) + " doesn't stop");
    if (!stopped && stopped.error() != ESRCH) return kernel::why_not_traced(pid_, stopped.error());
    const auto state = stopped ? stopped->state() : std::nullopt;
    if (!state) return std::nullopt;
    std::string why = obstacle_at(*stopped, *state, *code_);
    if (!why.empty()) {
      why_ = "thread " + std::to_string(tid) + ": " + why;
      let_wait_on(*stopped, *state);
      return std::nullopt;
    }
    auto calls = RemoteCalls::begin(*stopped, *state, state->registers.ip - 2);
    if (!calls.ok()) return base::Error(subject() + calls.error().message());
    auto begun = Injection(*calls.value(), pid_, files_, *code_).load_and_begin(agent_, folder_);
    calls.value().reset();
    if (!begun.ok()) return base::Error(subject() + begun.error().message());
    return base::Result<void>();
  }

  static void let_wait_on(const Stopped& thread, const ThreadState& state) {
    const Registers registers = waiting_on(state.registers);
    if (registers.ax != state.registers.ax) static_cast<void>(thread.set_registers(registers));
  }

  std::int64_t pid_;
  std::string agent_, folder_;
  kernel::CodeFiles files_;
  std::optional<TargetCode> code_;
  std::string why_;
};

}  // namespace

base::Result<void> inject(std::int64_t pid, const std::string& agent, const std::string& session_folder) {
  if (auto enterable = can_enter(pid); !enterable.ok()) return enterable;
  std::error_code failed;
  const std::filesystem::path real = std::filesystem::canonical(agent, failed);
  Injector injector(pid, failed ? agent : real.string(), session_folder);
  return in_process_of_its_own([&] { return injector.run(); });
}

}  // namespace ajar::capture::inject
