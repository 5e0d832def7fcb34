#include "agent/win/tell.h"

#include "agent/win/calls.h"
#include "agent/win/state.h"
#include "agent/win/text.h"
#include "agent/win/write.h"

namespace ajar::agent::tell {
namespace {

constexpr uint32_t kChildPatience = 5000;  // ms
constexpr uint32_t kEndPatience = 2000;    // ms

// NTSTATUS values, as Microsoft's 'NTSTATUS Values' (MS-ERREF) has them.
constexpr auto kAccessViolation = static_cast<int32_t>(0xc000'0005);
constexpr auto kInvalidHandle = static_cast<int32_t>(0xc000'0008);
constexpr auto kInvalidParameter = static_cast<int32_t>(0xc000'000d);
constexpr auto kDatatypeMisalignment = static_cast<int32_t>(0x8000'0002);

constexpr uint64_t kThreadCreateSuspended = 1;  // THREAD_CREATE_FLAGS_CREATE_SUSPENDED
constexpr uint64_t kCloseSource = 1;            // DUPLICATE_CLOSE_SOURCE

// An answer to the question whether something is there: programs ask that all day, and nothing was wrong.
bool is_a_no(int32_t status) {
  switch (static_cast<uint32_t>(status)) {
    case 0xc000000f:  // no such file
    case 0xc0000034:  // object name not found
    case 0xc000003a:  // object path not found
    case 0xc0000035:  // object name collision
    case 0xc000007c:  // no token
    case 0x8000001a:  // no more entries
    case 0xc0000023:  // buffer too small
    case 0xc0000004:  // info length mismatch
    case 0xc0000003:  // invalid info class
      return true;
    default:
      return false;
  }
}

int32_t number(uint64_t handle) {
  return static_cast<int32_t>(handle);
}

// Current process, thread, session, tokens: names that are always good, and no handles. Nor is NULL, which
// much code closes that has opened nothing.
bool is_pseudo(uint64_t handle) {
  const auto value = static_cast<int64_t>(handle);
  return value <= 0 && value >= -6;
}

bool is_this_process(uint64_t process) {
  if (static_cast<int64_t>(process) == -1) return true;
  PROCESS_BASIC_INFORMATION info{};
  const NTSTATUS status = NtQueryInformationProcess(reinterpret_cast<HANDLE>(process),
                                                    ProcessBasicInformation, &info, sizeof(info), nullptr);
  return status >= 0 && info.UniqueProcessId == process_id();
}

struct Text {
  char bytes[kMostText];
  ajar_u32 client[2];
};

void ask_for_name(const UNICODE_STRING* name, Text& text, Asked& asked) {
  if (name == nullptr || name->Length == 0) return;
  asked.length = to_utf8(*name, text.bytes);
  asked.bytes = text.bytes;
  asked.kind = AJAR_PAYLOAD_TEXT;
}

// The arguments were good enough for the kernel, so they can be read, too.
Asked asked_for(const Made& made, Text& text) {
  const CallRow& row = kCalls[made.row];
  Asked asked;
  const uint64_t at = row.asked == Tells::nothing ? 0 : made.arguments[row.asked_at];
  if (at == 0) return asked;
  switch (row.asked) {
    case Tells::object: {
      const auto* object = reinterpret_cast<const OBJECT_ATTRIBUTES*>(at);
      ask_for_name(object->ObjectName, text, asked);
      const bool is_inside = asked.length != 0 || row.effect == Effect::opens;
      if (is_inside) asked.root = number(reinterpret_cast<uint64_t>(object->RootDirectory));
      break;
    }
    case Tells::name:
      ask_for_name(reinterpret_cast<const UNICODE_STRING*>(at), text, asked);
      break;
    case Tells::client: {
      const auto* client = reinterpret_cast<const uint64_t*>(at);
      text.client[0] = static_cast<ajar_u32>(client[0]);
      text.client[1] = static_cast<ajar_u32>(client[1]);
      asked.bytes = text.client;
      asked.length = sizeof(text.client);
      asked.kind = AJAR_PAYLOAD_CLIENT;
      break;
    }
    case Tells::nothing:
      break;
  }
  return asked;
}

Happened happened(const Made& made, ajar_effect effect, uint64_t handle, uint64_t time) {
  Happened h;
  h.effect = effect;
  h.entry = static_cast<uint16_t>(made.row + 1);
  h.handle = number(handle);
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
  const bool readable =
      status != kAccessViolation && status != kInvalidParameter && status != kDatatypeMisalignment;
  const Asked asked = readable ? asked_for(made, text) : Asked{};
  Happened h = happened(made, AJAR_EFFECT_OPEN, 0, now());
  h.error = status;
  emit(h, asked);
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
  if (from_here && (made.arguments[6] & kCloseSource) != 0 && !is_pseudo(source) &&
      static_cast<int32_t>(result) != kInvalidHandle)
    emit(happened(made, AJAR_EFFECT_CLOSE, source, made.begun), {});
  if (!to_here && done) return;  // it is in another's table, or in none
  const bool of_ours = from_here && !is_pseudo(source);
  Happened h = happened(made, of_ours ? AJAR_EFFECT_DUPLICATE : AJAR_EFFECT_OPEN, 0, now());
  if (done && made_handle != nullptr) h.handle = number(*made_handle);
  if (of_ours) h.other = number(source);
  h.error = done ? 0 : static_cast<int32_t>(result);
  if (done ? h.handle != 0 : !is_a_no(h.error)) emit(h, {});
}

// NtCreateUserProcess: the child stands still until ajar has entered it.
void started(const Made& made) {
  const auto process = *reinterpret_cast<const uint64_t*>(made.arguments[0]);
  const auto thread = *reinterpret_cast<const uint64_t*>(made.arguments[1]);
  Happened h = happened(made, AJAR_EFFECT_PAIR, process, now());
  h.other = number(thread);
  emit(h, {});
  PROCESS_BASIC_INFORMATION info{};
  const NTSTATUS status = NtQueryInformationProcess(reinterpret_cast<HANDLE>(process),
                                                    ProcessBasicInformation, &info, sizeof(info), nullptr);
  if (status >= 0) ask(AJAR_REQUEST_ENTER, static_cast<uint32_t>(info.UniqueProcessId), kChildPatience);
}

void tell_of(const Made& made, uint64_t result) {
  const CallRow& row = kCalls[made.row];
  switch (row.effect) {
    case Effect::opens:
      return succeeded(result) ? opened_at(made, row.where) : not_opened(made, result);
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
    case Effect::starts: {
      uint64_t& flags = made.arguments[7];
      made.suspended = (flags & kThreadCreateSuspended) != 0;
      flags |= kThreadCreateSuspended;
      break;
    }
    case Effect::closes:
    case Effect::duplicates:
      made.begun = now();
      break;
    default:
      break;
  }
  return true;
}

void after(const Made& made, uint64_t result) {
  {
    const Inside inside;
    if (recording()) tell_of(made, result);
  }
  const bool begins = kCalls[made.row].effect == Effect::starts && succeeded(result) && !made.suspended;
  if (begins) NtResumeThread(*reinterpret_cast<HANDLE*>(made.arguments[1]), nullptr);
}

void about_to_end(uint64_t process) {
  const Inside inside;
  if (!recording() || process == 0 || !is_this_process(process)) return;
  ask(AJAR_REQUEST_LOOK, process_id(), kEndPatience);
}

}  // namespace ajar::agent::tell
