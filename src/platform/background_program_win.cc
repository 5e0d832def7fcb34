#include "platform/background_program.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <utility>

#include "platform/win_command_line.h"
#include "platform/win_nt.h"
#include "platform/win_text.h"

namespace ajar::platform {
namespace {

using win::OwnedHandle;

constexpr std::size_t kMostOutput = 16U << 20U;  // bytes

SECURITY_ATTRIBUTES inheritable() {
  return {.nLength = sizeof(SECURITY_ATTRIBUTES), .lpSecurityDescriptor = nullptr, .bInheritHandle = TRUE};
}

// A file that nobody else sees, and that goes with the last one who has it open. Nobody has to read while it
// is written.
OwnedHandle temporary_file() {
  std::array<wchar_t, MAX_PATH + 1> folder{};
  std::array<wchar_t, MAX_PATH + 1> path{};
  if (::GetTempPathW(folder.size(), folder.data()) == 0 ||
      ::GetTempFileNameW(folder.data(), L"ajr", 0, path.data()) == 0)
    return {};
  SECURITY_ATTRIBUTES attributes = inheritable();
  return OwnedHandle(::CreateFileW(
      path.data(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
      &attributes, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr));
}

OwnedHandle nothing_to_read() {
  SECURITY_ATTRIBUTES attributes = inheritable();
  return OwnedHandle(::CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &attributes,
                                   OPEN_EXISTING, 0, nullptr));
}

std::string read_all(HANDLE file) {
  std::string text;
  std::array<char, 65536> some{};
  if (::SetFilePointer(file, 0, nullptr, FILE_BEGIN) != 0) return text;
  DWORD got = 0;
  while (text.size() < kMostOutput &&
         ::ReadFile(file, some.data(), static_cast<DWORD>(some.size()), &got, nullptr) != 0 && got > 0)
    text.append(some.data(), got);
  std::erase(text, '\r');
  return text;
}

// ajar's own variables and these: texts that each end with a zero, and one more behind the last.
std::wstring environment_with(const std::vector<std::string>& more) {
  std::wstring block;
  for (const std::string& variable : more) block += win::widen(variable) + L'\0';
  wchar_t* const own = ::GetEnvironmentStringsW();
  for (const wchar_t* at = own; at != nullptr && *at != 0; at += std::wcslen(at) + 1)
    block += std::wstring(at) + L'\0';
  if (own != nullptr) ::FreeEnvironmentStringsW(own);
  return block + L'\0';
}

std::string line_of(BackgroundProgram::Request& request) {
  if (!request.last_is_verbatim) return win::command_line_of(request.arguments);
  const std::string last = std::move(request.arguments.back());
  request.arguments.pop_back();
  return win::command_line_of(request.arguments) + " \"" + last + "\"";
}

}  // namespace

struct BackgroundProgram::State {
  OwnedHandle process, out, err;
  std::int64_t pid = -1;
};

BackgroundProgram::BackgroundProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
BackgroundProgram::BackgroundProgram(BackgroundProgram&&) noexcept = default;
BackgroundProgram& BackgroundProgram::operator=(BackgroundProgram&&) noexcept = default;
BackgroundProgram::~BackgroundProgram() = default;

// With /s, cmd.exe takes the outer quotes away and reads what is between them as it stands.
BackgroundProgram::Request BackgroundProgram::shell(std::string command) {
  return {.path = "cmd.exe",
          .arguments = {"cmd.exe", "/d", "/s", "/c", std::move(command)},
          .environment = {},
          .last_is_verbatim = true};
}

base::Result<BackgroundProgram> BackgroundProgram::start(Request request) {
  auto state = std::make_unique<State>();
  state->out = temporary_file();
  state->err = temporary_file();
  const OwnedHandle nothing = nothing_to_read();
  if (state->out.get() == nullptr || state->err.get() == nullptr) return win::last_error(request.path);
  // Without a path in front of it, a program is looked for as the system does.
  const bool has_path = request.path.find_first_of("/\\") != std::string::npos;
  const std::wstring path = win::widen(request.path);
  std::wstring line = win::widen(line_of(request));
  std::wstring environment = environment_with(request.environment);
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = nothing.get();
  startup.hStdOutput = state->out.get();
  startup.hStdError = state->err.get();
  PROCESS_INFORMATION made{};
  if (::CreateProcessW(has_path ? path.c_str() : nullptr, line.data(), nullptr, nullptr, TRUE,
                       CREATE_NEW_PROCESS_GROUP | CREATE_UNICODE_ENVIRONMENT, environment.data(), nullptr,
                       &startup, &made) == 0)
    return win::last_error(request.path);
  ::CloseHandle(made.hThread);
  state->process = OwnedHandle(made.hProcess);
  state->pid = made.dwProcessId;
  return BackgroundProgram(std::move(state));
}

std::int64_t BackgroundProgram::pid() const {
  return state_->pid;
}

std::string BackgroundProgram::said() const {
  return read_all(state_->err.get());
}

void BackgroundProgram::kill() {
  if (state_->pid > 0) ::TerminateProcess(state_->process.get(), 1);
}

std::optional<BackgroundProgram::Finished> BackgroundProgram::poll() {
  if (state_->pid < 0 || ::WaitForSingleObject(state_->process.get(), 0) != WAIT_OBJECT_0)
    return std::nullopt;
  DWORD status = 0;
  ::GetExitCodeProcess(state_->process.get(), &status);
  state_->pid = -1;
  // A process that was ended by a fault, or by Ctrl-C, has a status of the kernel's.
  constexpr DWORD kMost = 0xffff;
  return Finished{.status = status > kMost ? -1 : static_cast<int>(status),
                  .out = read_all(state_->out.get()),
                  .err = read_all(state_->err.get())};
}

// Ctrl-C can't be sent to a group.
void BackgroundProgram::ask_to_end() {
  if (state_->pid > 0) ::GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, static_cast<DWORD>(state_->pid));
}

}  // namespace ajar::platform
