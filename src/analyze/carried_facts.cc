#include "analyze/carried_facts.h"

#include <algorithm>

namespace ajar::analyze {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

// What does not change back as long as the handle is open. A connection in CLOSE_WAIT stays there until the
// process closes it.
bool is_for_good(const Fact& fact) {
  if (fact.key == FactKey::socket_state) return fact.text == "CLOSE_WAIT";
  return fact.key == FactKey::other_end_gone;
}

}  // namespace

void carry_facts(const model::Snapshot& earlier, model::Snapshot& later) {
  for (Handle& handle : later.handles) {
    const Handle* before = earlier.find(handle.value);
    if (before == nullptr || std::ranges::none_of(before->facts, is_for_good)) continue;
    const auto inode = model::inode_of(handle);
    if (!inode.has_value() || inode != model::inode_of(*before)) continue;
    for (const Fact& fact : before->facts) {
      if (is_for_good(fact) && model::find_fact(handle.facts, fact.key) == nullptr)
        handle.facts.push_back(fact);
    }
  }
}

}  // namespace ajar::analyze
