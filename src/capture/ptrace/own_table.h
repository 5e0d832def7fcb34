#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wire/kernel_call.h"

// The handle table of a thread that stands still, in the form of records.
namespace ajar::capture::ptrace {

bool is_open(int thread, std::uint64_t number);

bool is_fanotify_group(int thread, std::uint64_t number);

// Ascending. Nothing where the thread has no table any more.
std::optional<std::vector<std::uint64_t>> open_numbers(int thread);

// For AJAR_CALL_NUMBERS_OPEN: a bit for each, the lowest first, as far as there is room. How many bytes.
std::size_t put_numbers(std::span<const std::uint64_t> numbers, std::span<std::byte> to);

// What a number stands for: its link's text, and what AJAR_CALL_FILE tells beside it.
struct TableEntry {
  std::string link;
  ajar_file file{};
};
std::optional<TableEntry> entry_of(int thread, std::uint64_t number);

}  // namespace ajar::capture::ptrace
