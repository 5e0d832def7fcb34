#include "unwind/judge.h"

namespace ajar::unwinding {
namespace {

Verdict wrong(Wrong what, uint32_t at) {
  return {.kind = Verdict::Kind::wrong, .wrong = what, .at = at};
}

}  // namespace

const char* title(Wrong wrong) {
  static constexpr const char* kTitles[] = {
#define AJAR_ROW(name, title) title,
      AJAR_UNWINDING_WRONGS(AJAR_ROW)
#undef AJAR_ROW
  };
  return kTitles[static_cast<size_t>(wrong)];
}

Verdict judge(const Walk& ours, const Walk& libunwinds) {
  const uint32_t common = ours.count < libunwinds.count ? ours.count : libunwinds.count;
  for (uint32_t i = 0; i < common; ++i) {
    if (ours.frames[i].pc != libunwinds.frames[i].pc) return wrong(Wrong::another_frame, i);
    if (ours.frames[i].interrupted != libunwinds.frames[i].interrupted) return wrong(Wrong::another_kind, i);
  }
  if (ours.count > common) return wrong(Wrong::goes_on, common);
  if (libunwinds.count > common && common != 0) {
    if (ours.end != End::no_unwind) return wrong(Wrong::ends_early, common);
    if (libunwinds.frames[common - 1].has_info) return wrong(Wrong::cut_short, common);
    return {.kind = Verdict::Kind::guessed, .at = common};
  }
  return {};
}

}  // namespace ajar::unwinding
