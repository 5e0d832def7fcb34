#pragma once

// What the agent needs of ntdll, which is all that it links with: it is in every process before anything
// else.
#include <stddef.h>
#include <stdint.h>
#include <windows.h>
#include <winternl.h>

extern "C" {
NTSTATUS NTAPI NtDelayExecution(BOOLEAN alertable, const LARGE_INTEGER* interval);
NTSTATUS NTAPI NtQueryPerformanceCounter(LARGE_INTEGER* counter, LARGE_INTEGER* frequency);
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE process, void** base, ULONG_PTR zero_bits, SIZE_T* size,
                                       ULONG type, ULONG protection);
NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE process, void** base, SIZE_T* size, ULONG type);
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE process, void** base, SIZE_T* size, ULONG protection,
                                      ULONG* old_protection);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE process, void* base);
NTSTATUS NTAPI NtFlushInstructionCache(HANDLE process, const void* base, SIZE_T size);
NTSTATUS NTAPI NtGetNextThread(HANDLE process, HANDLE thread, ACCESS_MASK access, ULONG attributes,
                               ULONG flags, HANDLE* next);
NTSTATUS NTAPI NtSuspendThread(HANDLE thread, ULONG* count);
NTSTATUS NTAPI NtResumeThread(HANDLE thread, ULONG* count);
NTSTATUS NTAPI NtGetContextThread(HANDLE thread, CONTEXT* context);
NTSTATUS NTAPI NtQueryObject(HANDLE handle, OBJECT_INFORMATION_CLASS info_class, void* answer, ULONG size,
                             ULONG* needed);
NTSTATUS NTAPI LdrLockLoaderLock(ULONG flags, ULONG* state, ULONG_PTR* cookie);
NTSTATUS NTAPI LdrUnlockLoaderLock(ULONG flags, ULONG_PTR cookie);
NTSTATUS NTAPI LdrGetDllHandle(const wchar_t* path, ULONG* flags, const UNICODE_STRING* name, HMODULE* base);
}

namespace ajar::agent {

inline HANDLE this_process() {
  return reinterpret_cast<HANDLE>(~uintptr_t{0});
}

// Of the thread's environment block, which is at gs:0 (the offsets are the public ones of NT_TIB and TEB).
inline uint64_t from_teb(unsigned offset) {
  uint64_t value = 0;
  asm volatile("movq %%gs:(%1), %0" : "=r"(value) : "r"(uint64_t{offset}));
  return value;
}
inline uint64_t stack_base() {
  return from_teb(0x08);
}
inline uint64_t stack_limit() {
  return from_teb(0x10);
}
inline uint32_t process_id() {
  return static_cast<uint32_t>(from_teb(0x40));
}
inline uint32_t thread_id() {
  return static_cast<uint32_t>(from_teb(0x48));
}

inline bool succeeded(uint64_t status) {
  return static_cast<int32_t>(status) >= 0;
}

// The kernel ignores the two lowest bits of a handle, in which some code keeps something of its own.
inline int32_t handle_number(uint64_t handle) {
  return static_cast<int32_t>(handle & ~uint64_t{3});
}

// 100 ns since the system's start, without a call: InterruptTime of KUSER_SHARED_DATA, which goes on with the
// timer's interrupts.
inline uint64_t ticks_since_start() {
  return *reinterpret_cast<const volatile uint64_t*>(0x7ffe0008);
}
inline constexpr uint64_t kTicksPerMs = 10'000;

struct ThreadNumbers {
  uint32_t pid, tid;  // 0: not known
};
inline ThreadNumbers thread_of(HANDLE thread) {
  struct {  // THREAD_BASIC_INFORMATION
    NTSTATUS exit_status;
    void* teb;
    uint64_t pid, tid;
    uint64_t affinity;
    int32_t priority, base_priority;
  } info{};
  const NTSTATUS status =
      NtQueryInformationThread(thread, static_cast<THREADINFOCLASS>(0), &info, sizeof(info), nullptr);
  if (status < 0) return {};
  return {static_cast<uint32_t>(info.pid), static_cast<uint32_t>(info.tid)};
}

// 0: not known.
inline uint32_t process_of(uint64_t process) {
  PROCESS_BASIC_INFORMATION info{};
  const NTSTATUS status = NtQueryInformationProcess(reinterpret_cast<HANDLE>(process),
                                                    ProcessBasicInformation, &info, sizeof(info), nullptr);
  return status < 0 ? 0 : static_cast<uint32_t>(info.UniqueProcessId);
}

inline void sleep_ns(uint64_t ns) {
  LARGE_INTEGER interval;
  interval.QuadPart = -static_cast<int64_t>(ns / 100);  // negative: from now on
  NtDelayExecution(0, &interval);
}

// Whole pages that read as zeros; null where there are none.
inline void* new_pages(size_t size, ULONG protection = PAGE_READWRITE) {
  void* base = nullptr;
  SIZE_T wanted = size;
  const bool given = succeeded(static_cast<uint32_t>(
      NtAllocateVirtualMemory(this_process(), &base, 0, &wanted, MEM_RESERVE | MEM_COMMIT, protection)));
  return given ? base : nullptr;
}

}  // namespace ajar::agent
