#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "analyze/robust_line.h"
#include "model/source.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// Gathers how many handles each process had when, and judges how that went. Keeps 16 bytes a sample.
class CountHistory final : public model::Observer {
 public:
  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override;

  // May be called again when there is more. Says nothing of the file, and has no warnings.
  [[nodiscard]] report::CountTrends trends(const model::World& world) const;

 private:
  std::map<model::ProcessId, std::vector<Point>> by_process_;
  std::set<model::Time> moments_;
};

}  // namespace ajar::analyze
