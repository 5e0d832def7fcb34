#include "agent/win/hooks.h"

#include <utility>

#include "agent/win/calls.h"
#include "agent/win/children.h"
#include "agent/win/exports.h"
#include "agent/win/patch.h"
#include "agent/win/state.h"
#include "agent/win/tell.h"

namespace ajar::agent::hooks {
namespace {

// One for each call, and two for calls that open nothing: before this process ends its table should be read,
// and before a child runs it should be entered.
constexpr uint32_t kTerminate = kCallCount, kResume = kCallCount + 1;
constexpr uint32_t kHooks = kCallCount + 2;
patch::Stub stubs[kHooks];

template <size_t>
using Word = uint64_t;

template <typename Numbers>
struct Forward;
template <size_t... kI>
struct Forward<std::index_sequence<kI...>> {
  using Function = uint64_t (*)(Word<kI>...);
  static uint64_t call(uint64_t original, const uint64_t* arguments) {
    return reinterpret_cast<Function>(original)(arguments[kI]...);
  }
};

// The hook of a row: calls the original with the same arguments, and tells what came of it.
template <uint32_t kRow, typename Numbers>
struct Hook;
template <uint32_t kRow, size_t... kI>
struct Hook<kRow, std::index_sequence<kI...>> {
  static uint64_t entry(Word<kI>... values) {
    const uint64_t arguments[] = {values...};
    const uint64_t original = stubs[kRow].original;
    tell::Made made{kRow, arguments, stubs[kRow].at, 0, false};
    const bool told = tell::before(made);
    const uint64_t result = Forward<std::index_sequence<kI...>>::call(original, arguments);
    if (told) tell::after(made, result);
    return result;
  }
};

uint64_t terminate_process(uint64_t process, uint64_t status) {
  tell::about_to_end(process);
  const uint64_t arguments[] = {process, status};
  return Forward<std::make_index_sequence<2>>::call(stubs[kTerminate].original, arguments);
}

uint64_t resume_thread(uint64_t thread, uint64_t count) {
  children::about_to_run(thread);
  const uint64_t arguments[] = {thread, count};
  return Forward<std::make_index_sequence<2>>::call(stubs[kResume].original, arguments);
}

const char* name_of(uint32_t hook) {
  if (hook < kCallCount) return kCalls[hook].name;
  return hook == kTerminate ? "NtTerminateProcess" : "NtResumeThread";
}

template <uint32_t... kRow>
void fill(uint64_t (&entries)[kHooks], std::integer_sequence<uint32_t, kRow...> /*rows*/) {
  ((entries[kRow] =
        reinterpret_cast<uint64_t>(&Hook<kRow, std::make_index_sequence<kCalls[kRow].arguments>>::entry)),
   ...);
  entries[kTerminate] = reinterpret_cast<uint64_t>(&terminate_process);
  entries[kResume] = reinterpret_cast<uint64_t>(&resume_thread);
}

// The copies of the stubs: code, which can be written only while they are made.
uint8_t* copies;

bool let_copies_be(ULONG protection) {
  void* base = copies;
  SIZE_T size = size_t{kHooks} * patch::kCopy;
  ULONG before = 0;
  return NtProtectVirtualMemory(this_process(), &base, &size, protection, &before) >= 0;
}

bool has_room_for_copies() {
  if (copies == nullptr) copies = static_cast<uint8_t*>(new_pages(size_t{kHooks} * patch::kCopy));
  return copies != nullptr;
}

bool is_late(uint32_t hook) {
  return hook < kCallCount && is_of_win32u(kCalls[hook]);
}

void tell_not_seen(uint32_t hook) {
  static_assert(kHooks <= AJAR_CALL_WORDS * 32);
  __atomic_fetch_or(&state.segment->not_seen[hook / 32], 1U << (hook % 32), __ATOMIC_RELAXED);
}

// Finds the library's stubs, and copies them.
void find_stubs(bool late) {
  for (uint32_t hook = 0; hook < kHooks; ++hook) {
    if (is_late(hook) != late) continue;
    const uint64_t at = export_of(late ? "win32u.dll" : "ntdll.dll", name_of(hook));
    if (at == 0 || at == stubs[hook].at) continue;
    if (!patch::is_stub(at)) {
      tell_not_seen(hook);
      continue;
    }
    uint8_t* copy = copies + size_t{hook} * patch::kCopy;
    patch::copy_stub(at, copy);
    stubs[hook].original = reinterpret_cast<uint64_t>(copy);
    stubs[hook].at = at;
  }
}

void lead_to_hooks(bool late) {
  static uint64_t entries[kHooks];
  fill(entries, std::make_integer_sequence<uint32_t, kCallCount>());
  for (uint32_t hook = 0; hook < kHooks; ++hook) {
    patch::Stub& stub = stubs[hook];
    if (stub.at == 0 || is_late(hook) != late || !patch::is_stub(stub.at)) continue;
    if (patch::lead_to(stub, entries[hook])) continue;
    stub.at = 0;
    tell_not_seen(hook);
  }
}

bool in_a_stub(uint64_t pc) {
  for (const patch::Stub& stub : stubs) {
    if (stub.at != 0 && pc > stub.at && pc < stub.at + sizeof(stub.before)) return true;
  }
  return false;
}

}  // namespace

// The copies may be in use, by threads that a session before this one has left in a call: they stay
// executable while they are written, with the bytes that they have.
ajar_begun enter() {
  if (!has_room_for_copies()) return AJAR_NO_MEMORY;
  if (!let_copies_be(PAGE_EXECUTE_READWRITE)) return AJAR_NO_CODE_ALLOWED;
  find_stubs(false);
  find_stubs(true);
  let_copies_be(PAGE_EXECUTE_READ);
  const patch::Standstill still(in_a_stub);
  if (!still.holds()) return AJAR_NEVER_STILL;
  lead_to_hooks(false);
  lead_to_hooks(true);
  return AJAR_BEGUN;
}

void enter_late_library() {
  let_copies_be(PAGE_EXECUTE_READWRITE);
  find_stubs(true);
  let_copies_be(PAGE_EXECUTE_READ);
  lead_to_hooks(true);
}

void leave() {
  const patch::Standstill still(in_a_stub);
  if (!still.holds()) return;
  for (patch::Stub& stub : stubs) {
    if (stub.at == 0) continue;
    if (patch::lead_back(stub)) stub.at = 0;
  }
}

}  // namespace ajar::agent::hooks
