#include "session/signals.h"

#include <windows.h>

#include <mmsystem.h>

#include <array>
#include <csignal>
#include <deque>
#include <mutex>

#include "platform/win_nt.h"

namespace ajar::session {
namespace {

using platform::win::OwnedHandle;

// Windows calls handlers in threads of its own.
struct Inbox {
  std::mutex mutex;
  std::deque<Signal> signals;
  OwnedHandle came{::CreateEventW(nullptr, /*bManualReset=*/FALSE, FALSE, nullptr)};
};

// A handler may still be at work when main() has returned.
Inbox& inbox() {
  static auto* const one = new Inbox;
  return *one;
}

std::optional<Signal> take_next() {
  const std::lock_guard lock(inbox().mutex);
  if (inbox().signals.empty()) return std::nullopt;
  const Signal next = inbox().signals.front();
  inbox().signals.pop_front();
  return next;
}

int number_of(DWORD event) {
  if (event == CTRL_C_EVENT) return SIGINT;
  return event == CTRL_BREAK_EVENT ? SIGBREAK : SIGTERM;
}

BOOL WINAPI receive(DWORD event) {
  {
    const std::lock_guard lock(inbox().mutex);
    inbox().signals.push_back(
        {.meaning = Signal::Meaning::end, .number = number_of(event), .from_terminal = true});
  }
  ::SetEvent(inbox().came.get());
  // When this returns, Windows ends the process at once; as long as it doesn't, there are some seconds.
  if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) ::Sleep(INFINITE);
  return TRUE;
}

// mingw-w64 does not have its name yet.
constexpr DWORD kHighResolution = 2;  // CREATE_WAITABLE_TIMER_HIGH_RESOLUTION

// Other waits end with a tick of the system's clock, of which there are 64 in a second: too few to empty
// rings in time. Such a timer is exact on Windows 10 1803 and later; before, all ticks are made shorter.
class Timer {
 public:
  Timer() : timer_(::CreateWaitableTimerExW(nullptr, nullptr, kHighResolution, TIMER_ALL_ACCESS)) {
    if (timer_.get() != nullptr) return;
    shortened_ = ::timeBeginPeriod(kTick) == TIMERR_NOERROR;
    timer_ = OwnedHandle(::CreateWaitableTimerExW(nullptr, nullptr, 0, TIMER_ALL_ACCESS));
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() {
    if (shortened_) ::timeEndPeriod(kTick);
  }

  // Its handle, for somebody to wait for.
  [[nodiscard]] HANDLE in(std::chrono::milliseconds time) const {
    constexpr std::int64_t kUnits = 10'000;  // of 100 ns in a millisecond; negative: from now on
    LARGE_INTEGER due{};
    due.QuadPart = -kUnits * time.count();
    ::SetWaitableTimer(timer_.get(), &due, 0, nullptr, nullptr, FALSE);
    return timer_.get();
  }

 private:
  static constexpr UINT kTick = 1;  // ms
  OwnedHandle timer_;
  bool shortened_ = false;
};

}  // namespace

struct Signals::State {
  Timer timer;
};

Signals::Signals() : state_(std::make_unique<State>()) {
  ::SetConsoleCtrlHandler(receive, TRUE);
}

Signals::~Signals() {
  ::SetConsoleCtrlHandler(receive, FALSE);
  while (take_next()) {
  }
}

std::optional<Signal> Signals::wait(std::chrono::milliseconds timeout) {
  if (auto signal = take_next(); signal || timeout.count() <= 0) return signal;
  const std::array<HANDLE, 2> either = {inbox().came.get(), state_->timer.in(timeout)};
  // The event may be of a signal that was taken already.
  while (::WaitForMultipleObjects(either.size(), either.data(), FALSE, INFINITE) == WAIT_OBJECT_0) {
    if (auto signal = take_next()) return signal;
  }
  return take_next();
}

}  // namespace ajar::session
