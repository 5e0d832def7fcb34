#include "capture/win_htrace/seen_traces.h"

#include <algorithm>
#include <utility>

namespace ajar::capture::win_htrace {
namespace {

// Fewer equal traces than these, where there might be more, may be so by chance.
constexpr std::size_t kEnoughToTell = 16;

using Fingerprints = std::vector<std::uint64_t>;

// For each beginning of the row: how long the longest shorter beginning is that it also ends with.
std::vector<std::size_t> borders_of(const Fingerprints& row) {
  std::vector<std::size_t> borders(row.size(), 0);
  for (std::size_t i = 1, length = 0; i < row.size(); ++i) {
    while (length > 0 && row[i] != row[length]) length = borders[length - 1];
    if (row[i] == row[length]) ++length;
    borders[i] = length;
  }
  return borders;
}

}  // namespace

// Knuth, Morris and Pratt: the longest end of `now` that is a beginning of what was seen.
std::size_t SeenTraces::overlap(const Fingerprints& now) const {
  if (seen_.empty()) return 0;
  const std::vector<std::size_t> borders = borders_of(seen_);
  std::size_t length = 0;
  for (const std::uint64_t fingerprint : now) {
    while (length > 0 && (length == seen_.size() || seen_[length] != fingerprint))
      length = borders[length - 1];
    if (seen_[length] == fingerprint) ++length;
  }
  return length;
}

SeenTraces::New SeenTraces::look(const HandleTraces& traces) {
  Fingerprints now(traces.size());
  for (std::size_t i = 0; i < now.size(); ++i) now[i] = traces.fingerprint(i);
  const bool is_first = seen_.empty();
  const bool was_cleared = now.size() < seen_.size();
  const std::size_t same = was_cleared ? 0 : overlap(now);
  New found{.count = now.size() - same,
            .has_gap = is_first ? now.size() >= slots_ : same < std::min(kEnoughToTell, seen_.size())};
  if (found.has_gap) found.count = now.size();
  // Nothing but a full ring has as many as before and new ones among them.
  if (found.count > 0 && now.size() == seen_.size()) slots_ = now.size();
  seen_ = std::move(now);
  return found;
}

}  // namespace ajar::capture::win_htrace
