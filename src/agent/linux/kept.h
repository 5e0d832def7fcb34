#pragma once

#include <stdint.h>

#include "agent/core/emit.h"
#include "agent/core/entries.h"
#include "agent/core/told.h"
#include "agent/linux/raw.h"

// Descriptors that the C library keeps for itself between calls: of getpwent, of syslog and their like. It
// opens and closes them where no hook stands, and nobody can ask it for the number. But which file it is is
// known, and the number that a file gets is the lowest that is free.
namespace ajar::agent::kept {

// Functions that share one descriptor.
enum class Family : uint8_t {
  passwd,
  group,
  shadow,
  gshadow,
  services,
  protocols,
  hosts,
  networks,
  rpc,
  aliases,
  fstab,
  ttys,
  shells,
  utmp,
  syslog,
  end
};

// What a function may do to it.
enum class Doing : uint8_t {
  OPENS,  // where it is not open yet; otherwise nothing, so that a call for each entry of a long list costs
          // nothing
  TURNS,  // either
  ENDS,   // closes it, where it is open
};

inline constexpr int kNothing = -1;
inline constexpr int kTold = -2;  // the library of this machine opens by functions that have hooks

struct Kept {
  int number = kNothing;
  uint64_t since = 0;         // the moment (told.h) before it was opened
  bool others_alike = false;  // when it was opened, a lower number stood for such a thing, too
};
extern Kept all[static_cast<int>(Family::end)];

// Stands around a call: looks before it and after it, and tells what came or went. It says nothing where it
// can't be sure: other threads open and close meanwhile.
class Look {
 public:
  Look(Family family, Doing doing, Entry entry, const unwind::Registers& caller)
      : entry_(entry), family_(family), doing_(doing), caller_(caller) {
    const int number = __atomic_load_n(&kept().number, __ATOMIC_RELAXED);
    const bool idle = number == kNothing ? doing == Doing::ENDS
                                         : doing == Doing::OPENS && !told::since(kept().since, number);
    if (__builtin_expect(!idle, 0)) before_call(number);
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  ~Look() {
    if (__builtin_expect(state_ != State::idle, 0)) after_call();
  }

 private:
  enum class State : uint8_t { idle, kept, nothing_kept };

  void before_call(int number);
  void after_call();
  void look_whether_closed();
  void look_whether_opened();
  void look_for_another();
  void tell_opened(int number);
  void forget(int number);
  [[nodiscard]] bool is_familys(int number) const;
  [[nodiscard]] bool is_of_kind(int number) const;
  [[nodiscard]] bool is_usual_file(int number) const;
  [[nodiscard]] bool is_usual(int number) const;
  [[nodiscard]] bool another_is_alike(int number) const;
  [[nodiscard]] Kept& kept() const { return all[static_cast<int>(family_)]; }

  State state_ = State::idle;
  Entry entry_;
  Family family_;
  Doing doing_;
  const unwind::Registers& caller_;
  int number_ = kNothing;  // that is kept, or that it will be
  uint64_t since_ = 0;
  uint64_t begun_ = 0;
  raw::File file_;  // what is kept
};

}  // namespace ajar::agent::kept
