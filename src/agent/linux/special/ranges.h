#pragma once

#include "agent/linux/parted_tables.h"
#include "agent/linux/shapes.h"

// close_range, closefrom and unshare.
namespace ajar::agent {

struct CloseRange {};
struct Closefrom {};
struct Unshare {};

// From include/uapi/linux/close_range.h and sched.h.
inline constexpr unsigned kRangeUnshare = 2, kRangeCloseOnExec = 4;
inline constexpr unsigned kCloneFiles = 0x400;

// What was open from `first` to `last` was closed; what was not open there does not matter.
inline void report_range_closed(Entry entry, unsigned first, unsigned last, uint64_t begun,
                                const unwind::Registers& caller) {
  constexpr unsigned kHighest = 0x7fffffff;
  if (first > kHighest) return;
  const int error = error_number();
  Happened h = happened(begun, AJAR_EFFECT_CLOSE_RANGE, entry, static_cast<int>(first), caller);
  h.other = static_cast<int>(last < kHighest ? last : kHighest);
  emit(h, Asked{});
  error_number() = error;
}

inline void report_close_range(Entry entry, unsigned first, unsigned last, unsigned flags, uint64_t begun,
                               const unwind::Registers& caller) {
  if ((flags & kRangeUnshare) != 0) tables_may_have_parted();
  if ((flags & kRangeCloseOnExec) == 0) report_range_closed(entry, first, last, begun, caller);
}

template <typename Call, typename AskedFor>
int hook(CloseRange, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, unsigned first,
         unsigned last, int flags) {
  if (!begin_call()) return call();
  const uint64_t begun = now_before_call();
  const int result = call();
  if (result == 0) report_close_range(entry, first, last, static_cast<unsigned>(flags), begun, caller);
  return result;
}

template <typename Call, typename AskedFor>
void hook(Closefrom, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int first) {
  if (!begin_call()) return call();
  const uint64_t begun = now_before_call();
  call();
  report_range_closed(entry, first < 0 ? 0 : static_cast<unsigned>(first), ~0U, begun, caller);
}

template <typename Call, typename AskedFor>
int hook(Unshare, Entry, const unwind::Registers&, Call&& call, AskedFor&&, int flags) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && result == 0 && (static_cast<unsigned>(flags) & kCloneFiles) != 0) tables_may_have_parted();
  return result;
}

}  // namespace ajar::agent
