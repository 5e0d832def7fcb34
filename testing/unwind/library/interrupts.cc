#include "unwind/library/interrupts.h"

#include <string.h>
#include <time.h>
#include <ucontext.h>

#include "agent/core/caller.h"
#include "agent/linux/raw.h"
#include "unwind/library/look.h"
#include "unwind/library/pace.h"
#include "unwind/library/process.h"
#include "unwind/library/real.h"

namespace ajar::unwinding::interrupts {
namespace {

namespace raw = agent::raw;

constexpr int kSteps = 60;               // instructions that are followed
constexpr uint64_t kPeriod = 1'000'000;  // ns of processor time
constexpr greg_t kTrapFlag = 0x100;      // of the flags: a trap after every instruction

constinit Pace ticks = {}, after_calls = {};

__thread int steps_left __attribute__((tls_model("initial-exec"))) = 0;

// A trap while SIGTRAP is blocked ends the program: what may block it, or let others see the flag, is not
// followed.
bool may_step(const ucontext_t& at) {
  if (sigismember(&at.uc_sigmask, SIGTRAP) != 0) return false;
  const auto* code = reinterpret_cast<const uint8_t*>(at.uc_mcontext.gregs[REG_RIP]);
  constexpr uint8_t kPushFlags = 0x9c;
  const bool is_system_call = code[0] == 0x0f && (code[1] == 0x05 || code[1] == 0x34);
  return !is_system_call && code[0] != kPushFlags && code[0] != 0xcd;
}

void on_step(int, siginfo_t*, void* context) {
  auto& at = *static_cast<ucontext_t*>(context);
  if (steps_left > 0 && may_look()) {
    --steps_left;
    look(AJAR_CALLER, Moment::interrupt);
  } else {
    steps_left = 0;
  }
  if (steps_left == 0 || !may_step(at)) at.uc_mcontext.gregs[REG_EFL] &= ~kTrapFlag;
}

void on_timer(int, siginfo_t* info, void* context) {
  auto& at = *static_cast<ucontext_t*>(context);
  // A pending signal of after_call() has its turn already.
  if (!may_look() || (info->si_code == SI_TIMER && !ticks.due())) return;
  look(AJAR_CALLER, Moment::interrupt);
  if (!may_step(at)) return;
  steps_left = kSteps;
  at.uc_mcontext.gregs[REG_EFL] |= kTrapFlag;
}

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigaddset(&action.sa_mask, SIGPROF);
  real::sigaction(signal, &action, nullptr);
}

// By the kernel's timers, which neither fork nor exec passes on, unlike setitimer's.
void start_timer() {
  constexpr int64_t kTimerCreate = 222, kTimerSet = 223, kProcessTime = 2;
  struct sigevent event;
  memset(&event, 0, sizeof(event));
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGPROF;
  int timer = 0;
  if (raw::call(kTimerCreate, kProcessTime, raw::word(&event), raw::word(&timer)) != 0) return;
  const uint64_t times[4] = {0, kPeriod, 0, kPeriod};
  raw::call(kTimerSet, static_cast<uint64_t>(timer), 0, raw::word(times), 0);
}

}  // namespace

void after_call() {
  constexpr int64_t kThreadKill = 200;
  if (after_calls.due()) raw::call(kThreadKill, raw::gettid(), SIGPROF);
}

void begin() {
  ticks.begin(process::pace() / kSteps + 1);
  after_calls.begin(process::pace() / kSteps + 1);
  handle(SIGPROF, on_timer);
  handle(SIGTRAP, on_step);
  start_timer();
}

}  // namespace ajar::unwinding::interrupts
