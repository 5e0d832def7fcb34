#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace ajar::tables::windows {

// Has work done that may never end: to ask for the name of a pipe on which somebody waits waits as well. It
// is done by another thread, which is given up when it takes too long, and then goes on alone: whatever the
// work uses must be its own. One thread at a time.
class InTime {
 public:
  explicit InTime(std::chrono::nanoseconds limit);
  InTime(const InTime&) = delete;
  InTime& operator=(const InTime&) = delete;
  ~InTime();

  // Whether it was done in time. Where too many threads hang already nothing is begun.
  bool run(std::function<void()> work);

 private:
  struct Worker;

  std::chrono::nanoseconds limit_;
  unsigned given_up_ = 0;
  std::shared_ptr<Worker> worker_;
};

}  // namespace ajar::tables::windows
