#include "capture/inject/own_process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "base/owned_fd.h"

namespace ajar::capture::inject {
namespace {

void write_all(int to, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(to, text.data() + at, text.size() - at);
    if (written <= 0) return;
    at += static_cast<std::size_t>(written);
  }
}

std::string read_all(int from) {
  std::string text;
  char bytes[512];
  for (;;) {
    const ssize_t got = ::read(from, bytes, sizeof(bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(bytes, static_cast<std::size_t>(got));
  }
}

// "+" where it succeeded, "-" and the message otherwise.
[[noreturn]] void act(const std::function<base::Result<void>()>& action, int to) {
  ::setsid();
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  const base::Result<void> result = action();
  write_all(to, result.ok() ? "+" : "-" + result.error().message());
  ::_exit(0);
}

}  // namespace

base::Result<void> in_process_of_its_own(const std::function<base::Result<void>()>& action) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe", errno);
  const base::OwnedFd from(ends[0]);
  base::OwnedFd to(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return base::system_error("fork", errno);
  if (child == 0) act(action, to.get());
  to = base::OwnedFd();
  const std::string said = read_all(from.get());
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (said.starts_with('+')) return {};
  return base::Error(said.empty() ? "the process that loads the agent was killed" : said.substr(1));
}

}  // namespace ajar::capture::inject
