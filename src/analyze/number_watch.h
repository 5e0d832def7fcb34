#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "analyze/observed.h"
#include "base/number_map.h"
#include "model/source.h"

namespace ajar::analyze {

// What a recording tells of one handle number, in all tables, and what else is needed to judge it. Its memory
// grows with what happened to that number.
class NumberWatch final : public model::Observer {
 public:
  // What happened to the number in one table.
  struct Seen {
    std::vector<model::Event> events;     // in the order in which they came
    std::vector<model::Snapshot> tables;  // with no handle but this one
    base::NumberMap<bool> numbers;        // all that were open
  };

  explicit NumberWatch(std::uint64_t handle) : handle_(handle) { observed_.keep_lives_of(handle); }

  void on_events(const model::World& world, std::span<const model::Event> events) override;
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override;
  void on_loss(const model::World& world, const model::Loss& loss) override;

  [[nodiscard]] std::uint64_t handle() const { return handle_; }
  [[nodiscard]] const Observed& observed() const { return observed_; }
  // nullptr where nothing was told of the table.
  [[nodiscard]] const Seen* seen(model::TableId table) const;
  // Whether any process was watched from some moment on: tables that were read without that tell of no
  // closing.
  [[nodiscard]] bool has_traced() const { return has_traced_; }

 private:
  [[nodiscard]] bool concerns(const model::Event& event) const;

  std::uint64_t handle_;
  Observed observed_;
  std::map<model::TableId, Seen> seen_;
  bool has_traced_ = false;
};

}  // namespace ajar::analyze
