#include <string>

#include "render/count_trends.h"
#include "render/escape.h"
#include "render/table_words.h"
#include "report/words.h"

namespace ajar::render {

std::string caught_line(const report::Caught& who, const TablesOptions& options) {
  std::string line = "CAUGHT   " + called(who.name, who.pid) + "  " + escaped(who.why) + ": ";
  line += who.soft_limit ? open_words(who.handles, who.soft_limit)
                         : report::counted(who.handles, "handle", "handles");
  if (who.rate_per_second > 0) line += ", +" + report::rate(who.rate_per_second);
  return warned(line, true, options);
}

std::string fate_of_caught(const report::Caught& who) {
  if (who.recording.empty()) return "it can't be recorded: " + escaped(who.trouble);
  return "it is recorded into " + escaped(who.recording);
}

std::string end_of_caught(const report::Caught& who) {
  const std::string name = called(who.name, who.pid);
  if (who.recording.empty()) return name + " could not be recorded: " + escaped(who.trouble);
  std::string words =
      name + (who.report.empty() ? ": no report was written" : ": report in " + escaped(who.report));
  if (!who.trouble.empty()) words += "; " + escaped(who.trouble);
  return words + "; look again with: ajar report " + escaped(who.recording);
}

}  // namespace ajar::render
