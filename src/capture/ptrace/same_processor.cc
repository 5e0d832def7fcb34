#include "capture/ptrace/same_processor.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "base/clock.h"
#include "base/number.h"
#include "platform/privileges.h"
#include "platform/procfs.h"
#include "platform/read_file.h"
#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {
namespace {

constexpr unsigned kSure = 16;                 // stops, after which the thread is taken for the only one
constexpr std::uint64_t kPeriod = 10'000'000;  // ns, for which it is kept on one processor

constexpr int kBits = 64;
constexpr int kMost = kBits * static_cast<int>(std::tuple_size_v<Processors>);

Processors only(int processor) {
  Processors one{};
  one[static_cast<std::size_t>(processor / kBits)] = std::uint64_t{1} << processor % kBits;
  return one;
}

Processors everything() {
  Processors all;
  all.fill(~std::uint64_t{0});
  return all;
}

bool has(const Processors& all, int processor) {
  return (all[static_cast<std::size_t>(processor / kBits)] >> processor % kBits & 1U) != 0;
}

int count(const Processors& all) {
  int found = 0;
  for (const std::uint64_t word : all) found += std::popcount(word);
  return found;
}

// Where a thread may run; 0 is the calling one.
std::optional<Processors> set_of(int tid) {
  Processors set{};
  if (::syscall(SYS_sched_getaffinity, tid, sizeof(set), set.data()) < 0) return std::nullopt;
  return set;
}

bool put(int tid, const Processors& set) {
  return ::syscall(SYS_sched_setaffinity, tid, sizeof(set), set.data()) == 0;
}

// It would not let its tracer run beside it.
bool is_urgent(int tid) {
  const int policy = ::sched_getscheduler(tid) & ~SCHED_RESET_ON_FORK;
  return policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE;
}

// Where it has run last: the 39th field of /proc/PID/stat (proc(5)). -1 where that can't be told.
int processor_of(int tid) {
  constexpr int kProcessor = 39;
  const auto read = platform::read_file("/proc/" + std::to_string(tid) + "/stat");
  const auto processor =
      read ? base::parse_number<int>(platform::stat_field(*read, kProcessor)) : std::nullopt;
  return processor && *processor >= 0 && *processor < kMost ? *processor : -1;
}

// Who is another user's is out of reach.
bool reaches_all() {
  const auto own = platform::own_privileges();
  if (!own.ok()) return false;
  return own.value().effective_user != 0 || own.value().has(platform::Capability::sys_nice);
}

// A control group's processors may become more later. Who was never restricted is to get these as well, which
// the kernel grants to those who asked for all.
Processors granted_to(int tid, const Processors& free) {
  if (!put(tid, everything())) return free;
  const auto most = set_of(tid);
  if (most == free) return everything();
  put(tid, free);
  return free;
}

}  // namespace

SameProcessor::SameProcessor(bool keeps) : keeps_(keeps && reaches_all()) {
  if (const auto own = set_of(0)) own_ = *own;
}

bool SameProcessor::is_asked_by(std::uint64_t number, std::uint8_t abi) {
  constexpr std::uint64_t kSet32 = 241, kGet32 = 242;  // arch/x86/entry/syscalls/syscall_32.tbl
  if (abi == AJAR_ABI_32) return number == kSet32 || number == kGet32;
  return number == SYS_sched_setaffinity || number == SYS_sched_getaffinity;
}

void SameProcessor::stopped(int tid) {
  if (tid != last_) {
    let_alone();
    last_ = tid;
  } else if (++in_a_row_ >= kSure && !follows_) {
    follow(tid);
  }
}

void SameProcessor::follow(int tid) {
  const int processor = processor_of(tid);
  const auto free = processor < 0 ? std::nullopt : set_of(tid);
  if (!free || !has(*free, processor)) return let_alone();
  const bool is_free = count(*free) > 1;
  if ((is_free && !keeps_) || is_urgent(tid) || !put(0, only(processor))) return let_alone();
  is_away_ = true;
  in_a_row_ = kSure;
  follows_ = true;
  until_ = base::monotonic_ns() + kPeriod;
  followed_ = {
      .tid = tid, .processor = processor, .free = *free, .granted = is_free ? granted_to(tid, *free) : *free};
}

// Not where somebody has meanwhile put it elsewhere.
bool SameProcessor::keep(int tid) const {
  if (count(followed_.free) < 2) return false;
  return set_of(tid) == followed_.free && put(tid, only(followed_.processor));
}

void SameProcessor::wakes(int tid) {
  if (!follows_ || tid != last_) return;
  if (base::monotonic_ns() < until_) {
    is_kept_ = keep(tid);
  } else {
    follows_ = false;
  }
}

// Somebody may have put it elsewhere.
void SameProcessor::woken(int tid) {
  if (!std::exchange(is_kept_, false)) return;
  const auto now = set_of(tid);
  was_gone_ = !now;
  if (now == only(followed_.processor)) put(tid, followed_.granted);
}

void SameProcessor::let_alone() {
  in_a_row_ = 0;
  follows_ = false;
  if (std::exchange(is_away_, false)) put(0, own_);
}

// It may have been made before woken().
void SameProcessor::made(int maker, int made) const {
  if (!keeps_) return;
  const auto its = set_of(maker);
  const auto got = set_of(made);
  if (its && got && its != got) put(made, granted_to(maker, *its));
}

void SameProcessor::give_back(int tid) const {
  if (set_of(tid) == only(followed_.processor)) put(tid, followed_.granted);
}

void SameProcessor::made_by_the_dead(int made) const {
  if (followed_.tid != 0) give_back(made);
}

void SameProcessor::became(int tid, int pid) {
  if (std::exchange(was_gone_, false) && followed_.tid == tid) give_back(pid);
}

}  // namespace ajar::capture::ptrace
