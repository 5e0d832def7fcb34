#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "base/result.h"
#include "control/user.h"

// Unix sockets, on Windows named pipes, as sessions use them: never waited for. Sockets have paths; a pipe
// has a file there that is gone when its process is, and is found by the file's name.
namespace ajar::control {

enum class Transfer : std::uint8_t { some, none_now, ended };

// One end of a connection between two ajars, closed when its owner goes; what was sent arrives all the same.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;
  struct State;

  Connection();  // none
  explicit Connection(std::unique_ptr<State> state);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] bool valid() const { return state_ != nullptr; }

  // For who listens: whether the process that connected may ask, as this user's or root's.
  [[nodiscard]] bool may_ask() const;

  // For who connected: whether the process that listens is that user's.
  [[nodiscard]] bool leads_to(const User& user) const;

  // Appends what has arrived, up to `most` bytes in all.
  Transfer receive(std::string& into, std::size_t most);

  // Sends what fits, and takes it off the front. What is left has to be the front the next time.
  Transfer send(std::string& from);

  // After none_now: waits until it is worth another try. False where the time has come before.
  [[nodiscard]] bool wait_to_receive(Clock::time_point until);
  [[nodiscard]] bool wait_to_send(Clock::time_point until);

 private:
  std::unique_ptr<State> state_;
};

// Who waits for others to connect. On Linux it leaves its file behind.
class Listener {
 public:
  struct State;

  // At `path`, for this user only (and root). It appears under its name once it listens, so that nobody takes
  // it for one that has been left behind.
  static base::Result<Listener> at(const std::string& path);

  Listener(Listener&&) noexcept;
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  // The next one that has connected; none where nobody has.
  Connection accept();

 private:
  explicit Listener(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

// Why there is no connection.
struct NotConnected {
  enum class Why : std::uint8_t {
    nobody_listens,  // any more
    many_wait,       // and have to be let in first
    failed,
  };

  Why why = Why::failed;
  base::Error error;
};

std::expected<Connection, NotConnected> connect_to(const std::string& path);

}  // namespace ajar::control
