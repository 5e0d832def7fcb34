#include "platform/debuginfod.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/owned_fd.h"
#include "platform/own_executable.h"

namespace ajar::platform {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = DebuginfodAnswer::Kind;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

bool is_build_id(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  return !text.empty() && text.find_first_not_of(digits) == std::string::npos;
}

std::string cache_folder() {
  if (std::string path = variable("DEBUGINFOD_CACHE_PATH"); !path.empty()) return path;
  const std::string home = variable("HOME");
  std::error_code ignored;
  if (!home.empty() && std::filesystem::exists(home + "/.debuginfod_client_cache", ignored))
    return home + "/.debuginfod_client_cache";
  if (const std::string cache = variable("XDG_CACHE_HOME"); !cache.empty())
    return cache + "/debuginfod_client";
  return home.empty() ? std::string() : home + "/.cache/debuginfod_client";
}

// What the process that asked said, and how it ended.
struct Asked {
  std::string said;
  int status = -1;  // of its exit; -1: it did not start, or was killed
  bool started = false;
  bool in_time = true;
};

// Reads to the end of the stream; false where that does not come in time.
bool read_all(int fd, Clock::time_point until, std::string& text) {
  constexpr std::size_t kMost = 8192;
  std::array<char, 1024> some{};
  while (text.size() < kMost) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = ::read(fd, some.data(), some.size());
    if (got <= 0) return true;
    text.append(some.data(), static_cast<std::size_t>(got));
  }
  return true;
}

Asked ask(const std::string& program, std::vector<std::string> words, std::chrono::milliseconds limit) {
  Asked asked;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return asked;
  const base::OwnedFd from(ends[0]);
  base::OwnedFd to(ends[1]);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  asked.started = ::posix_spawnp(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  to.reset();
  if (!asked.started) return asked;
  asked.in_time = read_all(from.get(), Clock::now() + limit, asked.said);
  if (!asked.in_time) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) asked.status = WEXITSTATUS(status);
  while (!asked.said.empty() && asked.said.back() == '\n') asked.said.pop_back();
  return asked;
}

// It comes with ajar, as the agent does. Where it can't run, on a system with an older C library, elfutils'
// own program does as well.
std::string helper() {
  const auto self = own_executable();
  if (!self.ok()) return {};
  const std::filesystem::path folder = std::filesystem::path(self.value()).parent_path().parent_path();
  return (folder / "lib/ajar/ajar-debuginfod").string();
}

constexpr const char* kFinder = "debuginfod-find";

// Exit statuses of the helper.
constexpr int kNoServerHasIt = 1;
constexpr int kTrouble = 2;

DebuginfodAnswer answer_of(const Asked& asked) {
  if (!asked.in_time)
    return {.kind = Kind::trouble, .path = {}, .words = "debuginfod: the servers did not answer in time"};
  if (asked.status == 0 && asked.said.starts_with('/'))
    return {.kind = Kind::found, .path = asked.said, .words = {}};
  if (asked.status == kNoServerHasIt) return {};
  return {.kind = Kind::trouble, .path = {}, .words = "debuginfod: " + asked.said};
}

}  // namespace

bool debuginfod_is_configured() {
  return variable("DEBUGINFOD_URLS").find_first_not_of(' ') != std::string::npos;
}

bool debuginfod_is_there() {
  constexpr std::chrono::seconds kLimit{10};
  const std::string own = helper();
  if (!own.empty() && ask(own, {own, "--check"}, kLimit).status == 0) return true;
  return ask(kFinder, {kFinder, "--version"}, kLimit).status == 0;
}

std::string debuginfod_cached(const std::string& build_id, DebuginfodFile file) {
  const std::string folder = cache_folder();
  if (folder.empty() || !is_build_id(build_id)) return {};
  const std::string path =
      folder + "/" + build_id + "/" + (file == DebuginfodFile::executable ? "executable" : "debuginfo");
  struct stat about{};
  // An empty file stands for "no server has it".
  const bool there = ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
  return there ? path : std::string();
}

DebuginfodAnswer debuginfod_fetch(const std::string& build_id, DebuginfodFile file,
                                  std::chrono::milliseconds limit) {
  if (!is_build_id(build_id)) return {};
  const std::string kind = file == DebuginfodFile::executable ? "executable" : "debuginfo";
  const std::string own = helper();
  const Asked asked = own.empty() ? Asked() : ask(own, {own, kind, build_id}, limit);
  const bool answered = asked.started && (!asked.in_time || (asked.status >= 0 && asked.status <= kTrouble));
  if (answered) return answer_of(asked);
  const Asked other = ask(kFinder, {kFinder, kind, build_id}, limit);
  if (other.started) return answer_of(other);
  return {.kind = Kind::no_library,
          .path = {},
          .words =
              "there is no libdebuginfod here, which DEBUGINFOD_URLS is for; on Debian: apt-get install "
              "libdebuginfod1"};
}

}  // namespace ajar::platform
