#include "harness/command.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace ajar::harness {
namespace {

using std::chrono::steady_clock;

constexpr const char* kSystemPrograms = "/usr/local/sbin:/usr/sbin:/sbin";

base::OwnedFd file_in_memory(const char* name, std::string_view content = {}) {
  base::OwnedFd file(::memfd_create(name, MFD_CLOEXEC));
  if (!file.valid() || ::write(file.get(), content.data(), content.size()) != std::ssize(content)) {
    throw std::runtime_error("no memory for a program's input and output");
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// Each write goes to the end. Otherwise two processes that write at once may write to the same place: of a
// memfd, unlike of a file that was opened, the kernel does not lock the offset.
base::OwnedFd output_in_memory(const char* name) {
  base::OwnedFd file = file_in_memory(name);
  if (::fcntl(file.get(), F_SETFL, O_APPEND) != 0) throw std::runtime_error("fcntl failed");
  return file;
}

std::string content_of(int file) {
  std::string text(static_cast<std::size_t>(std::max<off_t>(::lseek(file, 0, SEEK_END), 0)), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::pread(file, text.data() + have, text.size() - have, static_cast<off_t>(have));
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

void set_environment(const Command& command) {
  for (const auto& [name, value] : command.environment) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
}

// In the child. What the test program changed of its own signals is put back as a shell would have it.
[[noreturn]] void become(const Command& command, int in, int out, int err) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGCHLD}) ::signal(number, SIG_DFL);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  set_environment(command);
  std::vector<char*> words;
  for (const std::string& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  if (command.directory.empty() || ::chdir(command.directory.c_str()) == 0) ::execvp(words[0], words.data());
  ::perror(words[0]);
  ::_exit(127);
}

}  // namespace

std::string how_it_ended(const Outcome& outcome) {
  if (outcome.timed_out) return "still running at its time limit";
  if (outcome.exit_status) return "exit status " + std::to_string(*outcome.exit_status);
  return "killed by signal " + std::to_string(outcome.signal);
}

Running::Running(const Command& command)
    : limit_(steady_clock::now() + command.limit),
      out_(output_in_memory("stdout")),
      err_(output_in_memory("stderr")) {
  const base::OwnedFd input = file_in_memory("stdin", command.input);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  const base::OwnedFd becomes(ends[0]);
  base::OwnedFd is_child(ends[1]);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) become(command, input.get(), out_.get(), err_.get());
  ::setpgid(pid_, pid_);  // here too: nobody knows who comes first
  is_child.reset();
  char nothing = 0;
  while (::read(becomes.get(), &nothing, 1) < 0 && errno == EINTR) {
  }
  end_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
}

Running::~Running() {
  send_to_group(SIGKILL);
  if (!finished_) ::waitpid(pid_, nullptr, 0);
}

void Running::send(int signal) const {
  ::kill(pid_, signal);
}
void Running::send_to_group(int signal) const {
  ::kill(-pid_, signal);
}
std::string Running::out() const {
  return content_of(out_.get());
}
std::string Running::err() const {
  return content_of(err_.get());
}

bool Running::ends_within(std::chrono::milliseconds time) const {
  pollfd end{.fd = end_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&end, 1, static_cast<int>(time.count())) > 0;
}

bool Running::wait_until(const std::function<bool()>& condition) const {
  using namespace std::chrono_literals;
  bool ended = false;
  while (!condition()) {
    if (ended || steady_clock::now() >= limit_) return false;
    ended = ends_within(5ms);
  }
  return true;
}

Outcome Running::finish() {
  Outcome outcome;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit_ - steady_clock::now());
  if (!ends_within(std::max(left, std::chrono::milliseconds(0)))) {
    outcome.timed_out = true;
    send_to_group(SIGKILL);
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  finished_ = true;
  if (WIFEXITED(status)) outcome.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  outcome.out = out();
  outcome.err = err();
  return outcome;
}

Outcome run(const Command& command) {
  return Running(command).finish();
}

std::string child_of(pid_t parent) {
  std::error_code gone;
  const std::filesystem::path threads = "/proc/" + std::to_string(parent) + "/task";
  for (std::filesystem::directory_iterator each(threads, gone), end; !gone && each != end;
       each.increment(gone)) {
    std::ifstream children(each->path() / "children");
    std::string pid;
    if (children >> pid) return pid;
  }
  return {};
}

std::size_t count_descriptors(const std::string& pid) {
  std::error_code gone;
  const std::filesystem::directory_iterator all("/proc/" + pid + "/fd", gone);
  return gone ? 0 : static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::filesystem::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path == nullptr ? "/usr/bin:/bin" : path) + ":" + kSystemPrograms);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path candidate = std::filesystem::path(folder) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace ajar::harness
