#include "platform/win_launch.h"

#include <windows.h>

#include <utility>

#include "platform/win_command_line.h"
#include "platform/win_text.h"

namespace ajar::platform::win {
namespace {

StartFailure failure_to_start(const std::string& program) {
  const DWORD code = ::GetLastError();
  const bool is_missing = code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND;
  if (is_missing) return {127, base::Error(program + ": there is no such program")};
  if (code == ERROR_BAD_EXE_FORMAT)
    return {126, base::Error(program + ": not a program that this Windows can execute")};
  constexpr DWORD kElevationRequired = 740;  // ERROR_ELEVATION_REQUIRED, which mingw's headers lack
  if (code == kElevationRequired)
    return {126, base::Error(program + ": starts as administrator only; run ajar as one")};
  return {126, last_error(program)};
}

}  // namespace

std::expected<Started, StartFailure> start_suspended(const std::vector<std::string>& command) {
  std::wstring line = widen(command_line_of(command));
  STARTUPINFOW startup{};
  ::GetStartupInfoW(&startup);  // what ajar was started with, also the standard handles
  startup.lpReserved = nullptr;
  PROCESS_INFORMATION made{};
  if (::CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, CREATE_SUSPENDED, nullptr, nullptr,
                       &startup, &made) == 0)
    return std::unexpected(failure_to_start(command.front()));
  Started started;
  started.process = OwnedHandle(made.hProcess);
  started.thread = OwnedHandle(made.hThread);
  started.pid = made.dwProcessId;
  return started;
}

void resume(const Started& started) {
  ::ResumeThread(started.thread.get());
}

void end(const Started& started) {
  ::TerminateProcess(started.process.get(), 1);
}

std::optional<std::uint32_t> exit_status_of(const Started& started) {
  if (::WaitForSingleObject(started.process.get(), 0) != WAIT_OBJECT_0) return std::nullopt;
  DWORD status = 0;
  ::GetExitCodeProcess(started.process.get(), &status);
  return status;
}

}  // namespace ajar::platform::win
