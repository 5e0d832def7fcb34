#pragma once

#include <cstddef>
#include <limits>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyze/fall_finder.h"
#include "analyze/process_counts.h"
#include "model/snapshot.h"
#include "model/source.h"
#include "report/count_trends.h"

namespace ajar::analyze {

struct JudgedProcess;

// Gathers how many handles each process had when, and judges how that went, and what it has to do with how it
// went with others. Keeps 16 bytes a sample.
class CountHistory final : public model::Observer {
 public:
  CountHistory() = default;

  // Of what goes on: keeps what is not older than that, forgets processes that have no such samples any more,
  // and says of each whether it grows by now.
  static CountHistory of_the_last(double seconds);

  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override;
  // It is so late, whether anybody was counted or not.
  void on_time(model::Time time);
  // Which types they were, and how many there may be.
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override;

  // Processes that have more handles than at any time before, by a few: at most so many, those that rose the
  // most first. They are the ones whose tables are worth a look.
  [[nodiscard]] std::vector<model::ProcessId> rising(std::size_t most) const;

  // Judges those, and those that grew when they were judged last: which of them grow. And finds who fell when
  // others ended. Costs little.
  std::set<model::ProcessId> growing(const model::World& world);

  // Those that were counted last, by their ids.
  [[nodiscard]] std::vector<model::ProcessId> counted_last() const;
  // What is kept of one's counts, the latest last; nothing of one that isn't known. Until the next counts.
  [[nodiscard]] std::span<const Point> samples(model::ProcessId process) const;
  // Judges one, without saying who it is.
  [[nodiscard]] report::CountTrend trend(const model::World& world, model::ProcessId process);

  // How many such falls were found, and how many pairs that grow together.
  [[nodiscard]] std::size_t findings() const { return falls_.count() + pairs_found_; }

  // Judges all. May be called again when there is more. Says nothing of the file, and has no warnings.
  [[nodiscard]] report::CountTrends trends(const model::World& world);

  // Judges these, in this order. One that is not known (any more) has nothing but zeros.
  [[nodiscard]] std::vector<report::CountTrend> trends_of(const model::World& world,
                                                          std::span<const model::ProcessId> processes);

  // Whether it has anything of that process, or has forgotten it.
  [[nodiscard]] bool knows(model::ProcessId process) const { return rows_.contains(process); }

  // Handles by type where its table was looked at in the last so many seconds; else nothing.
  [[nodiscard]] std::map<std::string, std::uint64_t> types_of(model::ProcessId process, double seconds) const;

 private:
  using Names = std::unordered_map<model::ProcessId, std::string>;

  [[nodiscard]] bool stirs(const ProcessCounts& row) const;
  void find_falls(const model::World& world);
  void forget_old();
  void find_pairs(std::span<JudgedProcess> judged);
  [[nodiscard]] report::CountTrend trend_of_row(ProcessCounts& row, bool is_one_process) const;
  [[nodiscard]] report::CountTrend trend_of(const model::World& world, model::ProcessId process,
                                            ProcessCounts& row, const Names& names) const;
  static void add_types(const ProcessCounts& row, report::CountTrend& trend);

  bool goes_on_ = false;
  double keep_s_ = std::numeric_limits<double>::infinity();
  double now_ = 0;
  double forgot_ = 0;  // when it did so last
  CountsById rows_;
  std::set<model::ProcessId> stirring_;  // those of whom there may be something to say; mostly few
  std::set<model::Time> moments_;
  FallFinder falls_;
  bool has_new_looks_ = false;
  // That were seen to grow together, of processes that are known; and how many there ever were.
  std::set<std::pair<model::ProcessId, model::ProcessId>> pairs_;
  std::size_t pairs_found_ = 0;
};

}  // namespace ajar::analyze
