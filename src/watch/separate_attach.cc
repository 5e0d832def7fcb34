#include "watch/separate_attach.h"

#include <optional>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "platform/background_program.h"
#include "platform/own_executable.h"
#include "platform/temp_folder.h"

namespace ajar::watch {
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

std::string why_ended(const Said& said, int status) {
  if (status < 0) return "the ajar that attached was killed";
  if (!said.ended.empty()) return said.ended;
  return said.trouble.empty() ? "the ajar that attached has ended" : said.trouble;
}

}  // namespace

struct SeparateAttach::Running {
  platform::TempFolder folder;
  std::string recording = folder.path() + "/attached.ajar";
  std::optional<platform::BackgroundProgram> program;
  State state = State::starting;
  std::string words;

  // It ends within that time.
  bool ends_in(std::chrono::milliseconds time);
  void look();
};

void SeparateAttach::Running::look() {
  if (state == State::ended) return;
  if (const auto finished = program->poll()) {
    state = State::ended;
    words = why_ended(said_in(finished->err), finished->status);
    return;
  }
  const Said said = said_in(program->said());
  if (said.attached.empty()) return;
  state = State::watching;
  words = said.attached;
}

bool SeparateAttach::Running::ends_in(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds kStep(10);
  for (look(); state != State::ended && time > kStep; time -= kStep) {
    std::this_thread::sleep_for(kStep);
    look();
  }
  return state == State::ended;
}

base::Result<std::unique_ptr<SeparateAttach>> SeparateAttach::start(std::int64_t pid) {
  auto running = std::make_unique<Running>();
  if (running->folder.path().empty())
    return base::Error("no folder for a recording can be made below TMPDIR");
  const auto ajar = platform::own_executable();
  if (!ajar.ok()) return ajar.error();
  auto program = platform::BackgroundProgram::start(
      {.path = ajar.value(),
       .arguments = {"ajar", "attach", std::to_string(pid), "--output", running->recording},
       .environment = {},
       .ends_with_caller = true});
  if (!program.ok()) return std::move(program).error();
  running->program = std::move(program).value();
  return std::unique_ptr<SeparateAttach>(new SeparateAttach(std::move(running)));
}

SeparateAttach::SeparateAttach(std::unique_ptr<Running> running) : running_(std::move(running)) {}

// Asked once it detaches in order, asked again at once.
SeparateAttach::~SeparateAttach() {
  constexpr std::chrono::milliseconds kPatience(2000);
  for (int asked = 0; asked < 2; ++asked) {
    running_->program->ask_to_end();
    if (running_->ends_in(kPatience)) return;
  }
  running_->program->kill();
  running_->ends_in(kPatience);
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
  running_->program->ask_to_end();
}

}  // namespace ajar::watch
