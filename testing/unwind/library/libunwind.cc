#include "unwind/library/libunwind.h"

#include <dlfcn.h>
#include <string.h>

namespace ajar::unwinding::libunwind {

constinit Functions functions = {};

namespace {

// libunwind.h's names are macros for names with the architecture in them.
#define AJAR_TEXT(x) #x
#define AJAR_NAME(x) AJAR_TEXT(x)

template <typename To>
bool find(void* library, To& to, const char* name) {
  to = reinterpret_cast<To>(dlsym(library, name));
  return to != nullptr;
}

constexpr int kOwnFrames = 6;  // between look() and what it looks at, at the most

uint64_t reg(unw_cursor_t& cursor, unw_regnum_t which) {
  unw_word_t value = 0;
  functions.get_reg(&cursor, which, &value);
  return value;
}

// libunwind makes up a procedure of one byte where it knows none.
bool has_info(unw_cursor_t& cursor) {
  unw_proc_info_t info;
  memset(&info, 0, sizeof(info));
  return functions.get_proc_info(&cursor, &info) == 0 && info.end_ip - info.start_ip > 1;
}

}  // namespace

bool load() {
  void* library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return false;
  Functions& f = functions;
  const bool found = find(library, f.getcontext, AJAR_NAME(unw_tdep_getcontext)) &&
                     find(library, f.init_local, AJAR_NAME(unw_init_local)) &&
                     find(library, f.step, AJAR_NAME(unw_step)) &&
                     find(library, f.get_reg, AJAR_NAME(unw_get_reg)) &&
                     find(library, f.get_proc_info, AJAR_NAME(unw_get_proc_info)) &&
                     find(library, f.is_signal_frame, AJAR_NAME(unw_is_signal_frame)) &&
                     find(library, f.set_caching_policy, AJAR_NAME(unw_set_caching_policy)) &&
                     find(library, f.local_addr_space, AJAR_NAME(unw_local_addr_space));
  // Its cache would have to be told of every library that goes.
  if (found) f.set_caching_policy(*f.local_addr_space, UNW_CACHE_NONE);
  return found;
}

bool walk(unw_cursor_t& cursor, const unwind::Registers& from, Frame* frames, uint32_t most, Walk& walk) {
  for (int i = 0; reg(cursor, UNW_REG_IP) != from.pc || reg(cursor, UNW_REG_SP) != from.sp; ++i) {
    if (i == kOwnFrames || functions.step(&cursor) <= 0) return false;
  }
  uint32_t count = 0;
  bool interrupted = false;
  End end = End::too_deep;
  while (count < most) {
    const uint64_t pc = reg(cursor, UNW_REG_IP);
    if (pc == 0) {
      end = End::outermost;
      break;
    }
    frames[count++] = {pc, interrupted, has_info(cursor)};
    interrupted = functions.is_signal_frame(&cursor) > 0;
    const int stepped = functions.step(&cursor);
    if (stepped > 0) continue;
    end = stepped == 0 ? End::outermost : End::no_unwind;
    break;
  }
  walk = {frames, count, end};
  return true;
}

}  // namespace ajar::unwinding::libunwind
