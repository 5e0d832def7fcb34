#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "console/trace.h"
#include "model/source.h"

namespace ajar::console {

// What !htrace shows of one handle table: what opened and closed its handles, or failed to close one. What a
// call closed on the way to something else, or in a range, is a close of each number that was open.
class TraceLog final : public model::Observer {
 public:
  explicit TraceLog(model::TableId table) : table_(table) {}

  void on_events(const model::World& world, std::span<const model::Event> events) override;
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}

  [[nodiscard]] std::uint64_t size() const { return rows_.size(); }
  [[nodiscard]] std::uint64_t count_since(std::optional<model::Time> since) const;

  // Newest first; of that handle alone where it is not 0, and at most so many where that is not 0.
  [[nodiscard]] std::vector<Trace> newest_first(const model::World& world, std::uint64_t handle,
                                                std::uint64_t most) const;

  // The last open of each of these handles, newest first.
  [[nodiscard]] std::vector<Trace> opens_of(const model::World& world,
                                            const std::set<std::uint64_t>& handles) const;

 private:
  struct Row {
    model::Time time{};
    std::uint64_t handle = 0;
    model::StackId stack;
    model::ThreadId thread;
    model::ImageId image;
    Trace::What what{};
  };

  void add(const model::Event& event, std::uint64_t handle, Trace::What what);
  void on_event(const model::Event& event);
  [[nodiscard]] static Trace trace_of(const model::World& world, const Row& row);
  [[nodiscard]] std::vector<Row> by_age() const;

  model::TableId table_;
  std::vector<Row> rows_;
  std::set<std::uint64_t> open_;
};

// The stack's frames as lines, with the names that the world has. Calls that were inlined are lines of their
// own, at one address.
std::vector<CodeLine> code_lines(const model::World& world, model::StackId stack);

}  // namespace ajar::console
