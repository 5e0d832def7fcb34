#include "session/live_recorder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "symbolize/symbolizer.h"

namespace ajar::session {
namespace {

// Of the length and the last bytes, in which paths and addresses differ most.
std::size_t quick_hash(std::string_view text) {
  std::uint64_t end = 0;
  const std::string_view last = text.substr(text.size() - std::min(text.size(), sizeof(end)));
  std::memcpy(&end, last.data(), last.size());
  return static_cast<std::size_t>(((end ^ text.size()) * 0x9e37'79b9'7f4a'7c15U) >> 32U);
}

model::World world_of(model::Origin origin) {
  model::World world;
  world.origin = std::move(origin);
  return world;
}

}  // namespace

LiveRecorder::LiveRecorder(platform::FileSink file, model::Origin origin, analyze::Options options)
    : start_(base::monotonic_ns()),
      world_(world_of(std::move(origin))),
      target_(std::move(file)),
      writer_(world_, target_),
      analysis_(std::move(options)) {}

void LiveRecorder::note(const base::Result<void>& written) {
  if (written.ok() || stopped_) return;
  stopped_ = true;
  trouble_ = written.error().message() + "; the recording ends here, the program and the report go on";
}

std::optional<std::string> LiveRecorder::take_trouble() {
  return std::exchange(trouble_, std::nullopt);
}

model::StringId LiveRecorder::intern(std::string_view text) {
  if (text.empty()) return {};
  const Strings::value_type*& recent = recent_strings_[quick_hash(text) % recent_strings_.size()];
  if (recent != nullptr && recent->first == text) return recent->second;
  auto known = strings_.find(text);
  if (known == strings_.end()) {
    known = strings_.emplace(text, world_.strings.add(std::string(text))).first;
  }
  recent = &*known;
  return known->second;
}

capture::Recorder::Likeness LiveRecorder::remember(const model::Event& event) {
  if (likenesses_.size() == kMostLikenesses) {
    tell_analysis();
    likenesses_.clear();
    writer_.forget_likenesses();
    ++era_;
  }
  likenesses_.push_back(event);
  const auto number = static_cast<std::uint32_t>(likenesses_.size());
  record(number, event.time);
  return {.number = number, .era = era_};
}

bool LiveRecorder::again(Likeness likeness, model::Time time) {
  if (likeness.number == 0 || likeness.era != era_) return false;
  record(likeness.number, time);
  return true;
}

void LiveRecorder::record(std::uint32_t likeness, model::Time time) {
  model::Event& event = likenesses_[likeness - 1];
  event.time = time;
  if (!stopped_) note(writer_.event(event, likeness));
  pending_.push_back({likeness, time});
  if (pending_.size() >= most_pending_) tell_analysis();
}

void LiveRecorder::hurry(bool on) {
  writer_.hurry(on);
  most_pending_ = on ? kHurriedBatch : kBatch;
  if (pending_.size() >= most_pending_) tell_analysis();
}

void LiveRecorder::tell_analysis() {
  std::vector<model::Event> some;
  for (std::size_t at = 0; at < pending_.size(); at += kBatch) {
    some.clear();
    for (const Pending& pending : std::span(pending_).subspan(at, std::min(kBatch, pending_.size() - at))) {
      some.push_back(likenesses_[pending.likeness - 1]);
      some.back().time = pending.time;
    }
    analysis_.on_events(world_, some);
  }
  pending_.clear();
}

void LiveRecorder::snapshot(const model::Snapshot& snapshot) {
  if (!stopped_) note(writer_.snapshot(snapshot));
  handles_in_[snapshot.table.value] = snapshot.handles.size();
  tell_analysis();
  analysis_.on_snapshot(world_, snapshot);
}

void LiveRecorder::loss(const model::Loss& loss) {
  if (!stopped_) note(writer_.loss(loss));
  tell_analysis();
  analysis_.on_loss(world_, loss);
}

model::Time LiveRecorder::time_of(std::uint64_t monotonic_ns) const {
  return model::Time(static_cast<std::int64_t>(monotonic_ns - start_));
}

model::Time LiveRecorder::now() const {
  return time_of(base::monotonic_ns());
}

void LiveRecorder::see_modules() {
  std::vector<symbolize::Question> held;
  while (seen_modules_ < world_.modules.size()) {
    const model::Module* module = world_.modules.find(model::ModuleId{++seen_modules_});
    if (symbolize::is_in_no_file(*module) || !held_.insert(module->identity()).second) continue;
    held.push_back({.module = *module, .places = {symbolize::place_of(world_, *module)}, .addresses = {}});
  }
  naming_.hold(std::move(held));
}

void LiveRecorder::name_generated_code() {
  for (const GeneratedCode::Name& found : generated_code_.find()) {
    const model::StringId function = intern(found.name.function);
    const model::StringId file = intern(found.name.file);
    model::Frame& frame = world_.stacks.find(found.node)->frame;
    frame.kind = model::FrameKind::managed;
    frame.function = function;
    frame.file = file;
    frame.line = found.name.line;
    note(writer_.changed(found.node));
  }
}

void LiveRecorder::name_code() {
  take_names();
  name_generated_code();
  symbolize::Questions questions(world_, symbolize::Questions::Of::unnamed);
  while (asked_stacks_ < world_.stacks.size()) {
    questions.add(world_.stacks.find(model::StackId{++asked_stacks_})->frame);
  }
  const std::vector<symbolize::Question> asked = questions.take();
  if (asked.empty()) return;
  see_modules();
  naming_.ask(asked);
}

void LiveRecorder::take_names() {
  for (symbolize::Answer& answer : naming_.take()) {
    const std::string identity = answer.identity;
    const model::ModuleSymbols news = symbolize::accept(world_, std::move(answer));
    if (!news.empty()) note(writer_.symbols(identity, news));
  }
}

void LiveRecorder::name_packages() {
  for (const model::ModuleId module : packages_.add_to(world_)) note(writer_.changed(module));
}

const model::Mark& LiveRecorder::mark(std::string label) {
  const model::MarkId id = world_.marks.next_id();
  world_.marks.add({.id = id, .label = std::move(label), .time = now()});
  if (!stopped_) note(writer_.marked(id));
  return *world_.marks.find(id);
}

void LiveRecorder::write_down() {
  name_code();
  name_packages();
  if (!stopped_) note(writer_.flush());
}

LiveRecorder::OpenNow LiveRecorder::open_now() const {
  OpenNow now;
  for (const auto& [id, handles] : handles_in_) {
    const model::Table* table = world_.tables.find(model::TableId{id});
    if (table == nullptr || table->died) continue;
    now.handles += handles;
    ++now.tables;
  }
  return now;
}

report::Report LiveRecorder::report() {
  tell_analysis();
  name_code();
  name_packages();
  return analysis_.finish(world_, now());
}

report::Report LiveRecorder::finish() {
  tell_analysis();
  name_code();
  name_packages();
  const model::Time end = now();
  note(writer_.finish(end));
  if (!stopped_) note(target_.close());
  return analysis_.finish(world_, end);
}

}  // namespace ajar::session
