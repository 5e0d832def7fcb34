#pragma once

#include <chrono>
#include <ostream>
#include <string>
#include <utility>

#include "cli/line_in_place.h"
#include "platform/terminal.h"
#include "report/report.h"
#include "session/attach.h"

namespace ajar::cli {

// What one sees while ajar is attached: on a terminal one line that changes in its place, elsewhere a line
// now and then.
class AttachScreen {
 public:
  // `name`: what the first process is called.
  AttachScreen(std::ostream& out, const platform::Terminal& terminal, std::string name)
      : out_(out), terminal_(terminal), name_(std::move(name)) {}

  // How often it wants to hear of progress.
  [[nodiscard]] std::chrono::nanoseconds every() const;

  void wait();
  void begin(const session::AttachBegun& begun);
  void progress(const report::Report& report, double seconds);
  void say(const std::string& message);
  void end(bool all_ended);
  // What changes in its place makes room.
  void clear() { line_.clear(); }

 private:
  std::ostream& out_;
  platform::Terminal terminal_;
  std::string name_;
  std::string ended_, goes_on_;  // words for all of them: "gateway (pid 812) has ended", "… runs on"
  LineInPlace line_{out_};
};

}  // namespace ajar::cli
