#pragma once

#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>

#include "base/owned_fd.h"

// For tests: a process that does something, and then is there until this goes.
namespace ajar::tables {

class Child {
 public:
  // Returns once it has done `work`. `flags` are those of clone(2): CLONE_FILES.
  explicit Child(const std::function<void()>& work = [] {}, unsigned long flags = 0) {
    std::array<int, 2> done{-1, -1};
    if (::pipe(done.data()) != 0) return;
    const base::OwnedFd from(done[0]);
    base::OwnedFd to(done[1]);
    pid_ = static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid_ == 0) {
      work();
      const char byte = 0;
      static_cast<void>(::write(to.get(), &byte, 1));
      for (;;) ::pause();
    }
    char byte = 0;
    static_cast<void>(::read(from.get(), &byte, 1));
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
};

}  // namespace ajar::tables
