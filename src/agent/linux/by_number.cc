#include "agent/linux/by_number.h"

#include "agent/linux/special/descriptors.h"
#include "agent/linux/special/devices.h"
#include "agent/linux/special/messages.h"
#include "agent/linux/special/processes.h"
#include "agent/linux/special/ranges.h"
#include "calls/opens_if.h"

namespace ajar::agent {
namespace {

using calls::Asks;
using calls::Effect;

// What takes no row at all, and what nothing can be told of from inside.
constexpr bool tells(Effect effect) {
  return effect != Effect::TABLE_TELLS && effect != Effect::ENTERS_PROGRAM;
}

// Rows of kernel calls are numbered behind those of entry points.
Entry entry_of(const calls::CallRow& row) {
  return static_cast<Entry>(kEntryCount + 1 + static_cast<uint32_t>(&row - calls::kCallRows));
}

// An argument as what it is for the kernel.
int number_at(const NumberedCall& made, unsigned argument) {
  return static_cast<int>(made.arguments[argument]);
}
template <typename T>
const T* pointer_at(const NumberedCall& made, unsigned argument) {
  return reinterpret_cast<const T*>(made.arguments[argument]);
}

Asked asked_by(const NumberedCall& made, Outcome outcome) {
  const unsigned at = made.row->asked.argument;
  switch (made.row->asked.what) {
    case Asks::PATH:
      return asked_text(pointer_at<char>(made, at), number_at(made, at + 1), outcome);
    case Asks::BARE_PATH:
    case Asks::NAME:
      return asked_text(pointer_at<char>(made, at), 0, outcome);
    case Asks::SOCKET:
      return asked_socket(number_at(made, 0), number_at(made, 1), number_at(made, 2));
    case Asks::PEER:
      return asked_peer(pointer_at<void>(made, at), pointer_at<uint32_t>(made, at + 1), outcome);
    case Asks::NOTHING:
      break;
  }
  return {};
}

// fcntl and getsockopt.
void report_special(const NumberedCall& made, int result, const unwind::Registers& caller) {
  constexpr uint16_t kFcntl = 72;
  const Entry entry = entry_of(*made.row);
  if (made.row->number == kFcntl) {
    if (duplicates(number_at(made, 1))) report_duplicated(entry, number_at(made, 0), result, caller);
  } else if (result == 0 && calls::opens_peer(number_at(made, 1), number_at(made, 2))) {
    report_open(entry, *pointer_at<int>(made, 3), Asked{}, caller);
  }
}

// What was opened, by any of the effects that open.
void report_opening(const NumberedCall& made, int result, const unwind::Registers& caller) {
  const Entry entry = entry_of(*made.row);
  const auto asked_for = [&](Outcome outcome) { return asked_by(made, outcome); };
  switch (made.row->effect) {
    case Effect::OPENS_IF:
      if (!calls::opens_result(made.row->number, made.arguments)) return;
      [[fallthrough]];
    case Effect::OPENS_RESULT:
      return report_opened(OpensFd{}, result, entry, asked_for, caller);
    case Effect::OPENS_PAIR:
      return report_opened(OpensPair{pointer_at<int>(made, made.row->argument)}, result, entry, asked_for,
                           caller);
    case Effect::DUPLICATES:
      return report_duplicated(entry, number_at(made, made.row->argument), result, caller);
    case Effect::REPLACES:
      if (result < 0) {
        return report_failure(AJAR_EFFECT_REPLACE, entry, asked_nothing, caller,
                              number_at(made, made.row->argument));
      }
      return report_replaced(entry, number_at(made, made.row->argument), result, made.begun, caller);
    case Effect::DEVICE:
      return report_ioctl(entry, made.arguments[1], pointer_at<void>(made, 2), result, caller);
    default:
      return;
  }
}

void report_process(const NumberedCall& made, int64_t result, const unwind::Registers& caller) {
  if (result < 0) return;
  const calls::CloneRequest request = calls::clone_request(made.row->number, made.arguments);
  if (result == 0 && (request.flags & kCloneMemory) == 0) return begin_if_forked();
  if (result > 0 && opens_pidfd(request.flags)) {
    report_open(entry_of(*made.row), *request.pidfd, Asked{}, caller);
  }
}

}  // namespace

const calls::CallRow* numbered_call(int64_t number) {
  const calls::CallRow* row = calls::call_row(number);
  return row != nullptr && tells(row->effect) ? row : nullptr;
}

void report_by_number(const NumberedCall& made, int64_t result, const unwind::Registers& caller) {
  const calls::CallRow& row = *made.row;
  const Entry entry = entry_of(row);
  switch (row.effect) {
    case Effect::CLOSES:
      return report_closed(entry, number_at(made, row.argument), made.begun, result < 0, caller);
    case Effect::CLOSES_RANGE:
      if (result != 0) return;
      return report_close_range(entry, static_cast<unsigned>(made.arguments[0]),
                                static_cast<unsigned>(made.arguments[1]),
                                static_cast<unsigned>(made.arguments[2]), made.begun, caller);
    case Effect::LEARNS_PEER:
      if (result != 0 && error_number() != kInProgress) return;
      return report_peer(entry, number_at(made, 0), pointer_at<void>(made, 1),
                         static_cast<uint32_t>(made.arguments[2]));
    case Effect::RECEIVES:
      if (result < 0) return;
      return report_received(entry, pointer_at<void>(made, row.argument), 1, caller);
    case Effect::RECEIVES_MANY:
      if (result < 0) return;
      return report_received(entry, pointer_at<void>(made, row.argument), static_cast<unsigned>(result),
                             caller);
    case Effect::COPIES_TABLE:
      return report_process(made, result, caller);
    case Effect::PARTS_TABLE:
      if (result == 0 && (made.arguments[row.argument] & kCloneFiles) != 0) tables_may_have_parted();
      return;
    case Effect::SPECIAL:
      return report_special(made, static_cast<int>(result), caller);
    default:
      return report_opening(made, static_cast<int>(result), caller);
  }
}

}  // namespace ajar::agent
