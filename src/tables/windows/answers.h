#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/windows_objects.h"

// What Windows answers to questions about handles, in the layouts of 64-bit systems.
namespace ajar::tables::windows {

struct HandleRow {
  std::int64_t pid = 0;
  std::uint64_t value = 0;
  std::uint32_t access = 0;
  std::uint32_t type = 0;  // its number in the system's table of types
  std::uint32_t attributes = 0;
  std::optional<model::WindowsHandle::Counts> counts;  // where the answer has them
};

// Of NtQuerySystemInformation, SystemExtendedHandleInformation: the handles of all processes.
std::vector<HandleRow> read_all_handles(std::span<const std::byte> answer);

// Of NtQueryInformationProcess, ProcessHandleInformation: those of one.
std::vector<HandleRow> read_process_handles(std::span<const std::byte> answer, std::int64_t pid);

struct ObjectType {
  std::string name;
  std::uint32_t number = 0;
};

// Of NtQueryObject, ObjectTypesInformation, which was written to `address`. Before Windows 8.1 types have no
// numbers there: then they are counted from 2 on, as those systems do.
std::vector<ObjectType> read_object_types(std::span<const std::byte> answer, std::uint64_t address);

// A UNICODE_STRING at `at` in an answer that was written to `address`.
std::string read_text(std::span<const std::byte> answer, std::size_t at, std::uint64_t address);

}  // namespace ajar::tables::windows
