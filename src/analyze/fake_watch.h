#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyze/fake_recording.h"
#include "analyze/number_history.h"

namespace ajar::analyze {

// The number that is watched.
inline constexpr std::uint64_t watched = 3;

// What a fake recording tells is told to a watch, too.
class Watched : public FakeRecording {
 public:
  explicit Watched(bool starts = true) {
    if (starts) begin();
  }

  void begin() { look(model::Snapshot::Taken::at_start, 0, streams()); }

  void look(model::Snapshot::Taken taken, double time, std::vector<model::Handle> handles,
            bool complete = true) {
    model::Snapshot snapshot = new_snapshot(taken, time, std::move(handles));
    snapshot.complete = complete;
    watch_.on_snapshot(world, snapshot);
  }

  void becomes(const std::string& path, double time) {
    new_image(path, model::Image::Started::exec, time);
    look(model::Snapshot::Taken::at_start, time, streams());
  }

  void happens(const model::Event& event) { watch_.on_events(world, {&event, 1}); }

  void opens(double time, const std::string& function, std::uint64_t handle = watched,
             const std::string& asked = "/etc/passwd") {
    model::Event opening = event(model::EventKind::open, time, handle, code(function));
    opening.type = text("file");
    opening.text = text(asked);
    opening.call = text("open64");
    opening.thread = thread_;
    happens(opening);
  }

  void closes(double time, const std::string& function, std::uint64_t handle = watched) {
    model::Event closing = event(model::EventKind::close, time, handle, code(function));
    closing.call = text("close");
    closing.thread = thread_;
    happens(closing);
  }

  void fails_to_close(double time, const std::string& function, std::uint64_t handle = watched) {
    model::Event bad = event(model::EventKind::bad_reference, time, handle, code(function));
    bad.error = 9;
    happens(bad);
  }

  void duplicates(double time, std::uint64_t from, std::uint64_t onto, const std::string& function) {
    model::Event closing = event(model::EventKind::close, time, onto, code(function));
    closing.implied = true;
    happens(closing);
    model::Event duplicate = event(model::EventKind::duplicate, time + 0.001, onto, code(function));
    duplicate.other = from;
    happens(duplicate);
  }

  void in_thread(std::int64_t tid, const std::string& name) {
    model::Thread row;
    row.id = world.threads.next_id();
    row.tid = tid;
    row.name = name;
    thread_ = world.threads.add(row);
  }

  [[nodiscard]] report::NumberHistories all(const std::string& process = "") const {
    const SystemModules system({});
    return number_histories(watch_, world, system, process);
  }

  [[nodiscard]] report::NumberHistory only() const {
    const report::NumberHistories histories = all();
    EXPECT_EQ(histories.processes.size(), 1U);
    return histories.processes.empty() ? report::NumberHistory() : histories.processes.front();
  }

  model::StackId code(const std::string& function) {
    const auto [found, is_new] = stacks_.try_emplace(function);
    if (is_new) found->second = simple_stack(function);
    return found->second;
  }

  [[nodiscard]] const NumberWatch& watch() const { return watch_; }

 private:
  NumberWatch watch_{watched};
  model::ThreadId thread_;
  std::map<std::string, model::StackId> stacks_;
};

inline std::vector<report::NumberEvent::What> whats(const report::NumberHistory& history) {
  std::vector<report::NumberEvent::What> all;
  for (const report::NumberEvent& event : history.events) all.push_back(event.what);
  return all;
}

inline std::vector<report::Answer::Kind> kinds(const report::NumberHistory& history) {
  std::vector<report::Answer::Kind> all;
  for (const report::Answer& answer : history.answers) all.push_back(answer.kind);
  return all;
}

inline std::string function_of(const report::NumberHistory& history, std::optional<std::size_t> place) {
  return place && history.events.at(*place).culprit ? history.events[*place].culprit->function : "";
}

}  // namespace ajar::analyze
