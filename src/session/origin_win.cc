#include <windows.h>

#include <chrono>
#include <string>

#include "platform/win_nt.h"
#include "platform/win_text.h"
#include "session/origin.h"

namespace ajar::session {

model::Origin describe_recorder() {
  model::Origin origin;
  origin.recorded_by = std::string("ajar ") + AJAR_VERSION;
  const platform::win::Version version = platform::win::windows_version();
  origin.system = "Windows " + std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
                  std::to_string(version.build) + " x86_64";
  std::wstring name(MAX_COMPUTERNAME_LENGTH + 1, L'\0');
  auto length = static_cast<DWORD>(name.size());
  if (::GetComputerNameW(name.data(), &length) != FALSE)
    origin.host = platform::win::narrow(name.substr(0, length));
  const auto wall_clock = std::chrono::system_clock::now().time_since_epoch();
  origin.started_unix_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall_clock).count();
  return origin;
}

}  // namespace ajar::session
