#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "control/connection.h"
#include "control/dialogue.h"
#include "control/folders.h"

namespace ajar::control {

// Where a session is asked by other ajars of its user, or root's. Nothing here ever waits, whoever calls and
// whatever they send; each call costs the session a few system calls. One thread at a time.
class Door {
 public:
  using CallerId = std::uint64_t;

  struct Asked {
    CallerId caller = 0;
    Question question;
  };

  // Opens one for a session and clears away what others left behind: sockets that nobody listens on, and what
  // is known of sessions that ended long ago. An error where there is no folder for it.
  static base::Result<std::unique_ptr<Door>> open(const Description& session);

  // What is known of the session stays for those who ask later.
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  // The next question that has come, if any. It wants an answer: the caller waits.
  std::optional<Asked> next();

  // At any time after the question; a caller that has gone meanwhile gets none.
  void answer(CallerId caller, const Message& answer);

  // The session has more to say of itself now. False where that can't be written down at the moment.
  bool describe(const Description& session);

 private:
  using Clock = std::chrono::steady_clock;

  struct Caller {
    CallerId id = 0;
    Connection connection;
    std::string in, out;
    bool asked = false, answered = false;
    Clock::time_point until{};  // then it is shown out
  };

  Door(std::string name, Listener listener) : name_(std::move(name)), listener_(std::move(listener)) {}
  void let_in();
  std::optional<Asked> listen(Caller& caller);
  void refuse(Caller& caller, const std::string& why);
  void show_out();

  std::string name_;  // path of its files, but for their suffixes
  Listener listener_;
  std::list<Caller> callers_;
  CallerId last_caller_ = 0;
};

}  // namespace ajar::control
