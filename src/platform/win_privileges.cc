#include "platform/win_privileges.h"

#include <windows.h>

#include "platform/win_nt.h"

namespace ajar::platform::win {
namespace {

bool ask() {
  HANDLE token = nullptr;
  if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token) == FALSE) return false;
  const OwnedHandle owned(token);
  TOKEN_PRIVILEGES wanted{};
  wanted.PrivilegeCount = 1;
  wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
  if (::LookupPrivilegeValueW(nullptr, L"SeDebugPrivilege", &wanted.Privileges[0].Luid) == FALSE)
    return false;
  // It succeeds too where the token has no such privilege, but says so.
  return ::AdjustTokenPrivileges(token, FALSE, &wanted, 0, nullptr, nullptr) != FALSE &&
         ::GetLastError() == ERROR_SUCCESS;
}

}  // namespace

bool ask_for_debug_privilege() {
  static const bool granted = ask();
  return granted;
}

}  // namespace ajar::platform::win
