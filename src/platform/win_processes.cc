#include "platform/win_processes.h"

#include <windows.h>

#include <tlhelp32.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "platform/win_nt.h"
#include "platform/win_text.h"

namespace ajar::platform::win {
namespace {

constexpr std::uint32_t kLongestText = 32767;  // UTF-16 units

OwnedHandle open_process(std::int64_t pid, DWORD access) {
  return OwnedHandle(::OpenProcess(access, FALSE, static_cast<DWORD>(pid)));
}

std::string narrowed(std::span<const std::byte> units) {
  std::wstring text(units.size() / sizeof(wchar_t), L'\0');
  std::memcpy(text.data(), units.data(), text.size() * sizeof(wchar_t));
  return narrow(text);
}

// A UNICODE_STRING at the reader's place, whose text is in the same answer.
std::string text_in(base::ByteReader& in, std::span<const std::byte> answer) {
  const auto length = in.read<std::uint16_t>();
  in.skip(6);
  const std::uint64_t at = in.read<std::uint64_t>() - reinterpret_cast<std::uintptr_t>(answer.data());
  base::ByteReader text(answer);
  text.seek(at);
  return narrowed(text.bytes(length));
}

// SYSTEM_PROCESS_INFORMATION, and behind it a SYSTEM_THREAD_INFORMATION for each thread.
ProcessRow read_row(std::span<const std::byte> answer, std::size_t at) {
  constexpr std::size_t kThreadsAt = 0x100, kThreadSize = 0x50;
  ProcessRow row;
  base::ByteReader in(answer);
  in.seek(at + 4);
  const auto threads = in.read<std::uint32_t>();
  in.seek(at + 0x20);
  row.created = in.read<std::uint64_t>();
  in.seek(at + 0x38);
  row.name = text_in(in, answer);
  in.seek(at + 0x50);
  row.pid = in.read<std::int64_t>();
  row.parent = in.read<std::int64_t>();
  row.handles = in.read<std::uint32_t>();
  for (std::uint32_t i = 0; i < threads && in.ok(); ++i) {
    ThreadRow thread;
    in.seek(at + kThreadsAt + i * kThreadSize + 0x10);
    thread.created = in.read<std::uint64_t>();
    in.skip(8);
    thread.start = in.read<std::uint64_t>();
    in.skip(8);
    thread.tid = static_cast<std::uint32_t>(in.read<std::uint64_t>());
    thread.priority = in.read<std::uint32_t>();
    if (in.ok()) row.threads.push_back(thread);
  }
  return row;
}

// A text of another process: a UNICODE_STRING at `address` there.
std::string text_of_process(HANDLE process, std::uint64_t address) {
  struct {
    std::uint16_t length, room;
    std::uint64_t at;
  } text{};
  const auto read = [&](std::uint64_t from, void* to, std::size_t size) {
    SIZE_T done = 0;
    return ::ReadProcessMemory(process, reinterpret_cast<const void*>(from), to, size, &done) != FALSE &&
           done == size;
  };
  if (!read(address, &text, sizeof text)) return {};
  std::wstring wide(text.length / sizeof(wchar_t), L'\0');
  if (!read(text.at, wide.data(), wide.size() * sizeof(wchar_t))) return {};
  return narrow(wide);
}

// From Windows 8.1 on the system tells it; before, it is in the process's own memory.
std::string command_line_of(HANDLE process) {
  constexpr std::uint32_t kBasic = 0, kCommandLine = 60;
  if (const auto answer = query_all(Query::process, process, kCommandLine, 4096)) {
    base::ByteReader in(*answer);
    return text_in(in, *answer);
  }
  std::array<std::byte, 48> basic{};
  if (query(Query::process, process, kBasic, basic) < 0) return {};
  base::ByteReader in(basic);
  in.skip(8);
  const auto peb = in.read<std::uint64_t>();
  constexpr std::uint64_t kParameters = 0x20, kCommandLineThere = 0x70;  // of 64-bit processes
  std::uint64_t parameters = 0;
  SIZE_T done = 0;
  if (::ReadProcessMemory(process, reinterpret_cast<const void*>(peb + kParameters), &parameters,
                          sizeof parameters, &done) == FALSE)
    return {};
  return text_of_process(process, parameters + kCommandLineThere);
}

}  // namespace

base::Result<std::vector<ProcessRow>> list_processes() {
  constexpr std::uint32_t kProcesses = 5;
  constexpr std::size_t kRoom = std::size_t{256} << 10U;
  const auto answer = query_system(kProcesses, kRoom);
  if (!answer) return base::Error("the list of processes: " + status_words(answer.error()));
  std::vector<ProcessRow> rows;
  for (std::size_t at = 0;;) {
    rows.push_back(read_row(*answer, at));
    base::ByteReader in(*answer);
    in.seek(at);
    const auto next = in.read<std::uint32_t>();
    if (next == 0 || next > answer->size() - at) return rows;
    at += next;
  }
}

base::Result<ProcessRow> find_process(std::int64_t pid) {
  auto rows = list_processes();
  if (!rows.ok()) return std::move(rows).error();
  const auto found = std::ranges::find(rows.value(), pid, &ProcessRow::pid);
  if (found == rows.value().end()) return base::Error("no process has the number " + std::to_string(pid));
  return std::move(*found);
}

std::chrono::nanoseconds age_of(const ProcessRow& process) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::max(
      std::chrono::nanoseconds(0),
      std::chrono::nanoseconds(now) - std::chrono::nanoseconds(unix_nanoseconds(process.created)));
}

