#include "platform/win_remote.h"

#include <windows.h>

#include <fmt/format.h>

#include <utility>

#include "base/path.h"
#include "base/words.h"
#include "platform/win_privileges.h"
#include "platform/win_processes.h"
#include "platform/win_text.h"

namespace ajar::platform::win {
namespace {

constexpr DWORD kPatience = 10'000;  // ms

// What is done to a process says which one.
std::string process_words(std::int64_t pid) {
  return fmt::format("process {}", pid);
}

bool is_32_bit(HANDLE process) {
  BOOL wow64 = FALSE;
  return ::IsWow64Process(process, &wow64) != 0 && wow64 != FALSE;
}

base::Error not_opened(std::int64_t pid) {
  if (::GetLastError() == ERROR_INVALID_PARAMETER)
    return base::Error(fmt::format("there is no process {}", pid));
  if (::GetLastError() == ERROR_ACCESS_DENIED)
    return base::Error(fmt::format(
        "process {} may not be entered (access denied): run ajar as its user or as administrator; protected "
        "processes can't be entered at all",
        pid));
  return last_error(process_words(pid));
}

using MapView = LONG(WINAPI*)(HANDLE section, HANDLE process, void** base, ULONG_PTR zero_bits,
                              SIZE_T committed, LARGE_INTEGER* offset, SIZE_T* size, DWORD inherit,
                              ULONG allocation, ULONG protection);

using UnmapView = LONG(WINAPI*)(HANDLE process, void* base);

// Of kernel32 and ntdll, which lie at the same address in all processes until the next start of the system.
std::uint64_t system_function(const wchar_t* library, const char* name) {
  return reinterpret_cast<std::uint64_t>(::GetProcAddress(::GetModuleHandleW(library), name));
}

}  // namespace

base::Result<SharedMemory> SharedMemory::create(std::size_t size) {
  SharedMemory memory;
  const auto wide = static_cast<std::uint64_t>(size);
  memory.section_ =
      OwnedHandle(::CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE | SEC_COMMIT,
                                       static_cast<DWORD>(wide >> 32U), static_cast<DWORD>(wide), nullptr));
  if (memory.section() == nullptr) return last_error("memory to share with the program");
  void* at = ::MapViewOfFile(memory.section(), FILE_MAP_ALL_ACCESS, 0, 0, size);
  if (at == nullptr) return last_error("memory to share with the program");
  memory.bytes_ = {static_cast<std::byte*>(at), size};
  return memory;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : section_(std::move(other.section_)), bytes_(std::exchange(other.bytes_, {})) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(section_, other.section_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (bytes_.data() != nullptr) ::UnmapViewOfFile(bytes_.data());
}

base::Result<RemoteProcess> RemoteProcess::open(std::int64_t pid) {
  constexpr DWORD kAccess = PROCESS_CREATE_THREAD | PROCESS_VM_OPERATION | PROCESS_VM_READ |
                            PROCESS_VM_WRITE | PROCESS_QUERY_INFORMATION | SYNCHRONIZE;
  (void)ask_for_debug_privilege();
  OwnedHandle process(::OpenProcess(kAccess, FALSE, static_cast<DWORD>(pid)));
  if (process.get() == nullptr) return not_opened(pid);
  if (is_32_bit(process.get()))
    return base::Error(fmt::format(
        "process {} is a 32-bit program: ajar's agent is 64-bit and can't enter it; 'ajar handles {}' shows "
        "its handles",
        pid, pid));
  return RemoteProcess(std::move(process), pid);
}

base::Result<std::uint64_t> RemoteProcess::map(const SharedMemory& memory) const {
  const auto map_view = reinterpret_cast<MapView>(system_function(L"ntdll.dll", "NtMapViewOfSection"));
  void* at = nullptr;
  SIZE_T size = 0;
  constexpr DWORD kNotInherited = 2;  // ViewUnmap
  const Status status =
      map_view(memory.section(), process_.get(), &at, 0, 0, nullptr, &size, kNotInherited, 0, PAGE_READWRITE);
  if (status < 0)
    return base::Error(
        fmt::format("process {}: no memory can be shared with it: {}", pid_, status_words(status)));
  return reinterpret_cast<std::uint64_t>(at);
}

void RemoteProcess::unmap(std::uint64_t address) const {
  const auto unmap_view = reinterpret_cast<UnmapView>(system_function(L"ntdll.dll", "NtUnmapViewOfSection"));
  unmap_view(process_.get(), reinterpret_cast<void*>(address));
}

base::Result<std::uint64_t> RemoteProcess::load(const std::string& library) const {
  const std::wstring path = widen(library);
  const std::size_t size = (path.size() + 1) * sizeof(wchar_t);
  void* at = ::VirtualAllocEx(process_.get(), nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (at == nullptr || ::WriteProcessMemory(process_.get(), at, path.c_str(), size, nullptr) == 0)
    return last_error(process_words(pid_));
  const auto done =
      run(system_function(L"kernel32.dll", "LoadLibraryW"), reinterpret_cast<std::uint64_t>(at));
  if (!done.ok()) return done.error();  // the memory is left to the thread that may still read it
  ::VirtualFreeEx(process_.get(), at, 0, MEM_RELEASE);
  // The thread's result is the lower half of the library's address.
  if (const auto address = loaded(library, done.value())) return *address;
  return base::Error(fmt::format(
      "process {}: {} could not be loaded there; it must lie where that process's user may read it, "
      "and the process must allow libraries that Microsoft did not sign",
      pid_, library));
}

std::optional<std::uint64_t> RemoteProcess::loaded(const std::string& library,
                                                   std::uint32_t lower_half) const {
  const auto modules = list_modules(pid_);
  if (!modules.ok()) return std::nullopt;
  for (const ModuleRow& module : modules.value()) {
    if (static_cast<std::uint32_t>(module.base) == lower_half &&
        base::same_word(base::file_name(module.path), base::file_name(library)))
      return module.base;
  }
  return std::nullopt;
}

bool RemoteProcess::read(std::uint64_t address, std::span<std::byte> bytes) const {
  SIZE_T done = 0;
  return ::ReadProcessMemory(process_.get(), reinterpret_cast<const void*>(address), bytes.data(),
                             bytes.size(), &done) != 0 &&
         done == bytes.size();
}

base::Result<std::uint32_t> RemoteProcess::run(std::uint64_t function, std::uint64_t argument) const {
  const OwnedHandle thread(::CreateRemoteThread(process_.get(), nullptr, 0,
                                                reinterpret_cast<LPTHREAD_START_ROUTINE>(function),
                                                reinterpret_cast<void*>(argument), 0, nullptr));
  if (thread.get() == nullptr) return last_error(process_words(pid_) + ": no thread can be started in it");
  if (::WaitForSingleObject(thread.get(), kPatience) != WAIT_OBJECT_0)
    return base::Error(
        fmt::format("process {} does not let a new thread run (it is being debugged, suspended, or loads "
                    "something that does not end); try again later",
                    pid_));
  DWORD result = 0;
  ::GetExitCodeThread(thread.get(), &result);
  return result;
}

std::optional<std::uint32_t> RemoteProcess::exit_status() const {
  if (::WaitForSingleObject(process_.get(), 0) != WAIT_OBJECT_0) return std::nullopt;
  DWORD status = 0;
  ::GetExitCodeProcess(process_.get(), &status);
  return status;
}

}  // namespace ajar::platform::win
