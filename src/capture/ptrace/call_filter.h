#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {

// A filter of system calls (seccomp) that lets a thread stop for its tracer at those that matter to handle
// tables, and at those that SameProcessor has to know of. It stays with the process, what it becomes and all
// that it makes, and without a tracer these calls fail: who installs it answers them to the end.
//
// Not among them: read() and readv(), which matter for fanotify only (Tracer follows every call of a process
// that has a group); munmap(), since code that goes is missed by nobody until other code comes; those that
// make processes, of which ptrace tells by itself.
class CallFilter {
 public:
  CallFilter();

  // For the calling thread. 0, or the errno. Without privileges (CAP_SYS_ADMIN) the kernel asks that the
  // process and what it becomes gain none, either (no_new_privs). Safe in a signal handler.
  [[nodiscard]] int install() const;

 private:
  // struct sock_filter
  struct Instruction {
    std::uint16_t code;
    std::uint8_t if_true, if_false;
    std::uint32_t value;
  };
  void add(std::uint16_t code, std::uint32_t value, std::uint8_t if_true = 0, std::uint8_t if_false = 0);
  void add_calls(std::uint32_t first_row);
  void add_socket_calls(const std::vector<ajar_call_plan>& plans);
  void go_from(std::size_t place);
  void stop_if_equal(std::uint32_t value);

  std::vector<Instruction> program_;
};

}  // namespace ajar::capture::ptrace
