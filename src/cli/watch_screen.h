#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <set>
#include <string>

#include "cli/line_in_place.h"
#include "model/ids.h"
#include "platform/terminal.h"
#include "render/tables.h"
#include "report/count_trends.h"

namespace ajar::cli {

// What one sees while counts come in: a block whenever other processes grow than before, or it is found
// what two have to do with each other, and now and then while some grow. On a terminal a line between them
// that changes in its place.
class WatchScreen {
 public:
  // `with_dates`: moments are days apart.
  WatchScreen(std::ostream& out, const platform::Terminal& terminal, render::TablesOptions options,
              bool with_dates)
      : out_(out), terminal_(terminal), options_(options), with_dates_(with_dates) {}

  // `trends` is asked for only where a block is shown.
  void look(const report::Sweep& sweep, const std::set<model::ProcessId>& growing,
            const std::function<report::CountTrends()>& trends);
  void say(const std::string& message);
  // Lines, as they are.
  void tell(const std::string& text);
  // A trap has caught that one now.
  void caught(const report::Caught& who);
  // What changes in its place makes room.
  void clear() { line_.clear(); }
  [[nodiscard]] bool is_terminal() const { return terminal_.interactive; }

 private:
  [[nodiscard]] bool is_due(const report::Sweep& sweep, const std::set<model::ProcessId>& growing) const;
  [[nodiscard]] std::string clock(std::int64_t unix_s) const;

  std::ostream& out_;
  platform::Terminal terminal_;
  render::TablesOptions options_;
  bool with_dates_;
  LineInPlace line_{out_};
  std::int64_t shown_at_ = 0;         // the last block
  std::set<model::ProcessId> shown_;  // that grew in it
  std::uint64_t shown_findings_ = 0;  // that there were then
};

}  // namespace ajar::cli
