#include "analyze/share_verdict.h"

#include <string>

#include "report/words.h"

namespace ajar::analyze {
namespace {

using report::thousands;
using report::Verdict;

constexpr std::uint64_t kFew = 4;      // too few to say anything of
constexpr std::uint64_t kEnough = 16;  // more than a program opens at one place once and for all

constexpr std::string_view kNoTimes =
    "without times a cache looks the same: compare with a later one (ajar diff)";

std::string words(const Evidence& e) {
  const std::size_t open = e.outstanding.size();
  if (e.closed == 0 && open == e.opened)
    return "none of the " + thousands(e.opened) + " traced opens was closed";
  return thousands(open) + " of " + thousands(e.opened) + " traced opens were not closed";
}

Judgement told(Verdict verdict, std::string reason) {
  return {.verdict = verdict, .reason = std::move(reason)};
}

}  // namespace

Judgement judge_by_share(const Evidence& e) {
  const std::size_t open = e.outstanding.size();
  if (e.opened <= 1) return told(Verdict::one_off, "opened once and kept");
  if (open < kFew) return told(Verdict::steady, words(e) + ": too few to be suspected");
  if (4 * open < e.opened)
    return told(Verdict::steady, words(e) + ": most of what is opened here is closed, these may be in use");
  if (open >= kEnough && 2 * open >= e.opened)
    return told(Verdict::leak, words(e) + "; " + std::string(kNoTimes));
  const std::string doubt = open < kEnough ? "too few to tell, and " : "";
  return told(Verdict::suspect, words(e) + "; " + doubt + std::string(kNoTimes));
}

Judgement judge_shown(const Evidence& e, bool stands_out) {
  const std::size_t open = e.outstanding.size();
  if (open <= 1) return told(Verdict::one_off, "shown once as open still");
  const std::string shown = "all " + thousands(open) + " that are shown were opened here and are open still";
  if (stands_out)
    return told(Verdict::leak, shown + ", and their type stands out among the process's handles");
  return told(Verdict::suspect,
              shown +
                  "; what was closed is not shown, so that they may be in use: another difference, later, "
                  "tells whether they stay");
}

}  // namespace ajar::analyze
