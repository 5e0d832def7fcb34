#pragma once

#include <map>
#include <string>
#include <vector>

#include "capture/recorder.h"

namespace ajar::capture::testing {

// Keeps what a way in says, for tests to look at.
class WorldRecorder final : public Recorder {
 public:
  model::World& world() override { return world_; }
  void changed(model::ProcessId) override {}
  void changed(model::ImageId) override {}
  void changed(model::TableId) override {}
  void changed(model::ThreadId) override {}
  void changed(model::ModuleId) override {}
  model::StringId intern(std::string_view text) override {
    if (text.empty()) return {};
    const auto [at, is_new] = strings_.try_emplace(std::string(text));
    if (is_new) at->second = world_.strings.add(std::string(text));
    return at->second;
  }
  void event(const model::Event& event) override { events.push_back(event); }
  Likeness remember(const model::Event& event) override {
    events.push_back(event);
    remembered_.push_back(event);
    return {.number = static_cast<std::uint32_t>(remembered_.size()), .era = 1};
  }
  bool again(Likeness likeness, model::Time time) override {
    events.push_back(remembered_.at(likeness.number - 1));
    events.back().time = time;
    ++told_again;
    return true;
  }
  void snapshot(const model::Snapshot& snapshot) override { snapshots.push_back(snapshot); }
  void loss(const model::Loss& loss) override { losses.push_back(loss); }
  [[nodiscard]] model::Time time_of(std::uint64_t monotonic_ns) const override {
    return model::Time(static_cast<std::int64_t>(monotonic_ns));
  }
  [[nodiscard]] model::Time now() const override { return model::Time(1); }

  std::vector<model::Event> events;
  std::vector<model::Snapshot> snapshots;
  std::vector<model::Loss> losses;
  std::size_t told_again = 0;  // of the events, those that came as others like them

 private:
  model::World world_;
  std::vector<model::Event> remembered_;
  std::map<std::string, model::StringId> strings_;
};

}  // namespace ajar::capture::testing
