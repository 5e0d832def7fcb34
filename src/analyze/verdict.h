#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/curve.h"
#include "report/report.h"

namespace ajar::analyze {

// What is known of a group of handles that were opened by the same code and are outstanding. All times are
// counted from the start of the process's life (of what was seen of it), or from a mark.
struct Evidence {
  double life_s = 0;
  bool from_mark = false;
  bool finished = false;                 // the program came to its own end: what is open now was never closed
  std::uint64_t opened = 0;              // by this code, all in all
  std::uint64_t closed = 0;              // of them
  std::uint64_t closed_at_shutdown = 0;  // of those, after the process's last open
  std::vector<double> outstanding;       // when they were opened, ascending; at least one
  Curve curve;                           // of this code's opens and closes
  Curve others;                          // of all other opens and closes of the process
  double usual_lifetime_s = 0;           // of those that were closed: nearly all lived no longer
};

struct Judgement {
  report::Verdict verdict = report::Verdict::suspect;
  std::string reason;  // in words
  double rate_per_second = 0;
  bool growing = false;  // to the end
};

Judgement judge(const Evidence& evidence);

}  // namespace ajar::analyze
