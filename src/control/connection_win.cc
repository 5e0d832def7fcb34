#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/path.h"
#include "control/connection.h"
#include "control/folders.h"
#include "control/pipe_name_win.h"
#include "control/security_win.h"
#include "platform/win_nt.h"
#include "platform/win_text.h"

namespace ajar::control {
namespace {

using platform::win::OwnedHandle;
using platform::win::widen;

constexpr std::size_t kPart = std::size_t{64} << 10U;  // bytes that are on their way at a time

// "C:\…\ajar\4711-5.sock": \\.\pipe\ajar-4711-5
std::wstring pipe_of(const std::string& path) {
  std::string_view name = base::file_name(path);
  if (name.ends_with(kSocketSuffix)) name.remove_suffix(kSocketSuffix.size());
  return widen("\\\\.\\pipe\\" + std::string(kPipePrefix) + std::string(name));
}

OwnedHandle owned(HANDLE handle) {
  return handle == INVALID_HANDLE_VALUE ? OwnedHandle() : OwnedHandle(handle);
}

// Something that was begun on a pipe and goes on by itself, one at a time. Ends with its owner.
class Operation {
 public:
  explicit Operation(HANDLE pipe) : pipe_(pipe) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() {
    if (!goes_on_) return;
    ::CancelIoEx(pipe_, &overlapped_);
    DWORD ignored = 0;
    ::GetOverlappedResult(pipe_, &overlapped_, &ignored, TRUE);
  }

  [[nodiscard]] bool goes_on() const { return goes_on_; }

  // `start` is the system's call, with where it is to say that it is done.
  template <typename Start>
  void begin(const Start& start) {
    overlapped_ = {};
    overlapped_.hEvent = done_.get();
    failed_ = start(&overlapped_) == FALSE && ::GetLastError() != ERROR_IO_PENDING;
    goes_on_ = !failed_;
  }

  struct Outcome {
    Transfer what = Transfer::none_now;
    DWORD bytes = 0;
  };

  // What has become of what was begun; not asked twice of what is over.
  Outcome look() {
    if (failed_) return {.what = Transfer::ended, .bytes = 0};
    DWORD bytes = 0;
    if (::GetOverlappedResult(pipe_, &overlapped_, &bytes, FALSE) == FALSE) {
      if (::GetLastError() == ERROR_IO_INCOMPLETE) return {};
      failed_ = true;
    }
    goes_on_ = false;
    return {.what = failed_ ? Transfer::ended : Transfer::some, .bytes = bytes};
  }

  bool wait(Connection::Clock::time_point until) {
    using std::chrono::milliseconds;
    if (!goes_on_) return true;
    const auto left = std::chrono::ceil<milliseconds>(until - Connection::Clock::now());
    if (left.count() <= 0) return false;
    return ::WaitForSingleObject(done_.get(), static_cast<DWORD>(left.count())) == WAIT_OBJECT_0;
  }

 private:
  HANDLE pipe_;
  OwnedHandle done_{::CreateEventW(nullptr, /*bManualReset=*/TRUE, FALSE, nullptr)};
  OVERLAPPED overlapped_{};
  bool goes_on_ = false;
  bool failed_ = false;
};

}  // namespace

struct Connection::State {
  explicit State(OwnedHandle its_pipe) : pipe(std::move(its_pipe)) {}

