#pragma once

#include <stdint.h>

#include "unwind/walk.h"

// System calls that a program makes by their numbers: told from the rows of linux_calls.def.
namespace ajar::agent {

struct NumberedCall {
  enum class Effect : uint8_t {
    OPENS_RESULT = 1,
    OPENS_IF,
    OPENS_PAIR,
    CLOSES,
    CLOSES_RANGE,
    DUPLICATES,
    REPLACES,
    LEARNS_PEER,
    RECEIVES,
    RECEIVES_MANY,
    COPIES_TABLE,
    PARTS_TABLE,
    ENTERS_PROGRAM,
    DEVICE,
    TABLE_TELLS,
    SPECIAL
  };
  enum class Asks : uint8_t { NOTHING, PATH, BARE_PATH, NAME, SOCKET, PEER };
  struct Asked {
    Asks what;
    uint8_t argument;
  };

  // One that was made: with its arguments, and the time before it.
  struct Made {
    const NumberedCall* row;
    uint64_t arguments[6];
    uint64_t begun;
  };

  uint16_t number;
  Effect effect;
  uint8_t argument;
  Asked asked;
};

// nullptr where there is no row for it, or nothing that the agent could tell.
const NumberedCall* numbered_call(int64_t number);

// `result` is what syscall() returned; -1 with errno.
void report_by_number(const NumberedCall::Made& made, int64_t result, const unwind::Registers& caller);

}  // namespace ajar::agent
