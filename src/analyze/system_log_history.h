#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>

#include "analyze/count_history.h"
#include "model/source.h"
#include "model/system_log.h"
#include "report/system_logs.h"

namespace ajar::analyze {

// Gathers what the system's logs say, and tells which of it has to do with handles, and how long after the
// system's start it came.
class SystemLogHistory final : public model::Observer {
 public:
  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override;
  void on_system_log(const model::World& world, const model::SystemLog& log) override;

  // May be called again when there is more. Says nothing of the file, and has no warnings.
  [[nodiscard]] report::SystemLogs told(const model::World& world);

 private:
  std::map<std::pair<std::string, std::string>, model::SystemLog> logs_;  // by channel and host
  CountHistory counts_;
};

}  // namespace ajar::analyze
