#pragma once

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "unwind/judge.h"
#include "unwind/walk.h"

// libunwind, loaded so that none of its names are seen by the program: it has _Unwind_RaiseException and
// others that a program's exceptions must not come to.
namespace ajar::unwinding::libunwind {

struct Functions {
  int (*getcontext)(unw_context_t*);
  int (*init_local)(unw_cursor_t*, unw_context_t*);
  int (*step)(unw_cursor_t*);
  int (*get_reg)(unw_cursor_t*, unw_regnum_t, unw_word_t*);
  int (*get_proc_info)(unw_cursor_t*, unw_proc_info_t*);
  int (*is_signal_frame)(unw_cursor_t*);
  int (*set_caching_policy)(unw_addr_space_t, unw_caching_policy_t);
  unw_addr_space_t* local_addr_space;
};
extern Functions functions;

bool load();

// The frames from `from` outward, at most `most`. `cursor` is in a frame that `from` is a caller of. False
// when it did not come to it.
bool walk(unw_cursor_t& cursor, const unwind::Registers& from, Frame* frames, uint32_t most, Walk& walk);

}  // namespace ajar::unwinding::libunwind