std::string program_path(std::int64_t pid) {
  const OwnedHandle process = open_process(pid, PROCESS_QUERY_LIMITED_INFORMATION);
  if (process.get() == nullptr) return {};
  std::wstring path(kLongestText, L'\0');
  auto length = static_cast<DWORD>(path.size());
  if (::QueryFullProcessImageNameW(process.get(), 0, path.data(), &length) == FALSE) return {};
  path.resize(length);
  return narrow(path);
}

std::string command_line(std::int64_t pid) {
  OwnedHandle process = open_process(pid, PROCESS_QUERY_INFORMATION | PROCESS_VM_READ);
  if (process.get() == nullptr) process = open_process(pid, PROCESS_QUERY_LIMITED_INFORMATION);
  return process.get() == nullptr ? std::string() : command_line_of(process.get());
}

std::string user_of_token(void* token) {
  std::array<std::byte, 256> room{};
  DWORD length = 0;
  if (::GetTokenInformation(token, TokenUser, room.data(), static_cast<DWORD>(room.size()), &length) == FALSE)
    return {};
  TOKEN_USER user{};
  std::memcpy(&user, room.data(), sizeof user);
  constexpr DWORD kLongestName = 256;
  std::wstring name(kLongestName, L'\0'), domain(kLongestName, L'\0');
  DWORD name_length = kLongestName, domain_length = kLongestName;
  SID_NAME_USE use{};
  if (::LookupAccountSidW(nullptr, user.User.Sid, name.data(), &name_length, domain.data(), &domain_length,
                          &use) == FALSE)
    return {};
  name.resize(name_length);
  domain.resize(domain_length);
  return domain.empty() ? narrow(name) : narrow(domain) + "\\" + narrow(name);
}

std::string user_of_process(std::int64_t pid) {
  const OwnedHandle process = open_process(pid, PROCESS_QUERY_LIMITED_INFORMATION);
  HANDLE token = nullptr;
  if (process.get() == nullptr || ::OpenProcessToken(process.get(), TOKEN_QUERY, &token) == FALSE) return {};
  return user_of_token(OwnedHandle(token).get());
}

base::Result<std::vector<ModuleRow>> list_modules(std::int64_t pid) {
  // A process that is just loading something has to be asked again, says Microsoft.
  constexpr int kTries = 8;
  HANDLE made = INVALID_HANDLE_VALUE;
  for (int i = 0; i < kTries && made == INVALID_HANDLE_VALUE; ++i) {
    made = ::CreateToolhelp32Snapshot(TH32CS_SNAPMODULE | TH32CS_SNAPMODULE32, static_cast<DWORD>(pid));
    if (made == INVALID_HANDLE_VALUE && ::GetLastError() != ERROR_BAD_LENGTH) break;
  }
  if (made == INVALID_HANDLE_VALUE) return last_error("the modules of process " + std::to_string(pid));
  const OwnedHandle snapshot(made);
  std::vector<ModuleRow> rows;
  MODULEENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = ::Module32FirstW(made, &entry); more != FALSE; more = ::Module32NextW(made, &entry)) {
    rows.push_back({.base = reinterpret_cast<std::uintptr_t>(entry.modBaseAddr),
                    .size = entry.modBaseSize,
                    .path = narrow(entry.szExePath)});
  }
  return rows;
}

}  // namespace ajar::platform::win
