#include "session/separate_attach.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/owned_fd.h"
#include "platform/own_executable.h"
#include "platform/read_file.h"
#include "platform/spawn.h"
#include "platform/temp_folder.h"

namespace ajar::session {
namespace {

constexpr std::string_view kAttached = "attached to ";
constexpr std::string_view kAjar = "ajar: ";
constexpr std::string_view kCommand = "attach: ";  // behind it, where it could not do it
constexpr std::string_view kEnded = " has ended";

// The lines of what it says that matter here; empty: it has not said them.
struct Said {
  std::string attached;  // how it did that
  std::string trouble;   // the last one
  std::string ended;     // that the process has
};

Said said_in(const std::string& text) {
  Said said;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kAttached)) said.attached = line;
    if (line.starts_with(kAjar)) {
      line.erase(0, kAjar.size());
      said.trouble = line.starts_with(kCommand) ? line.substr(kCommand.size()) : line;
    } else if (line.ends_with(kEnded)) {
      said.ended = line;
    }
  }
  return said;
}

std::string why_ended(const Said& said, const platform::Ended& end) {
  if (end.killed_by_signal)
    return "the ajar that attached was killed (signal " + std::to_string(*end.killed_by_signal) + ")";
  if (!said.ended.empty()) return said.ended;
  return said.trouble.empty() ? "the ajar that attached has ended" : said.trouble;
}

// In the child: a group of its own, so that no key of the terminal is for it, and streams that are none of
// the terminal's.
int part_from(pid_t parent, int nothing, int errors) {
  if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGINT) != 0) return errno;
  if (::getppid() != parent) return ESRCH;  // it has gone before it could be told of
  if (::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(nothing, STDOUT_FILENO) < 0) return errno;
  return ::dup2(errors, STDERR_FILENO) < 0 ? errno : 0;
}

std::vector<std::string> own_environment() {
  std::vector<std::string> all;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    all.emplace_back(*variable);
  return all;
}

}  // namespace

struct SeparateAttach::Running {
  platform::TempFolder folder;
  std::string recording = folder.path() + "/attached.ajar";
  std::string errors = folder.path() + "/said";
  platform::Child child{-1};
  State state = State::starting;
  std::string words;

  // It ends within that time.
  bool ends_in(std::chrono::milliseconds time);
  void tell(int signal) const {
    if (state != State::ended) ::kill(static_cast<pid_t>(child.pid()), signal);
  }
  void look();
};

void SeparateAttach::Running::look() {
  if (state == State::ended) return;
  const auto end = child.poll();
  const Said said = said_in(platform::read_file(errors).value_or(std::string()));
  if (!end.ok()) {
    state = State::ended;
    words = end.error().message();
  } else if (end.value()) {
    state = State::ended;
    words = why_ended(said, *end.value());
  } else if (!said.attached.empty()) {
    state = State::watching;
    words = said.attached;
  }
}

bool SeparateAttach::Running::ends_in(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep(10);
  constexpr timespec kStepTime{.tv_sec = 0, .tv_nsec = 10'000'000};
  for (look(); state != State::ended && time > kStep; time -= kStep) {
    ::nanosleep(&kStepTime, nullptr);
    look();
  }
  return state == State::ended;
}

base::Result<std::unique_ptr<SeparateAttach>> SeparateAttach::start(std::int64_t pid) {
  auto running = std::make_unique<Running>();
  if (running->folder.path().empty())
    return base::Error("no folder for a recording can be made below TMPDIR");
  const auto program = platform::own_executable();
  if (!program.ok()) return program.error();
  const base::OwnedFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const base::OwnedFd errors(
      ::open(running->errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!nothing.valid() || !errors.valid()) return base::system_error(running->errors, errno);
  const platform::SpawnRequest request{
      .path = program.value(),
      .arguments = {"ajar", "attach", std::to_string(pid), "--output", running->recording},
      .environment = own_environment(),
      .signals = {},
      .before_exec = [parent = ::getpid(), nothing = nothing.get(), errors = errors.get()] {
        return part_from(parent, nothing, errors);
      }};
  auto child = platform::spawn(request);
  if (!child) return child.error().error;
  running->child = *child;
  return std::unique_ptr<SeparateAttach>(new SeparateAttach(std::move(running)));
}

SeparateAttach::SeparateAttach(std::unique_ptr<Running> running) : running_(std::move(running)) {}

// The first signal lets it detach in order, the second at once.
SeparateAttach::~SeparateAttach() {
  constexpr std::chrono::milliseconds kPatience(2000);
  for (const int signal : {SIGINT, SIGINT, SIGKILL}) {
    running_->tell(signal);
    if (running_->ends_in(kPatience)) return;
  }
}

SeparateAttach::State SeparateAttach::look() {
  running_->look();
  return running_->state;
}

const std::string& SeparateAttach::words() const {
  return running_->words;
}

const std::string& SeparateAttach::recording() const {
  return running_->recording;
}

void SeparateAttach::detach() {
  running_->tell(SIGINT);
}

}  // namespace ajar::session
