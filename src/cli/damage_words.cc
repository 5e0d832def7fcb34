#include "cli/damage_words.h"

#include <fmt/core.h>

#include "report/words.h"

namespace ajar::cli {

std::vector<std::string> damage_words(const model::Damage& damage, const RecordingEnd& end) {
  std::vector<std::string> words;
  if (damage.bytes > 0) {
    words.push_back(fmt::format(
        "the recording is damaged in {}: {} could not be read, so handles may be missing or "
        "seem open that were closed",
        report::counted(damage.places, "place", "places"), report::counted(damage.bytes, "byte", "bytes")));
  }
  if (damage.unknown_blocks > 0) {
    words.push_back(fmt::format(
        "a later version of ajar made this recording: {} of kinds unknown to this one passed over",
        report::counted(damage.unknown_blocks, "block", "blocks")));
  }
  if (!end.is_there && end.writer) {
    words.push_back(
        fmt::format("the recording has no end yet: ajar (pid {}) is still writing it", *end.writer));
  } else if (!end.is_there) {
    words.emplace_back(
        "the recording has no end: ajar was stopped before it could finish it, or is still writing it");
  }
  return words;
}

}  // namespace ajar::cli
