#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "model/snapshot.h"

namespace ajar::capture {

// A way in while it runs, for a session's loop. One thread at a time.
class LiveWay {
 public:
  virtual ~LiveWay() = default;

  struct Progress {
    std::size_t records = 0;            // read
    std::uint32_t fullest_percent = 0;  // of the rings, before they were read
  };

  // Reads what came since the last time, and notices processes that came or ended.
  virtual Progress poll() = 0;

  // Looks which processes have ended. poll() does it now and then.
  virtual void notice_ends() = 0;

  // Reads the tables of the living processes from outside; `taken`: periodic or on_request.
  virtual void snapshot(model::Snapshot::Taken taken) = 0;

  // That process has ended so, as its parent saw it.
  virtual void ended(std::int64_t pid, std::optional<int> exit_status, std::optional<int> signal) = 0;

  // Whether every traced process has ended, and of every one that these made it is known what became of it.
  [[nodiscard]] virtual bool settled() const = 0;

  // Why nothing more is seen of processes that go on, in one line; nothing where all is well.
  [[nodiscard]] virtual std::optional<std::string> failure() { return std::nullopt; }

  // Reads what is left. Processes that go on are left alone from then on.
  virtual void finish() = 0;
};

}  // namespace ajar::capture
