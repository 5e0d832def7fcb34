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
  void snapshot(const model::Snapshot& snapshot) override { snapshots.push_back(snapshot); }
  void loss(const model::Loss& loss) override { losses.push_back(loss); }
  [[nodiscard]] model::Time time_of(std::uint64_t monotonic_ns) const override {
    return model::Time(static_cast<std::int64_t>(monotonic_ns));
  }
  [[nodiscard]] model::Time now() const override { return model::Time(1); }

  std::vector<model::Event> events;
  std::vector<model::Snapshot> snapshots;
  std::vector<model::Loss> losses;

 private:
  model::World world_;
  std::map<std::string, model::StringId> strings_;
};

}  // namespace ajar::capture::testing
