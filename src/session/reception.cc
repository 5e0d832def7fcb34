#include "session/reception.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/path.h"
#include "report/words.h"

namespace ajar::session {
namespace {

constexpr std::size_t kMostMarks = 1000;

// Of the code that was met last; a recording without them is not worth longer waiting.
constexpr std::chrono::seconds kNamesTake{3};

}  // namespace

Reception::Reception(LiveRecorder& recorder, const std::string& recording, Ends ends,
                     std::function<void()> look)
    : recorder_(recorder), ends_(ends), look_(std::move(look)) {
  std::error_code failed;
  recording_ = std::filesystem::absolute(recording, failed).string();
  auto door = control::Door::open(describe());
  if (door.ok()) {
    door_ = std::move(door).value();
  } else {
    trouble_ = door.error().message() + "; 'ajar mark' finds no way to this session";
  }
}

Reception::~Reception() {
  if (door_) door_->describe(describe());
}

std::optional<std::string> Reception::take_trouble() {
  return std::exchange(trouble_, std::nullopt);
}

control::Description Reception::describe() const {
  const model::World& world = recorder_.world();
  control::Description description{
      .ajar = ::getpid(), .program = {}, .recording = recording_, .processes = {}};
  if (!world.origin.command.empty()) {
    description.program = base::file_name(world.origin.command.front());
  } else if (const model::Image* first = world.images.find(model::ImageId{1})) {
    description.program = first->name();
  }
  for (const model::Process& process : world.processes) {
    if (process.pid > 0)
      description.processes.push_back({.pid = process.pid, .start_ticks = process.start_ticks});
  }
  return description;
}

base::Result<std::string> Reception::new_label(const std::string& wanted) const {
  if (auto fit = control::check_label(wanted); !fit.ok()) return std::move(fit).error();
  const auto& marks = recorder_.world().marks;
  if (marks.size() >= kMostMarks)
    return base::Error("this session has " + report::thousands(kMostMarks) + " marks, and takes no more");
  const auto taken = [&](const std::string& label) {
    return std::ranges::find(marks, label, &model::Mark::label);
  };
  if (!wanted.empty()) {
    const auto known = taken(wanted);
    if (known == marks.end()) return wanted;
    return base::Error("there is a mark '" + wanted + "' already, at " +
                       report::duration(model::seconds(known->time)) + "; choose another label");
  }
  for (std::size_t number = 1;; ++number) {
    std::string label = "mark-" + std::to_string(number);
    if (taken(label) == marks.end()) return label;
  }
}

base::Result<control::Marked> Reception::mark(const std::string& wanted) {
  base::Result<std::string> label = new_label(wanted);
  if (!label.ok()) return std::move(label).error();
  look_();
  const model::Mark& mark = recorder_.mark(std::move(label).value());
  if (recorder_.stopped_short())
    return base::Error("the recording broke off (" + recording_ +
                       " can't be written), so nothing can be "
                       "marked in it any more");
  const LiveRecorder::OpenNow open = recorder_.open_now();
  return control::Marked{
      .label = mark.label, .time = mark.time, .handles = open.handles, .processes = open.tables};
}

void Reception::prepare_recording(control::Door::CallerId caller) {
  look_();
  recorder_.name_code();
  waiting_.push_back({.caller = caller, .until = Clock::now() + kNamesTake});
}

void Reception::answer_those_who_wait() {
  if (waiting_.empty()) return;
  if (!recorder_.code_is_named() && Clock::now() < waiting_.front().until) return;
  recorder_.write_down();
  const control::Message answer =
      recorder_.stopped_short() ? control::to_message(base::Error("the recording broke off: " + recording_ +
                                                                  " can't be written; what "
                                                                  "it holds until then: ajar report " +
                                                                  recording_))
                                : control::done();
  for (const Waiting& waiting : std::exchange(waiting_, {})) door_->answer(waiting.caller, answer);
}

void Reception::turn() {
  if (!door_) return;
  if (const std::optional<control::Door::Asked> asked = door_->next()) answer(*asked);
  answer_those_who_wait();
  keep_described();
}

// So that also of a session that is killed it is known what it recorded.
void Reception::keep_described() {
  const std::size_t processes = recorder_.world().processes.size();
  if (processes == described_ || Clock::now() < describe_again_) return;
  if (door_->describe(describe())) described_ = processes;
  describe_again_ = Clock::now() + std::chrono::seconds(1);
}

void Reception::answer(const control::Door::Asked& asked) {
  switch (asked.question.kind) {
    case control::Question::Kind::describe:
      return door_->answer(asked.caller, control::to_message(describe()));
    case control::Question::Kind::mark: {
      const base::Result<control::Marked> marked = mark(asked.question.label);
      return door_->answer(asked.caller, marked.ok() ? control::to_message(marked.value())
                                                     : control::to_message(marked.error()));
    }
    case control::Question::Kind::write_down:
      return prepare_recording(asked.caller);
    case control::Question::Kind::end:
      wish_to_end_ = ends_ == Ends::when_asked;
      return door_->answer(
          asked.caller,
          wish_to_end_ ? control::done()
                       : control::to_message(base::Error("this session ends with the program that it runs")));
  }
}

}  // namespace ajar::session