  OwnedHandle pipe;
  std::string arriving, leaving;  // of the operations, which therefore end first
  Operation reading{pipe.get()}, writing{pipe.get()};
};

Connection::Connection() = default;
Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

// Others don't get a connection at all.
bool Connection::may_ask() const {
  return valid();
}

bool Connection::leads_to(const User& user) const {
  return !user.empty() && owner_of_pipe(state_->pipe.get()) == user;
}

Transfer Connection::receive(std::string& into, std::size_t most) {
  State& state = *state_;
  while (into.size() < most) {
    if (!state.reading.goes_on()) {
      state.arriving.resize(std::min(kPart, most - into.size()));
      state.reading.begin([&](OVERLAPPED* done) {
        return ::ReadFile(state.pipe.get(), state.arriving.data(), static_cast<DWORD>(state.arriving.size()),
                          nullptr, done);
      });
    }
    const auto [what, bytes] = state.reading.look();
    if (what != Transfer::some) return what;
    // Whoever writes nothing at all could do so for ever.
    if (bytes == 0) return Transfer::ended;
    into.append(state.arriving, 0, bytes);
  }
  return Transfer::some;
}

Transfer Connection::send(std::string& from) {
  State& state = *state_;
  while (!from.empty()) {
    if (!state.writing.goes_on()) {
      state.leaving = from.substr(0, kPart);
      state.writing.begin([&](OVERLAPPED* done) {
        return ::WriteFile(state.pipe.get(), state.leaving.data(), static_cast<DWORD>(state.leaving.size()),
                           nullptr, done);
      });
    }
    const auto [what, bytes] = state.writing.look();
    if (what != Transfer::some) return what;
    from.erase(0, bytes);
  }
  return Transfer::some;
}

bool Connection::wait_to_receive(Clock::time_point until) {
  return state_->reading.wait(until);
}

bool Connection::wait_to_send(Clock::time_point until) {
  return state_->writing.wait(until);
}

struct Listener::State {
  std::wstring name;
  OwnedHandle file;  // Windows takes it away when this process is gone
  std::unique_ptr<Connection::State> next;
  std::optional<Operation> connecting;

  // Another end for the next one who connects.
  bool open(DWORD also) {
    const OwnersOnly closed;
    OwnedHandle pipe = owned(::CreateNamedPipeW(
        name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | also,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_UNLIMITED_INSTANCES, kPart, kPart, 0, static_cast<SECURITY_ATTRIBUTES*>(closed.attributes())));
    if (pipe.get() == nullptr) return false;
    next = std::make_unique<Connection::State>(std::move(pipe));
    connecting.emplace(next->pipe.get());
    connecting->begin([&](OVERLAPPED* done) -> BOOL {
      if (::ConnectNamedPipe(next->pipe.get(), done) != FALSE) return TRUE;
      if (::GetLastError() != ERROR_PIPE_CONNECTED) return FALSE;
      // Somebody was quick. Nothing is under way then, and nobody else says that it is done.
      done->Internal = 0;
      return ::SetEvent(done->hEvent);
    });
    return true;
  }
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener::~Listener() = default;

base::Result<Listener> Listener::at(const std::string& path) {
  auto state = std::make_unique<State>();
  state->name = pipe_of(path);
  if (!state->open(FILE_FLAG_FIRST_PIPE_INSTANCE)) return platform::win::last_error(path);
  const OwnersOnly closed;
  state->file = owned(::CreateFileW(widen(path).c_str(), DELETE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                    static_cast<SECURITY_ATTRIBUTES*>(closed.attributes()), CREATE_NEW,
                                    FILE_FLAG_DELETE_ON_CLOSE, nullptr));
  if (state->file.get() == nullptr) return platform::win::last_error(path);
  return Listener(std::move(state));
}

Connection Listener::accept() {
  State& state = *state_;
  if (!state.next && !state.open(0)) return {};
  const Transfer what = state.connecting->look().what;
  if (what == Transfer::none_now) return {};
  state.connecting.reset();
  std::unique_ptr<Connection::State> connected = std::exchange(state.next, nullptr);
  state.open(0);
  // Where nothing came of it, the next look tries again.
  return what == Transfer::some ? Connection(std::move(connected)) : Connection();
}

std::expected<Connection, NotConnected> connect_to(const std::string& path) {
  OwnedHandle pipe =
      owned(::CreateFileW(pipe_of(path).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                          FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
  if (pipe.get() != nullptr) return Connection(std::make_unique<Connection::State>(std::move(pipe)));
  const DWORD error = ::GetLastError();
  const NotConnected::Why why = error == ERROR_FILE_NOT_FOUND ? NotConnected::Why::nobody_listens
                                : error == ERROR_PIPE_BUSY    ? NotConnected::Why::many_wait
                                                              : NotConnected::Why::failed;
  ::SetLastError(error);
  return std::unexpected(NotConnected{why, platform::win::last_error(path)});
}

}  // namespace ajar::control
