#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "symbolize/symbolizer.h"

namespace ajar::session {

// Looks names up on a thread of its own, so that whoever empties the rings never waits for it: the debug
// information of a large program takes seconds. What is asked is answered twice: first by what the symbol
// tables tell, which is quick, so that a recording that is cut off has that; then with lines. Files are
// opened as soon as modules are seen, and stay open: names come from the file that ran, also when it has been
// deleted or replaced and its process is gone. The thread gives way to others, and takes no signals.
// All calls from one thread.
class Naming {
 public:
  explicit Naming(symbolize::SymbolizerOptions options = {});
  Naming(const Naming&) = delete;
  Naming& operator=(const Naming&) = delete;
  ~Naming();

  // Opens the modules' files, before anything that has been asked.
  void hold(std::vector<symbolize::Question> questions);

  void ask(std::vector<symbolize::Question> questions);

  // What has been found out since the last time.
  std::vector<symbolize::Answer> take();

  // Whether all that was asked has been answered; take() may still have to be called.
  [[nodiscard]] bool done();

  // The same, but waits for it as long as this.
  [[nodiscard]] bool done_within(std::chrono::milliseconds time);

 private:
  using Lock = std::unique_lock<std::mutex>;

  void start();
  void work();
  bool one_step(Lock& lock);
  [[nodiscard]] bool nothing_to_do() const;
  [[nodiscard]] bool all_answered() const;

  symbolize::Symbolizer symbolizer_;  // the thread's own
  std::mutex mutex_;                  // of what follows
  std::condition_variable changed_;
  std::condition_variable answered_;
  std::deque<symbolize::Question> holds_;
  std::deque<symbolize::Question> functions_;
  std::map<std::string, symbolize::Question> lines_;  // by identity
  std::vector<symbolize::Answer> answers_;
  bool answering_ = false;
  bool stop_ = false;
  std::thread thread_;  // starts when there is something to do
};

}  // namespace ajar::session
