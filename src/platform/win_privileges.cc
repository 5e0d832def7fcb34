#include "platform/win_privileges.h"

#include <windows.h>

#include "platform/win_nt.h"

namespace ajar::platform::win {
namespace {

void ask() {
  HANDLE token = nullptr;
  if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token) == FALSE) return;
  const OwnedHandle owned(token);
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (::LookupPrivilegeValueW(nullptr, L"SeDebugPrivilege", &wanted.Privileges[0].Luid) != FALSE)
    ::AdjustTokenPrivileges(token, FALSE, &wanted, 0, nullptr, nullptr);
}

}  // namespace

void ask_for_debug_privilege() {
  static const bool asked = [] {
    ask();
    return true;
  }();
  static_cast<void>(asked);
}

}  // namespace ajar::platform::win
