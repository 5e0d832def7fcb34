#include "platform/own_executable.h"

#include <windows.h>

#include "platform/win_text.h"

namespace ajar::platform {

base::Result<std::string> own_executable() {
  constexpr DWORD kLongest = 32768;  // of any path, in UTF-16 units
  std::wstring path(kLongest, L'\0');
  const DWORD length = ::GetModuleFileNameW(nullptr, path.data(), kLongest);
  if (length == 0) return win::last_error("the path of ajar itself");
  path.resize(length);
  return win::narrow(path);
}

}  // namespace ajar::platform
