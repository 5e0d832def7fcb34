#pragma once

#include <chrono>
#include <memory>

#include "analyze/options.h"
#include "model/source.h"
#include "report/report.h"

namespace ajar::analyze {

// What a recording says about leaks. Feed it from a Source, then ask for the report, as often as wanted while
// the recording grows. Its memory grows with the handles that are open and the stacks that opened any, not
// with the events. Pure: the same input gives the same report, on every system. One thread at a time.
class Analysis final : public model::Observer {
 public:
  explicit Analysis(Options options);
  ~Analysis() override;
  Analysis(Analysis&&) noexcept;
  Analysis& operator=(Analysis&&) noexcept;
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  void on_events(const model::World& world, std::span<const model::Event> events) override;
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override;
  void on_loss(const model::World& world, const model::Loss& loss) override;

  // The report as of `end`, the time of the last thing recorded (model::Source::end()). `world` is the one
  // that the observed calls came with; with symbols added since, the names in the report get better.
  [[nodiscard]] report::Report finish(const model::World& world, model::Time end) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A leak that was closed only as the program ended is a leak for all three.
enum class ErrorOn : std::uint8_t {
  leak,
  suspect,  // leak or suspect
  any,      // whatever was opened since the start and is still open
};

// Whether the report holds what `what` asks for, suppressed groups aside.
[[nodiscard]] bool fails(const report::Report& report, ErrorOn what);

}  // namespace ajar::analyze
