#include "capture/ptrace/call_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "capture/kernel/plans.h"
#include "capture/ptrace/same_processor.h"
#include "wire/socket_calls.h"

namespace ajar::capture::ptrace {
namespace {

constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS, kIfEqual = BPF_JMP | BPF_JEQ | BPF_K,
                        kIfSome = BPF_JMP | BPF_JSET | BPF_K, kIfNotLess = BPF_JMP | BPF_JGE | BPF_K,
                        kGo = BPF_JMP | BPF_JA, kReturn = BPF_RET | BPF_K;

constexpr std::uint32_t kNumber = offsetof(seccomp_data, nr), kArchitecture = offsetof(seccomp_data, arch);
constexpr std::uint32_t kX32 = 0x4000'0000;  // in the numbers of its calls: nothing is known of these
constexpr std::uint32_t kExecutes = 4;       // PROT_EXEC

// The lower half of an argument.
std::uint32_t argument_at(std::uint32_t number) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + number * sizeof(std::uint64_t));
}

bool is_left_out(const ajar_call_plan& plan) {
  return plan.what == 0 || (plan.what & AJAR_PLAN_UNMAPS) != 0 || plan.payload == AJAR_CALL_EVENTS;
}

bool makes_processes(std::uint32_t row) {
  constexpr std::uint32_t kClone32 = 120;
  return row == SYS_clone || row == SYS_clone3 || row == AJAR_CALL_NUMBERS + kClone32 ||
         row == AJAR_CALL_NUMBERS + SYS_clone3;
}

}  // namespace

void CallFilter::add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true, std::uint8_t if_false) {
  program_.push_back({code, if_true, if_false, value});
}

// To what comes next.
void CallFilter::go_from(std::size_t place) {
  program_[place].value = static_cast<std::uint32_t>(program_.size() - place - 1);
}

void CallFilter::stop_if_equal(std::uint32_t value) {
  add(kIfEqual, value, 0, 1);
  add(kReturn, SECCOMP_RET_TRACE);
}

// With the call's number loaded, for one ABI's rows of the plans.
void CallFilter::add_calls(std::uint32_t first_row) {
  const std::vector<ajar_call_plan> plans = kernel::make_plans();
  if (first_row != 0) add_socket_calls(plans);
  const std::vector<kernel::PlanByArgument> by_argument = kernel::make_plans_by_argument();
  for (std::uint32_t number = 0; number < AJAR_CALL_NUMBERS; ++number) {
    const std::uint32_t row = first_row + number;
    const ajar_call_plan& plan = plans[row];
    if (SameProcessor::is_asked_by(number, first_row == 0 ? AJAR_ABI_64 : AJAR_ABI_32)) {
      stop_if_equal(number);
      continue;
    }
    if (is_left_out(plan) || makes_processes(row)) continue;
    if ((plan.what & (AJAR_PLAN_BY_ARGUMENT | AJAR_PLAN_MAPS_CODE)) == 0) {
      stop_if_equal(number);
      continue;
    }
    // There may be more than a test itself can go past.
    add(kIfEqual, number, 1, 0);
    const std::size_t past = program_.size();
    add(kGo, 0);
    if ((plan.what & AJAR_PLAN_MAPS_CODE) != 0) {
      add(kLoad, argument_at(2));
      add(kIfSome, kExecutes, 0, 1);
      add(kReturn, SECCOMP_RET_TRACE);
    } else {
      add(kLoad, argument_at(plan.closes));
      for (const kernel::PlanByArgument& each : by_argument) {
        if (each.row == row) stop_if_equal(each.value);
      }
    }
    add(kReturn, SECCOMP_RET_ALLOW);
    go_from(past);
  }
  add(kReturn, SECCOMP_RET_ALLOW);
}

// Which of them it is, is in the first argument.
void CallFilter::add_socket_calls(const std::vector<ajar_call_plan>& plans) {
  add(kIfEqual, AJAR_SOCKET_CALL, 1, 0);
  const std::size_t past = program_.size();
  add(kGo, 0);
  add(kLoad, argument_at(0));
  for (std::uint32_t which = 0; which < AJAR_SOCKET_CALLS; ++which) {
    const std::uint32_t number = ajar_socket_call_of(which).number;
    if (number != 0 && !is_left_out(plans[AJAR_CALL_NUMBERS + number])) stop_if_equal(which);
  }
  add(kReturn, SECCOMP_RET_ALLOW);
  go_from(past);
}

CallFilter::CallFilter() {
  static_assert(sizeof(Instruction) == sizeof(sock_filter));
  add(kLoad, kArchitecture);
  add(kIfEqual, AUDIT_ARCH_X86_64, 0, 1);
  const std::size_t to_64 = program_.size();
  add(kGo, 0);
  add(kIfEqual, AUDIT_ARCH_I386, 1, 0);
  add(kReturn, SECCOMP_RET_ALLOW);
  add(kLoad, kNumber);
  add_calls(AJAR_CALL_NUMBERS);
  go_from(to_64);
  add(kLoad, kNumber);
  add(kIfNotLess, kX32, 0, 1);
  add(kReturn, SECCOMP_RET_ALLOW);
  add_calls(0);
}

// With the flag the processor speculates on as before: kernels before 5.16 slow down who has a filter, else.
// Linux before 4.17 doesn't know it.
int CallFilter::install() const {
  const sock_fprog program{static_cast<unsigned short>(program_.size()),
                           reinterpret_cast<sock_filter*>(const_cast<Instruction*>(program_.data()))};
  unsigned flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  const auto attempt = [&] { return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0; };
  if (attempt()) return 0;
  if (errno == EINVAL) {
    flags = 0;
    if (attempt()) return 0;
  }
  if (errno != EACCES || ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return attempt() ? 0 : errno;
}

}  // namespace ajar::capture::ptrace
