#include "tables/windows/table.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/byte_reader.h"
#include "platform/win_nt.h"
#include "platform/win_privileges.h"
#include "platform/win_text.h"
#include "tables/windows/objects.h"

namespace ajar::tables::windows {
namespace {

using platform::win::OwnedHandle;
using platform::win::Query;

OwnedHandle open_process(std::int64_t pid) {
  platform::win::ask_for_debug_privilege();
  HANDLE process =
      ::OpenProcess(PROCESS_DUP_HANDLE | PROCESS_QUERY_INFORMATION, FALSE, static_cast<DWORD>(pid));
  if (process == nullptr) process = ::OpenProcess(PROCESS_DUP_HANDLE, FALSE, static_cast<DWORD>(pid));
  return OwnedHandle(process);
}

base::Result<std::vector<ObjectType>> list_types() {
  constexpr std::uint32_t kTypes = 3;
  constexpr std::size_t kRoom = std::size_t{16} << 10U;
  const auto answer = platform::win::query_all(Query::object, nullptr, kTypes, kRoom);
  if (!answer)
    return base::Error("the system's list of types of objects: " +
                       platform::win::status_words(answer.error()));
  return read_object_types(*answer, reinterpret_cast<std::uintptr_t>(answer->data()));
}

base::Result<std::vector<HandleRow>> list_handles() {
  constexpr std::uint32_t kHandles = 64;
  constexpr std::size_t kRoom = std::size_t{1} << 20U;
  const auto answer = platform::win::query_system(kHandles, kRoom);
  if (!answer)
    return base::Error("the system's table of handles: " + platform::win::status_words(answer.error()));
  return read_all_handles(*answer);
}

// By what the numbers of types in the table of handles differ from those in the list of types: nothing on
// Windows, 2 under Wine. A handle whose type is known tells.
std::int64_t shift_of(const std::vector<HandleRow>& rows, std::uint64_t event,
                      const std::vector<ObjectType>& types) {
  const auto type = std::ranges::find(types, "Event", &ObjectType::name);
  const auto row = std::ranges::find_if(rows, [&](const HandleRow& one) {
    return one.pid == static_cast<std::int64_t>(::GetCurrentProcessId()) && one.value == event;
  });
  if (type == types.end() || row == rows.end()) return 0;
  return std::int64_t{row->type} - std::int64_t{type->number};
}

// Windows 8 and later tell of one process alone, and what only the object knows else.
std::optional<std::vector<HandleRow>> handles_of(void* process, std::int64_t pid) {
  constexpr std::uint32_t kHandles = 51;
  constexpr std::size_t kRoom = std::size_t{64} << 10U;
  const auto answer = platform::win::query_all(Query::process, process, kHandles, kRoom);
  if (!answer) return std::nullopt;
  return read_process_handles(*answer, pid);
}

// False as well where that may not be known.
bool has_ended(void* process) {
  constexpr std::uint32_t kBasic = 0;
  std::array<std::byte, 48> basic{};
  if (platform::win::query(Query::process, process, kBasic, basic) < 0) return false;
  return base::ByteReader(basic).read<std::uint32_t>() != model::kStillRunning;
}

Wanted wanted_of(Depth depth, const std::string& type) {
  if (depth == Depth::all) return {.name = true, .counts = true, .state = true};
  return {.name = depth == Depth::names, .counts = false, .state = type == "Thread" || type == "Process"};
}

}  // namespace

base::Result<HandleList> HandleList::read() {
  const auto types = list_types();
  if (!types.ok()) return types.error();
  const OwnedHandle event(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  auto rows = list_handles();
  if (!rows.ok()) return std::move(rows).error();
  HandleList list;
  const std::int64_t shift =
      shift_of(rows.value(), reinterpret_cast<std::uintptr_t>(event.get()), types.value());
  for (const ObjectType& type : types.value())
    list.types_.emplace(static_cast<std::uint32_t>(type.number + shift), type.name);
  list.rows_ = std::move(rows).value();
  return list;
}

std::string HandleList::type_of(const HandleRow& row) const {
  const auto found = types_.find(row.type);
  return found == types_.end() ? "type " + std::to_string(row.type) : found->second;
}

model::WindowsHandle HandleList::handle_of(const HandleRow& row) const {
  model::WindowsHandle handle;
  handle.value = row.value;
  handle.type = type_of(row);
  handle.access = row.access;
  handle.attributes = row.attributes;
  handle.counts = row.counts;
  return handle;
}

base::Result<Table> read_table(std::int64_t pid, Depth depth) {
  const OwnedHandle process = open_process(pid);
  const std::string why_not =
      process.get() == nullptr ? platform::win::last_error("it may not be opened").message() : std::string();
  const auto list = HandleList::read();
  if (!list.ok()) return list.error();
  std::vector<HandleRow> rows;
  std::ranges::copy_if(list.value().rows(), std::back_inserter(rows),
                       [&](const HandleRow& row) { return row.pid == pid; });
  if (process.get() != nullptr) {
    if (auto own = handles_of(process.get(), pid)) rows = *std::move(own);
  }
  std::ranges::stable_sort(rows, {}, &HandleRow::value);
  const auto again = std::ranges::unique(rows, {}, &HandleRow::value);
  rows.erase(again.begin(), again.end());
  Table table{.handles = {}, .not_opened = why_not, .unread = {}};
  ObjectReader reader(process.get(), pid);
  for (const HandleRow& row : rows) {
    model::WindowsHandle& handle = table.handles.emplace_back(list.value().handle_of(row));
    if (process.get() == nullptr) continue;
    const Wanted wanted = wanted_of(depth, handle.type);
    if (!wanted.name && !wanted.counts && !wanted.state) continue;
    const ObjectReader::Outcome outcome = reader.describe(handle, wanted);
    if (outcome == ObjectReader::Outcome::refused) ++table.unread[handle.type];
    if (outcome == ObjectReader::Outcome::closed) table.handles.pop_back();
  }
  if (process.get() != nullptr && has_ended(process.get()))
    return base::Error("process " + std::to_string(pid) + " ended while its table was read");
  return table;
}

}  // namespace ajar::tables::windows
