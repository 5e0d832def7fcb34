#pragma once

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include <cstdint>
#include <vector>

namespace ajar::agent::testing {

// The pcs of the calling thread's stack as libunwind finds them, the caller's first.
[[gnu::noinline]] inline std::vector<std::uint64_t> libunwinds_frames() {
  unw_context_t context;
  unw_getcontext(&context);
  unw_cursor_t cursor;
  unw_init_local(&cursor, &context);
  std::vector<std::uint64_t> pcs;
  do {
    unw_word_t pc = 0;
    unw_get_reg(&cursor, UNW_REG_IP, &pc);
    if (pc == 0) break;
    pcs.push_back(pc);
  } while (unw_step(&cursor) > 0);
  pcs.erase(pcs.begin());  // this function
  return pcs;
}

}  // namespace ajar::agent::testing
