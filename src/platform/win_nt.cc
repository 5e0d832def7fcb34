#include "platform/win_nt.h"

#include <windows.h>

#include <array>

namespace ajar::platform::win {
namespace {

// A pointer to a function of ntdll.dll; null where it has none of that name.
template <typename Function>
Function* find(const char* name) {
  FARPROC found = ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), name);
  return reinterpret_cast<Function*>(reinterpret_cast<void*>(found));
}

using QueryFunction = LONG NTAPI(HANDLE, ULONG, void*, ULONG, ULONG*);
using QuerySection = LONG NTAPI(HANDLE, ULONG, void*, SIZE_T, SIZE_T*);
using SetProcess = LONG NTAPI(HANDLE, ULONG, const void*, ULONG);
using QuerySystem = LONG NTAPI(ULONG, void*, ULONG, ULONG*);
using DuplicateObject = LONG NTAPI(HANDLE, HANDLE, HANDLE, HANDLE*, ACCESS_MASK, ULONG, ULONG);
using GetVersion = LONG NTAPI(OSVERSIONINFOW*);

// In the order of Query.
constexpr std::array kNames = {"NtQueryObject",
                               "NtQueryInformationProcess",
                               "NtQueryInformationThread",
                               "NtQueryEvent",
                               "NtQueryMutant",
                               "NtQuerySemaphore",
                               "NtQueryTimer",
                               "NtQuerySection",
                               "NtQueryKey",
                               "NtQueryInformationJobObject"};

QueryFunction* function_for(Query what) {
  static const auto functions = [] {
    std::array<QueryFunction*, kNames.size()> found{};
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = find<QueryFunction>(kNames[i]);
    return found;
  }();
  return functions[static_cast<std::size_t>(what)];
}

constexpr ULONG kMostRoom = 1U << 30U;

// Asks with more and more room until there is enough. How much that is not every call says, and it changes
// while one asks.
template <typename Ask>
std::expected<std::vector<std::byte>, Status> ask_with_room(std::size_t room, const Ask& ask) {
  for (;;) {
    std::vector<std::byte> answer(room);
    ULONG needed = 0;
    const Status status = ask(answer, needed);
    if (status >= 0) return answer;
    const bool too_short = status == kTooShort || status == kBufferTooSmall || status == kBufferOverflow;
    if (!too_short || room >= kMostRoom) return std::unexpected(status);
    room = std::min<std::size_t>(std::max<std::size_t>(2 * room, needed + needed / 8), kMostRoom);
  }
}

}  // namespace

OwnedHandle::~OwnedHandle() {
  if (handle_ != nullptr) ::CloseHandle(handle_);
}

Status query(Query what, void* handle, std::uint32_t info_class, std::span<std::byte> answer) {
  if (what == Query::section) {
    static auto* const section = find<QuerySection>("NtQuerySection");
    return section == nullptr ? kNotImplemented
                              : section(handle, info_class, answer.data(), answer.size(), nullptr);
  }
  QueryFunction* const function = function_for(what);
  ULONG needed = 0;
  return function == nullptr
             ? kNotImplemented
             : function(handle, info_class, answer.data(), static_cast<ULONG>(answer.size()), &needed);
}

Status set_process(void* process, std::uint32_t info_class, std::span<const std::byte> value) {
  static auto* const function = find<SetProcess>("NtSetInformationProcess");
  return function == nullptr ? kNotImplemented
                             : function(process, info_class, value.data(), static_cast<ULONG>(value.size()));
}

std::expected<std::vector<std::byte>, Status> query_all(Query what, void* handle, std::uint32_t info_class,
                                                        std::size_t room) {
  QueryFunction* const function = function_for(what);
  if (function == nullptr) return std::unexpected(kNotImplemented);
  return ask_with_room(room, [&](std::vector<std::byte>& answer, ULONG& needed) {
    return function(handle, info_class, answer.data(), static_cast<ULONG>(answer.size()), &needed);
  });
}

std::expected<std::vector<std::byte>, Status> query_system(std::uint32_t info_class, std::size_t room) {
  static auto* const function = find<QuerySystem>("NtQuerySystemInformation");
  if (function == nullptr) return std::unexpected(kNotImplemented);
  return ask_with_room(room, [&](std::vector<std::byte>& answer, ULONG& needed) {
    return function(info_class, answer.data(), static_cast<ULONG>(answer.size()), &needed);
  });
}

std::expected<OwnedHandle, Status> duplicate(void* process, std::uint64_t handle, std::uint32_t access) {
  static auto* const function = find<DuplicateObject>("NtDuplicateObject");
  if (function == nullptr) return std::unexpected(kNotImplemented);
  HANDLE own = nullptr;
  const Status status = function(process, reinterpret_cast<HANDLE>(handle), ::GetCurrentProcess(), &own,
                                 access, 0, access == 0 ? DUPLICATE_SAME_ACCESS : 0);
  if (status < 0) return std::unexpected(status);
  return OwnedHandle(own);
}

Version windows_version() {
  OSVERSIONINFOW info{};
  info.dwOSVersionInfoSize = sizeof info;
  auto* const function = find<GetVersion>("RtlGetVersion");
  if (function == nullptr || function(&info) < 0) return {};
  return {.major = info.dwMajorVersion, .minor = info.dwMinorVersion, .build = info.dwBuildNumber};
}

std::string wine_version() {
  auto* const function = find<const char*()>("wine_get_version");
  return function == nullptr ? std::string() : function();
}

}  // namespace ajar::platform::win
