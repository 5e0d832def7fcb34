#pragma once

#include <stddef.h>
#include <stdint.h>

// Two walks over one stack, and what is to be thought of it when they differ. Used inside the programs that
// are watched: no C++ library.
namespace ajar::unwinding {

struct Frame {
  uint64_t pc = 0;
  bool interrupted = false;  // pc is where a signal came, not the address after a call
  bool has_info = true;      // libunwind's walk only: there is call-frame information for it
};

// How a walk ended behind its last frame.
enum class End : uint8_t {
  outermost,  // there is no caller
  no_unwind,  // there may be one, and no way to it
  too_deep,   // the walk was not to go further
};

struct Walk {
  const Frame* frames = nullptr;  // innermost first
  uint32_t count = 0;
  End end = End::outermost;
};

// What is wrong about a stack that differs.
#define AJAR_UNWINDING_WRONGS(row)                                            \
  row(another_frame, "another frame") row(another_kind, "interrupted or not") \
      row(cut_short, "cut short") /* there is information, whoever says so */ \
      row(ends_early, "outermost too early") row(goes_on, "goes on behind libunwind's end")

enum class Wrong : uint8_t {
#define AJAR_ROW(name, title) name,
  AJAR_UNWINDING_WRONGS(AJAR_ROW)
#undef AJAR_ROW
      count
};

inline constexpr size_t kWrongs = static_cast<size_t>(Wrong::count);
const char* title(Wrong wrong);

struct Verdict {
  enum class Kind : uint8_t {
    equal,
    // Our walk ends at a frame for which there is no call-frame information, so libunwind says. It takes what
    // %rbp points to for the next frame. Whoever reads the results has it confirmed by readelf (see
    // places.h).
    guessed,
    wrong,
  };
  Kind kind = Kind::equal;
  Wrong wrong = Wrong::count;  // wrong
  uint32_t at = 0;             // the first frame that differs
};

Verdict judge(const Walk& ours, const Walk& libunwinds);

}  // namespace ajar::unwinding
