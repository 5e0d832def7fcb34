#include "unwind/library/real.h"

#include <dlfcn.h>
#include <stdint.h>

namespace ajar::unwinding::real {

// NOLINTNEXTLINE(bugprone-macro-parentheses): a declaration has none
#define AJAR_ROW(name, result, parameters) result(*name) parameters = nullptr;
AJAR_REAL_FUNCTIONS(AJAR_ROW)
#undef AJAR_ROW

namespace {

enum State : int { unknown, finding, known };
constinit int state = unknown;
alignas(16) constinit uint8_t early[16384] = {};
constinit size_t early_used = 0;

template <typename Function>
void find(Function& function, const char* name) {
  function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

bool found() {
  if (__builtin_expect(state == known, 1)) return true;
  if (state == finding) return false;
  state = finding;
#define AJAR_ROW(name, result, parameters) find(name, #name);
  AJAR_REAL_FUNCTIONS(AJAR_ROW)
#undef AJAR_ROW
  state = known;
  return true;
}

void* early_memory(size_t size) {
  size = (size + 15U) & ~size_t{15};
  if (size > sizeof(early) - early_used) _exit(121);
  void* at = early + early_used;
  early_used += size;
  return at;
}

bool is_early(const void* memory) {
  const auto* at = static_cast<const uint8_t*>(memory);
  return at >= early && at < early + sizeof(early);
}

}  // namespace ajar::unwinding::real
