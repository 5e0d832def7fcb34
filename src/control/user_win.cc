#include <windows.h>

#include <sddl.h>

#include <array>
#include <cstddef>
#include <cstring>

#include "control/user.h"
#include "platform/win_nt.h"
#include "platform/win_text.h"

namespace ajar::control {

User own_user() {
  HANDLE opened = nullptr;
  if (::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &opened) == FALSE) return {};
  const platform::win::OwnedHandle token(opened);
  alignas(TOKEN_USER) std::array<std::byte, sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE> room{};
  DWORD length = 0;
  if (::GetTokenInformation(token.get(), TokenUser, room.data(), static_cast<DWORD>(room.size()), &length) ==
      FALSE)
    return {};
  TOKEN_USER user{};
  std::memcpy(&user, room.data(), sizeof user);
  wchar_t* text = nullptr;
  if (::ConvertSidToStringSidW(user.User.Sid, &text) == FALSE) return {};
  User name = platform::win::narrow(text);
  ::LocalFree(text);
  return name;
}

bool may_ask_everybody() {
  std::array<std::byte, SECURITY_MAX_SID_SIZE> administrators{};
  auto size = static_cast<DWORD>(administrators.size());
  BOOL is_one = FALSE;
  // Null: the token of this thread, in which the group counts only if it is on.
  return ::CreateWellKnownSid(WinBuiltinAdministratorsSid, nullptr, administrators.data(), &size) != FALSE &&
         ::CheckTokenMembership(nullptr, administrators.data(), &is_one) != FALSE && is_one != FALSE;
}

}  // namespace ajar::control
