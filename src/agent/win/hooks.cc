#include "agent/win/hooks.h"

#include <utility>

#include "agent/win/calls.h"
#include "agent/win/exports.h"
#include "agent/win/patch.h"
#include "agent/win/state.h"
#include "agent/win/tell.h"

namespace ajar::agent::hooks {
namespace {

// One for each call, and the last one for NtTerminateProcess: it opens nothing, but the table should be read
// before it ends this process.
constexpr uint32_t kHooks = kCallCount + 1;
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
    uint64_t arguments[] = {values...};
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
  return Forward<std::make_index_sequence<2>>::call(stubs[kCallCount].original, arguments);
}

template <uint32_t... kRow>
void fill(uint64_t (&entries)[kHooks], std::integer_sequence<uint32_t, kRow...> /*rows*/) {
  ((entries[kRow] =
        reinterpret_cast<uint64_t>(&Hook<kRow, std::make_index_sequence<kCalls[kRow].arguments>>::entry)),
   ...);
  entries[kCallCount] = reinterpret_cast<uint64_t>(&terminate_process);
}

// The copies of the stubs: code, which nobody writes once it is there.
uint8_t* copies;

bool copy_all() {
  if (copies == nullptr)
    copies = static_cast<uint8_t*>(new_pages(size_t{kHooks} * patch::kCopy, PAGE_EXECUTE_READWRITE));
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
    const char* name = hook < kCallCount ? kCalls[hook].name : "NtTerminateProcess";
    const uint64_t at = export_of(late ? "win32u.dll" : "ntdll.dll", name);
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
    if (!patch::lead_to(stub, entries[hook])) stub.at = 0;
  }
}

bool in_a_stub(uint64_t pc) {
  for (const patch::Stub& stub : stubs) {
    if (stub.at != 0 && pc > stub.at && pc < stub.at + sizeof(stub.before)) return true;
  }
  return false;
}

}  // namespace

bool enter() {
  if (!copy_all()) return false;
  find_stubs(false);
  find_stubs(true);
  const patch::Standstill still(in_a_stub);
  if (!still.holds()) return false;
  lead_to_hooks(false);
  lead_to_hooks(true);
  return true;
}

void enter_late_library() {
  find_stubs(true);
  lead_to_hooks(true);
}

void leave() {
  const patch::Standstill still(in_a_stub);
  if (!still.holds()) return;
  for (patch::Stub& stub : stubs) {
    if (stub.at == 0) continue;
    patch::lead_back(stub);
    stub.at = 0;
  }
}

}  // namespace ajar::agent::hooks
