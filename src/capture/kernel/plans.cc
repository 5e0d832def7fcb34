#include "capture/kernel/plans.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "calls/call_rows.h"
#include "calls/numbers.h"
#include "calls/opening_ioctls.h"
#include "calls/received.h"
#include "calls/uses.h"

namespace ajar::capture::kernel {
namespace {

using calls::Asks;
using calls::Effect;

constexpr std::uint16_t kTwoNumbers = 2 * sizeof(int);

// What the arguments tell of the object that is opened.
void plan_payload(const calls::CallRow& row, ajar_call_plan& plan) {
  plan.argument = row.asked.argument;
  if (row.number == calls::kOpenat2) {
    plan.payload = AJAR_CALL_OPEN_HOW;
  } else if (row.asked.what == Asks::PATH || row.asked.what == Asks::BARE_PATH ||
             row.asked.what == Asks::NAME) {
    plan.payload = AJAR_CALL_TEXT;
  } else if (row.asked.what == Asks::PEER) {
    plan.payload = AJAR_CALL_ADDRESS_BACK;
  }
}

ajar_call_plan plan_of(const calls::CallRow& row) {
  ajar_call_plan plan{};
  plan.what = AJAR_PLAN_TELL;
  switch (row.effect) {
    case Effect::CLOSES:
      plan.what = AJAR_PLAN_CLOSES;
      plan.closes = row.argument;
      break;
    case Effect::CLOSES_RANGE:
      plan.what |= AJAR_PLAN_CLOSES_RANGE;
      break;
    case Effect::OPENS_PAIR:
      plan.payload = AJAR_CALL_BYTES;
      plan.argument = row.argument;
      plan.length = kTwoNumbers;
      break;
    case Effect::LEARNS_PEER:
      plan.payload = AJAR_CALL_ADDRESS;
      plan.argument = 1;
      break;
    case Effect::RECEIVES:
      plan.payload = AJAR_CALL_CONTROL;
      plan.argument = row.argument;
      break;
    case Effect::RECEIVES_MANY:
      plan.payload = AJAR_CALL_CONTROL_MANY;
      plan.argument = row.argument;
      break;
    case Effect::COPIES_TABLE:
      if (row.number == calls::kClone3) {
        plan.payload = AJAR_CALL_CLONE3;
      } else if (row.number == calls::kClone) {
        plan.payload = AJAR_CALL_BYTES;
        plan.argument = 2;
        plan.length = sizeof(int);
      } else {
        plan.what = 0;
      }
      break;
    case Effect::DEVICE:
    case Effect::SPECIAL:
      plan.what = AJAR_PLAN_BY_ARGUMENT;
      plan.closes = row.number == calls::kGetsockopt ? 2 : 1;
      break;
    case Effect::TABLE_TELLS:
      plan.what = row.number == calls::kRead || row.number == calls::kReadv
                      ? AJAR_PLAN_TELL | AJAR_PLAN_SUCCESS_ONLY
                      : 0;
      plan.payload = AJAR_CALL_EVENTS;
      plan.argument = 1;
      plan.offset = row.number == calls::kReadv ? 1 : 0;
      break;
    case Effect::ENTERS_PROGRAM:
      plan.what = 0;
      break;
    default:
      plan_payload(row, plan);
      break;
  }
  return plan;
}

// The same calls by their other numbers.
std::vector<PlanByArgument> with_those_of_32_bits(std::vector<PlanByArgument> plans) {
  const std::size_t count = plans.size();
  for (std::uint32_t number = 0; number < AJAR_CALL_NUMBERS; ++number) {
    const calls::CallRow* row = calls::call_row_32(number);
    for (std::size_t i = 0; row != nullptr && i < count; ++i) {
      if (plans[i].row != row->number) continue;
      plans.push_back(plans[i]);
      plans.back().row = AJAR_CALL_NUMBERS + number;
    }
  }
  return plans;
}

constexpr std::uint32_t kEpollRows[] = {calls::kEpollControl, AJAR_CALL_NUMBERS + calls::kEpollControl32};

PlanByArgument told(std::uint32_t row, std::uint32_t value) {
  PlanByArgument plan{.row = row, .value = value};
  plan.plan.what = AJAR_PLAN_TELL;
  return plan;
}

}  // namespace

std::vector<ajar_call_plan> make_plans() {
  std::vector<ajar_call_plan> plans(AJAR_PLANS);
  for (const calls::CallRow& row : calls::kCallRows) plans[row.number] = plan_of(row);
  for (std::uint32_t number = 0; number < AJAR_CALL_NUMBERS; ++number) {
    const calls::CallRow* row = calls::call_row_32(number);
    if (row != nullptr) plans[AJAR_CALL_NUMBERS + number] = plan_of(*row);
  }
  constexpr ajar_u8 kCode = AJAR_PLAN_NO_STACK | AJAR_PLAN_SUCCESS_ONLY;
  for (const calls::Use& use : calls::kUses) {
    if (use.number >= 0) plans[static_cast<std::size_t>(use.number)].uses = use.arguments;
    if (use.number_32 >= 0)
      plans[AJAR_CALL_NUMBERS + static_cast<std::size_t>(use.number_32)].uses = use.arguments;
  }
  for (const std::uint32_t row : kEpollRows) plans[row].uses_by = 2;
  for (const std::uint32_t row : {std::uint32_t{calls::kMmap}, AJAR_CALL_NUMBERS + calls::kMmap32}) {
    plans[row].what = AJAR_PLAN_MAPS_CODE | kCode;
    plans[row].payload = AJAR_CALL_FILE_PATH;
  }
  for (const std::uint32_t row : {std::uint32_t{calls::kMprotect}, AJAR_CALL_NUMBERS + calls::kMprotect32})
    plans[row].what = AJAR_PLAN_MAPS_CODE | kCode;
  for (const std::uint32_t row : {std::uint32_t{calls::kMunmap}, AJAR_CALL_NUMBERS + calls::kMunmap32})
    plans[row].what = AJAR_PLAN_UNMAPS | kCode;
  return plans;
}

std::vector<PlanByArgument> make_plans_by_argument() {
  std::vector<PlanByArgument> plans;
  for (const std::uint32_t command : {calls::kDuplicate, calls::kDuplicateCloseOnExec})
    plans.push_back(told(calls::kFcntl, command));
  for (const calls::OpeningIoctl& ioctl : calls::kOpeningIoctls) {
    PlanByArgument plan = told(calls::kIoctl, ioctl.request);
    if (ioctl.field != calls::OpeningIoctl::kResult) {
      plan.plan.payload = AJAR_CALL_BYTES;
      plan.plan.argument = 2;
      plan.plan.offset = static_cast<ajar_u16>(ioctl.field);
      plan.plan.length = sizeof(int);
    }
    plans.push_back(plan);
  }
  PlanByArgument peer = told(calls::kGetsockopt, calls::kPeerPidfdOption);
  peer.plan.payload = AJAR_CALL_BYTES;
  peer.plan.argument = 3;
  peer.plan.length = sizeof(int);
  plans.push_back(peer);
  plans = with_those_of_32_bits(std::move(plans));
  for (const std::uint32_t row : kEpollRows) {
    PlanByArgument remove{.row = row, .value = calls::kEpollRemove};
    remove.plan.uses = calls::descriptors_of(*calls::use_of(calls::kEpollControl, false), remove.value);
    plans.push_back(remove);
  }
  return plans;
}

}  // namespace ajar::capture::kernel
