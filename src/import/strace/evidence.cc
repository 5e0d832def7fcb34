#include "import/strace/evidence.h"

namespace ajar::import::strace {
namespace {

std::string counted(std::uint64_t count, std::string_view one, std::string_view several) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : several);
}

}  // namespace

base::Result<void> tells_of_open(const Evidence& evidence) {
  if (evidence.opens == 0 || evidence.closes > 0) return {};
  if (evidence.opened_again == 0 && evidence.other_calls > 0) return {};
  return base::Error(
      "strace's log has calls that open descriptors and none that closes any, so nothing can be said of what "
      "stays open: leave out its -e trace=…, or give -e trace=%desc,%network,%process,%signal");
}

std::vector<std::string> notes_of(const Evidence& evidence, const Tracees& tracees) {
  std::vector<std::string> notes;
  if (!evidence.has_stacks)
    notes.emplace_back("it has no stacks, so no code can be blamed: strace -k shows them");
  if (!evidence.has_times)
    notes.emplace_back(
        "it has no times, so that what grows can't be told from what is kept: strace -tt shows them");
  if (evidence.opened_again > 0)
    notes.push_back(counted(evidence.opened_again, "descriptor was", "descriptors were") +
                    " opened under a number that was open still: closes are missing from the log (a filter "
                    "-e trace=…, or a process that strace did not follow)");
  if (evidence.never_opened > 0)
    notes.push_back(
        counted(evidence.never_opened, "descriptor was", "descriptors were") +
        " used that no call in the log opened: such calls were left out (a filter -e trace=…), or "
        "made by a process that strace did not follow, or by an io_uring");
  const Tracees::Unseen unseen = tracees.unseen_children();
  if (unseen.threads > 0)
    notes.push_back(counted(unseen.threads, "thread", "threads") +
                    " that it made are not in the log, and what they opened and closed is unseen: strace -f "
                    "follows them (one file of several of -ff: strace-log-merge puts them together)");
  if (unseen.processes > 0)
    notes.push_back(counted(unseen.processes, "process", "processes") +
                    " that it made are not in the log: strace -f follows them");
  if (tracees.unexplained() > 0)
    notes.push_back("how " + counted(tracees.unexplained(), "pid", "pids") +
                    " came to be is not in the log (they ran before, or clone() was left out by -e trace=…): "
                    "taken for threads of the first process");
  return notes;
}

}  // namespace ajar::import::strace
