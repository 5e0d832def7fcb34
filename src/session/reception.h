#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/door.h"
#include "session/live_recorder.h"

namespace ajar::session {

// Lets other ajars of the same user set marks in a running session, and read its recording: for as long as it
// lives it answers what they ask. One thread at a time.
class Reception {
 public:
  enum class Ends : std::uint8_t {
    by_itself,   // with the program that it runs
    when_asked,  // too
  };

  // `look` takes in all that has happened so far, and reads the tables (Snapshot::Taken::on_request).
  // `recording` is the path of the file that the recorder writes. Both have to outlive this, and the file has
  // to keep its name.
  Reception(LiveRecorder& recorder, const std::string& recording, Ends ends, std::function<void()> look);

  // Those who come later are told where the recording is.
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  // Answers the next question, if one has come. Never waits for anybody: to be called in each turn of the
  // session's loop.
  void turn();

  // Somebody wants the session to end; said once.
  bool take_wish_to_end() { return std::exchange(wish_to_end_, false); }

  // Why nobody can ask; said once.
  std::optional<std::string> take_trouble();

 private:
  using Clock = std::chrono::steady_clock;

  // Somebody who waits for the recording, once code has its names.
  struct Waiting {
    control::Door::CallerId caller = 0;
    Clock::time_point until{};
  };

  void answer(const control::Door::Asked& asked);
  [[nodiscard]] control::Description describe() const;
  [[nodiscard]] base::Result<std::string> new_label(const std::string& wanted) const;
  base::Result<control::Marked> mark(const std::string& wanted);
  void prepare_recording(control::Door::CallerId caller);
  void answer_those_who_wait();
  void keep_described();

  LiveRecorder& recorder_;
  std::string recording_;
  Ends ends_;
  bool wish_to_end_ = false;
  std::function<void()> look_;
  std::unique_ptr<control::Door> door_;
  std::vector<Waiting> waiting_;
  std::size_t described_ = 0;  // processes, to the door
  Clock::time_point describe_again_{};
  std::optional<std::string> trouble_;
};

}  // namespace ajar::session
