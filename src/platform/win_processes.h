#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

// The processes of a Windows machine.
namespace ajar::platform::win {

struct ThreadRow {
  std::uint32_t tid = 0;
  std::uint64_t created = 0;  // 100 ns since 1601
  std::uint64_t start = 0;    // the address at which it began
  std::uint32_t priority = 0;
};

struct ProcessRow {
  std::int64_t pid = 0, parent = 0;
  std::string name;           // of its program: "w3wp.exe"
  std::uint64_t created = 0;  // 100 ns since 1601
  std::uint32_t handles = 0;  // that it has; under Wine: that it has room for
  std::vector<ThreadRow> threads;
};

struct ModuleRow {
  std::uint64_t base = 0;
  std::uint32_t size = 0;
  std::string path;
};

// All of them, in the system's order.
base::Result<std::vector<ProcessRow>> list_processes();

// An error in words where there is none.
base::Result<ProcessRow> find_process(std::int64_t pid);

// How long it has been there.
std::chrono::nanoseconds age_of(const ProcessRow& process);

// Empty where that may not be known.
std::string program_path(std::int64_t pid);
std::string command_line(std::int64_t pid);
std::string user_of_process(std::int64_t pid);

// Those that are loaded, the program itself first.
base::Result<std::vector<ModuleRow>> list_modules(std::int64_t pid);

// Whose token it is: "SHOP\worker". Empty where that can't be known.
std::string user_of_token(void* token);

// The same time as seconds and nanoseconds since 1970.
constexpr std::int64_t unix_seconds(std::uint64_t since_1601) {
  constexpr std::int64_t kBetween = 11'644'473'600;
  return static_cast<std::int64_t>(since_1601 / 10'000'000) - kBetween;
}
constexpr std::int64_t unix_nanoseconds(std::uint64_t since_1601) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return unix_seconds(since_1601) * kSecond + static_cast<std::int64_t>(since_1601 % 10'000'000) * 100;
}

// What model::Process has for the time at which a process began: seconds, as minidumps have it, so that both
// are known as the same process.
constexpr std::uint64_t start_ticks(std::uint64_t created) {
  return static_cast<std::uint64_t>(unix_seconds(created));
}

}  // namespace ajar::platform::win
