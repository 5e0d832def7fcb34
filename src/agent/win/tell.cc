#include "agent/win/tell.h"

#include "agent/win/asked.h"
#include "agent/win/calls.h"
#include "agent/win/children.h"
#include "agent/win/state.h"
#include "agent/win/write.h"

namespace ajar::agent::tell {
namespace {

constexpr uint32_t kEndPatience = 2000;  // ms

// NTSTATUS values, as Microsoft's 'NTSTATUS Values' (MS-ERREF) has them.
constexpr auto kInvalidHandle = static_cast<int32_t>(0xc000'0008);
constexpr uint64_t kTimeout = 0x102;  // a success that gives no handle

constexpr uint64_t kCloseSource = 1;  // DUPLICATE_CLOSE_SOURCE

// An answer to the question whether something is there: programs ask that all day, and nothing was wrong.
bool is_a_no(int32_t status) {
  switch (static_cast<uint32_t>(status)) {
    case 0xc000000f:  // no such file
    case 0xc0000034:  // object name not found
    case 0xc000003a:  // object path not found
    case 0xc0000035:  // object name collision
    case 0xc000007c:  // no token
    case 0x8000001a:  // no more entries
      return true;
    default:
      return false;
  }
}

// Current process, thread, session, tokens: names that are always good, and no handles. Nor is NULL, which
// much code closes that has opened nothing.
bool is_pseudo(uint64_t handle) {
  const auto value = static_cast<int64_t>(handle);
  return value <= 0 && value >= -6;
}

bool is_this_process(uint64_t process) {
  return static_cast<int64_t>(process) == -1 || process_of(process) == process_id();
}

// OBJECT_HANDLE_FLAG_INFORMATION: what is protected from being closed stays open.
bool is_protected(uint64_t handle) {
  uint8_t flags[2] = {};
  constexpr auto kFlags = static_cast<OBJECT_INFORMATION_CLASS>(4);
  const NTSTATUS status =
      NtQueryObject(reinterpret_cast<HANDLE>(handle), kFlags, flags, sizeof(flags), nullptr);
  return status >= 0 && flags[1] != 0;
}

bool is_open(uint64_t handle) {
  PUBLIC_OBJECT_BASIC_INFORMATION info;
  return NtQueryObject(reinterpret_cast<HANDLE>(handle), ObjectBasicInformation, &info, sizeof(info),
                       nullptr) != kInvalidHandle;
}

Happened happened(const Made& made, ajar_effect effect, uint64_t handle, uint64_t time) {
  Happened h;
  h.effect = effect;
  h.entry = static_cast<uint16_t>(made.row + 1);
  h.handle = handle_number(handle);
  h.time = time;
  h.call = made.call;
  return h;
}

void opened(const Made& made, uint64_t handle) {
  Text text;
  const Asked asked = asked_for(made, text);
  Happened h = happened(made, AJAR_EFFECT_OPEN, handle, now());
  h.other = asked.root;
  emit(h, asked);
}

void not_opened(const Made& made, uint64_t result) {
  const auto status = static_cast<int32_t>(result);
  if (is_a_no(status)) return;
  Text text;
  const Asked asked = asked_for_in_vain(made, status, text);
  Happened h = happened(made, AJAR_EFFECT_OPEN, 0, now());
  h.error = status;
  emit(h, asked);
}

// Calls that answer a wish for a connection, and may refuse it: then there is no handle.
bool refuses(const Made& made) {
  constexpr uint64_t kByte = 0xff;
  if (made.row == kCall_NtAlpcAcceptConnectPort) return (made.arguments[8] & kByte) == 0;
  return made.row == kCall_NtAcceptConnectPort && (made.arguments[3] & kByte) == 0;
}

// Argument `at` points to where the call has written a handle.
void opened_at(const Made& made, uint32_t at) {
  const auto* handle = reinterpret_cast<const uint64_t*>(made.arguments[at]);
  if (handle != nullptr && *handle != 0) opened(made, *handle);
}

void closed(const Made& made, uint64_t handle, uint64_t result) {
  if (is_pseudo(handle)) return;
  Happened h = happened(made, AJAR_EFFECT_CLOSE, handle, made.begun);
  const auto status = static_cast<int32_t>(result);
  // One that is protected stays open, and that was no mistake about the number.
  if (status < 0 && status != kInvalidHandle) return;
  h.error = status < 0 ? status : 0;
  emit(h, {});
}

// Those of win32u say whether they closed it.
void closed_by_window_manager(const Made& made, bool done) {
  if (done) emit(happened(made, AJAR_EFFECT_CLOSE, made.arguments[0], made.begun), {});
}

// NtDuplicateObject(source process, handle, target process, where to write it, access, attributes, options)
void duplicated(const Made& made, uint64_t result) {
  const uint64_t source = made.arguments[1];
  const auto* made_handle = reinterpret_cast<const uint64_t*>(made.arguments[3]);
  const bool from_here = is_this_process(made.arguments[0]);
  const bool to_here = made.arguments[2] != 0 && is_this_process(made.arguments[2]);
  const bool done = succeeded(result);
  if (made.closes_source && (done || !is_open(source)))
    emit(happened(made, AJAR_EFFECT_CLOSE, source, made.begun), {});
  if (!to_here && done) return;  // it is in another's table, or in none
  const bool of_ours = from_here && !is_pseudo(source);
  Happened h = happened(made, of_ours ? AJAR_EFFECT_DUPLICATE : AJAR_EFFECT_OPEN, 0, now());
  if (done && made_handle != nullptr) h.handle = handle_number(*made_handle);
  if (of_ours) h.other = handle_number(source);
  h.error = done ? 0 : static_cast<int32_t>(result);
  if (done ? h.handle != 0 : !is_a_no(h.error)) emit(h, {});
}

// NtCreateUserProcess
void started(const Made& made) {
  const auto process = *reinterpret_cast<const uint64_t*>(made.arguments[0]);
  const auto thread = *reinterpret_cast<const uint64_t*>(made.arguments[1]);
  Happened h = happened(made, AJAR_EFFECT_PAIR, process, now());
  h.other = handle_number(thread);
  emit(h, {});
  children::was_made(process, thread, made.arguments[7]);
}

void tell_of(const Made& made, uint64_t result) {
  const CallRow& row = kCalls[made.row];
  switch (row.effect) {
    case Effect::opens:
      if (!succeeded(result)) return not_opened(made, result);
      return result == kTimeout || refuses(made) ? void() : opened_at(made, row.where);
    case Effect::result:
      return result != 0 ? opened(made, result) : void();
    case Effect::starts:
      return succeeded(result) ? started(made) : not_opened(made, result);
    case Effect::tells:
      if (static_cast<uint32_t>(made.arguments[1]) == row.where && succeeded(result)) opened_at(made, 2);
      return;
    case Effect::duplicates:
      return duplicated(made, result);
    case Effect::closes:
      if (is_of_win32u(row)) return closed_by_window_manager(made, result != 0);
      return closed(made, made.arguments[0], result);
  }
}

}  // namespace

bool before(Made& made) {
  const Inside inside;
  if (!recording()) return false;
  switch (kCalls[made.row].effect) {
    case Effect::duplicates:
      made.closes_source = (made.arguments[6] & kCloseSource) != 0 && !is_pseudo(made.arguments[1]) &&
                           is_this_process(made.arguments[0]) && !is_protected(made.arguments[1]);
      made.begun = now();
      break;
    case Effect::closes:
      made.begun = now();
      break;
    default:
      break;
  }
  return true;
}

void after(const Made& made, uint64_t result) {
  const Inside inside;
  if (recording()) tell_of(made, result);
}

void about_to_end(uint64_t process) {
  const Inside inside;
  if (!recording() || process == 0 || !is_this_process(process)) return;
  ask(AJAR_REQUEST_LOOK, process_id(), kEndPatience);
}

}  // namespace ajar::agent::tell
