#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "capture/inject/stopped.h"

namespace ajar::capture::inject {

// How the registers of a thread that was stopped in a waiting call have to be for it to wait on: where the
// kernel would let the call end early for the stop, it makes it once more.
Registers waiting_on(Registers stopped);
// The same for a thread that goes back by itself (rt_sigreturn), after which the kernel makes nothing once
// more.
Registers going_back(Registers stopped);

// Makes a thread that stands still in a system call call functions of its program, on its own stack, with
// signals blocked; at the end it is as it was. Where ajar is killed meanwhile, or the function takes too
// long, the thread comes back to what it was at by itself, as from a signal's handler.
class RemoteCalls {
 public:
  // `thread` must outlive it. `own_call`: the system call's instruction.
  static base::Result<std::unique_ptr<RemoteCalls>> begin(Stopped& thread, const ThreadState& state,
                                                          std::uint64_t own_call);
  RemoteCalls(const RemoteCalls&) = delete;
  RemoteCalls& operator=(const RemoteCalls&) = delete;
  // Puts everything back.
  ~RemoteCalls();

  // Calls it with texts or numbers.
  base::Result<std::uint64_t> call(std::uint64_t function, std::uint64_t first = 0, std::uint64_t second = 0);

  // The same without waiting for its end.
  bool start(std::uint64_t function, std::uint64_t first = 0, std::uint64_t second = 0);

  // Where a text lies in the process's memory, until the next one is put there.
  base::Result<std::uint64_t> put(const std::string& text);

 private:
  RemoteCalls(Stopped& thread, const ThreadState& state, std::uint64_t own_call)
      : thread_(thread), state_(state), own_call_(own_call) {}

  base::Result<void> map();
  bool write_way_back();
  base::Result<void> wait();
  base::Error gone();

  Stopped& thread_;
  ThreadState state_;
  std::uint64_t own_call_;
  std::uint64_t area_ = 0;
  bool away_ = false;  // it runs, or went back by itself: nothing is to be put back
};

}  // namespace ajar::capture::inject
