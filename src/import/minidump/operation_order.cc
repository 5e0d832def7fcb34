#include "import/minidump/operation_order.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>

namespace ajar::import {
namespace {

using Kind = objfile::MinidumpOperation::Kind;

// Votes for the latest being first; negative: for the oldest being first.
struct Votes {
  std::int64_t by_table = 0, table_total = 0;
  std::int64_t by_numbers = 0, numbers_total = 0;
};

// The first and the last operation on a number, in the order of the file.
struct Ends {
  Kind first{}, last{};
};

bool says_open(Kind kind) {
  return kind == Kind::open;
}

Votes count(const objfile::Minidump& dump, std::span<const model::Handle> table) {
  Votes votes;
  std::unordered_map<std::uint64_t, Ends> numbers;
  std::uint64_t opened_before = 0;
  for (std::size_t i = 0; i < dump.operation_count(); ++i) {
    const objfile::MinidumpOperation operation = dump.operation(i);
    if (operation.kind != Kind::open && operation.kind != Kind::close) continue;
    Ends& ends = numbers.try_emplace(operation.handle, Ends{.first = operation.kind}).first->second;
    ends.last = operation.kind;
    if (operation.kind != Kind::open) continue;
    if (opened_before != 0 && operation.handle != opened_before) {
      votes.by_numbers += operation.handle < opened_before ? 1 : -1;
      ++votes.numbers_total;
    }
    opened_before = operation.handle;
  }
  for (const auto& [number, ends] : numbers) {
    if (ends.first == ends.last) continue;
    const bool is_open = std::ranges::binary_search(table, number, {}, &model::Handle::value);
    votes.by_table += says_open(ends.first) == is_open ? 1 : -1;
    ++votes.table_total;
  }
  return votes;
}

// Too few, or too near to each other, say nothing.
bool is_clear(std::int64_t sum, std::int64_t total) {
  constexpr std::int64_t kEnough = 3;
  return total >= kEnough && 3 * std::abs(sum) >= total;
}

}  // namespace

bool is_latest_first(const objfile::Minidump& dump, std::span<const model::Handle> table) {
  const Votes votes = count(dump, table);
  if (is_clear(votes.by_table, votes.table_total)) return votes.by_table > 0;
  if (is_clear(votes.by_numbers, votes.numbers_total)) return votes.by_numbers > 0;
  return true;
}

}  // namespace ajar::import
