#pragma once

#include <array>
#include <cstdint>

namespace ajar::capture::ptrace {

// A bit for each, the first one's the lowest.
using Processors = std::array<std::uint64_t, 16>;

// A stop costs least where the traced thread and its tracer are on one processor: nobody has to be woken on
// another one, which sleeps (some 10 µs instead of 40 to 65 on a virtual machine). Where one thread makes all
// the stops, the tracer goes to its processor and has the kernel wake it up there: until the tracer runs
// again the thread may run nowhere else. From time to time it is woken without that, so that it is not kept
// where others compute.
//
// Who asks on which processors it may run is told the truth: the caller says when that could be
// (`let_alone()`), and what is made by a thread that is kept gets what this one really has (`made()`).
// For the only thread of a process that traces.
class SameProcessor {
 public:
  // `keeps`: threads that may run anywhere are to be woken here; else only those are followed that may run on
  // a single processor anyway. To be kept they have to end with their tracer, and all that they make has to
  // be traced. They are not kept where one could become another user's, and out of reach.
  explicit SameProcessor(bool keeps);

  // It has stopped. Before the next call for another thread.
  void stopped(int tid);
  // Before and after it is resumed.
  void wakes(int tid);
  void woken(int tid);
  // For the next stops no thread is followed: one is about to ask where it may run, or to say so; or nobody
  // notices such questions any more.
  void let_alone();
  // `maker` has made it; both stand still.
  void made(int maker, int made) const;
  // It stands still, and its maker was killed.
  void made_by_the_dead(int made) const;
  // The thread has become the first one of its process, which is another program.
  void became(int tid, int pid);

  // Whether a call asks where threads may run, or says so.
  static bool is_asked_by(std::uint64_t number, std::uint8_t abi);

 private:
  struct Followed {
    int tid = 0;
    int processor = 0;     // where the two are
    Processors free{};     // where it may run
    Processors granted{};  // what it gets back: the same, or all, where nobody has restricted it
  };

  void follow(int tid);
  [[nodiscard]] bool keep(int tid) const;
  void give_back(int tid) const;

  bool keeps_;
  Processors own_{};       // where this thread may be
  bool is_away_ = false;   // it is held on another's processor
  int last_ = 0;           // the thread that has stopped last
  unsigned in_a_row_ = 0;  // its stops since another one's
  bool follows_ = false;
  Followed followed_;        // now, or last
  std::uint64_t until_ = 0;  // when to let it go where it likes, once: base::monotonic_ns()
  bool is_kept_ = false;     // it may run here only, until woken()
  bool was_gone_ = false;    // … which found it gone
};

}  // namespace ajar::capture::ptrace
