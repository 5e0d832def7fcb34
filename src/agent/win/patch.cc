#include "agent/win/patch.h"

#include "agent/core/copy.h"
#include "agent/win/nt.h"

namespace ajar::agent::patch {
namespace {

constexpr uint32_t kJump = 14;  // jmp [rip+0], and the address behind it
constexpr uint32_t kMostThreads = 65536;
constexpr unsigned kTries = 100;

// mov r10, rcx; mov eax, number
constexpr uint8_t kBegins[] = {0x4c, 0x8b, 0xd1, 0xb8};
// test byte ptr [7ffe0308h], 1; jne +3; syscall; ret
constexpr uint8_t kGoesOn[] = {0xf6, 0x04, 0x25, 0x08, 0x03, 0xfe, 0x7f, 0x01, 0x75, 0x03, 0x0f, 0x05, 0xc3};
// Before Windows 10: syscall; ret
constexpr uint8_t kGoesOnEarlier[] = {0x0f, 0x05, 0xc3};
constexpr uint32_t kNumber = 4;

bool equal(const uint8_t* a, const uint8_t* b, uint32_t size) {
  for (uint32_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

bool write(uint64_t at, const uint8_t* bytes, uint32_t size) {
  void* page = reinterpret_cast<void*>(at);
  SIZE_T length = size;
  ULONG before = 0;
  if (NtProtectVirtualMemory(this_process(), &page, &length, PAGE_EXECUTE_READWRITE, &before) < 0)
    return false;
  copy_words(reinterpret_cast<void*>(at), bytes, size);
  NtProtectVirtualMemory(this_process(), &page, &length, before, &before);
  NtFlushInstructionCache(this_process(), reinterpret_cast<const void*>(at), size);
  return true;
}

}  // namespace

bool is_stub(uint64_t at) {
  const auto* code = reinterpret_cast<const uint8_t*>(at);
  if (!equal(code, kBegins, sizeof(kBegins))) return false;
  const uint8_t* after = code + sizeof(kBegins) + kNumber;
  return equal(after, kGoesOn, sizeof(kGoesOn)) || equal(after, kGoesOnEarlier, sizeof(kGoesOnEarlier));
}

void copy_stub(uint64_t at, uint8_t* copy) {
  copy_words(copy, reinterpret_cast<const void*>(at), kCopy);
}

bool lead_to(Stub& stub, uint64_t hook) {
  constexpr uint8_t kOpcode[] = {0xff, 0x25, 0, 0, 0, 0};
  copy_words(stub.jump, kOpcode, sizeof(kOpcode));
  copy_words(stub.jump + sizeof(kOpcode), &hook, sizeof(hook));
  copy_words(stub.before, reinterpret_cast<const void*>(stub.at), kJump);
  return write(stub.at, stub.jump, kJump);
}

bool lead_back(Stub& stub) {
  if (!equal(reinterpret_cast<const uint8_t*>(stub.at), stub.jump, kJump)) return false;
  return write(stub.at, stub.before, kJump);
}

Standstill::Standstill(InTheWay in_the_way)
    : threads_(static_cast<Thread*>(new_pages(kMostThreads * sizeof(Thread)))) {
  if (threads_ == nullptr) return;
  constexpr uint64_t kPause = 1'000'000;
  for (unsigned i = 0; i < kTries && !holds_; ++i) {
    holds_ = stop_all(in_the_way);
    if (holds_) return;
    let_go();
    sleep_ns(kPause);
  }
}

Standstill::~Standstill() {
  let_go();
  void* base = threads_;
  SIZE_T size = 0;
  if (base != nullptr) NtFreeVirtualMemory(this_process(), &base, &size, MEM_RELEASE);
}

// Threads may make others until they stand still: so until there is none any more that has not been met.
bool Standstill::stop_all(InTheWay in_the_way) {
  refused_ = false;
  uint32_t before = 0;
  do {
    before = count_;
    if (!stop_newcomers()) return false;
  } while (count_ != before);
  for (uint32_t i = 0; i < count_; ++i) {
    CONTEXT context;
    context.ContextFlags = CONTEXT_CONTROL;
    const bool ended = NtGetContextThread(threads_[i].handle, &context) < 0;
    if (!ended && in_the_way(context.Rip)) return false;
  }
  return true;
}

bool Standstill::knows(uint32_t tid) const {
  if (tid == thread_id()) return true;
  for (uint32_t i = 0; i < count_; ++i) {
    if (threads_[i].tid == tid) return true;
  }
  return false;
}

// A thread stands still for certain once its context has been read; until then it may go on for a moment, and
// make others. A handle that is not kept is needed until the next thread was found from it.
bool Standstill::stop_newcomers() {
  constexpr ACCESS_MASK kAccess = THREAD_SUSPEND_RESUME | THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION;
  constexpr auto kNoMore = static_cast<NTSTATUS>(0x8000'001a);
  HANDLE thread = nullptr;
  HANDLE next = nullptr;
  bool kept = true;
  NTSTATUS status = 0;
  while ((status = NtGetNextThread(this_process(), thread, kAccess, 0, 0, &next)) >= 0) {
    if (!kept) NtClose(thread);
    thread = next;
    kept = count_ < kMostThreads && stop(thread);
  }
  if (!kept) NtClose(thread);
  return status == kNoMore && !refused_ && count_ < kMostThreads;
}

// Whether it is stopped now, and was not before.
bool Standstill::stop(void* thread) {
  constexpr auto kIsEnding = static_cast<NTSTATUS>(0xc000'004b);
  const uint32_t tid = thread_of(thread).tid;
  if (knows(tid)) return false;
  const NTSTATUS status = NtSuspendThread(thread, nullptr);
  if (status < 0) {
    refused_ = refused_ || status != kIsEnding;
    return false;
  }
  CONTEXT context;
  context.ContextFlags = CONTEXT_CONTROL;
  NtGetContextThread(thread, &context);
  threads_[count_++] = {thread, tid};
  return true;
}

void Standstill::let_go() {
  for (uint32_t i = 0; i < count_; ++i) {
    NtResumeThread(threads_[i].handle, nullptr);
    NtClose(threads_[i].handle);
  }
  count_ = 0;
}

}  // namespace ajar::agent::patch
