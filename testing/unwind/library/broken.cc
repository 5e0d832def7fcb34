#include "unwind/library/broken.h"

#include <string.h>

namespace ajar::unwinding::broken {

Part part_of(const char* name) {
  for (uint8_t i = 0; name != nullptr && i < sizeof(kPartNames) / sizeof(kPartNames[0]); ++i) {
    if (strcmp(name, kPartNames[i]) == 0) return static_cast<Part>(i);
  }
  return Part::none;
}

ajar_rule rule(Part part, uint64_t pc, const ajar_rule& right) {
  constexpr uint64_t kPage = 4096, kPlaces = 61;  // where in its page code lies is the same in every run
  ajar_rule rule = right;
  if (pc % kPage % kPlaces != 0 || right.cfa == AJAR_CFA_NONE || right.cfa == AJAR_CFA_END) return rule;
  if (part == Part::frame) rule.offset += 16;
  if (part == Part::bp && right.bp == AJAR_BP_AT_CFA)
    rule.bp_offset = static_cast<int16_t>(rule.bp_offset + 8);
  if (part == Part::cut) rule = {};
  if (part == Part::end) rule = {.offset = 0, .bp_offset = 0, .cfa = AJAR_CFA_END, .bp = AJAR_BP_SAME};
  return rule;
}

}  // namespace ajar::unwinding::broken
