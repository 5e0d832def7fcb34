#include "tables/windows/objects.h"

#include <windows.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/byte_reader.h"
#include "platform/win_nt.h"
#include "platform/win_text.h"
#include "tables/windows/answers.h"
#include "tables/windows/states.h"

namespace ajar::tables::windows {
namespace {

using model::FactKey;
using model::WindowsHandle;
using platform::win::OwnedHandle;
using platform::win::Query;
using platform::win::Status;

// Of a name. Whoever answers does so in microseconds.
constexpr std::chrono::milliseconds kLimit(250);

Drives list_drives() {
  constexpr DWORD kRoom = 1024;
  Drives drives;
  for (wchar_t letter = L'A'; letter <= L'Z'; ++letter) {
    const wchar_t name[] = {letter, L':', L'\0'};
    std::wstring device(kRoom, L'\0');
    if (::QueryDosDeviceW(name, device.data(), kRoom) == 0) continue;
    device.resize(device.find(L'\0'));
    drives.emplace(platform::win::narrow(device), platform::win::narrow(name));
  }
  return drives;
}

// What every object tells in the same way.
struct Answer {
  OwnedHandle own;
  Wanted wanted;
  std::optional<WindowsHandle::Counts> counts;
  Status name_status = 0;
  std::string name;

  // Then lets go of the handle: that, too, may have to wait.
  void ask_and_close() {
    ask();
    own = OwnedHandle();
  }

  void ask() {
    constexpr std::uint32_t kBasic = 0, kName = 1;
    constexpr std::size_t kBasicSize = 56, kNameRoom = 1024;
    if (wanted.counts) {
      std::array<std::byte, kBasicSize> basic{};
      if (platform::win::query(Query::object, own.get(), kBasic, basic) >= 0) {
        base::ByteReader in(basic);
        in.skip(8);
        const auto handles = in.read<std::uint32_t>();
        counts = {.handles = handles, .pointers = in.read<std::uint32_t>()};
      }
    }
    if (!wanted.name) return;
    const auto text = platform::win::query_all(Query::object, own.get(), kName, kNameRoom);
    if (text) {
      name = read_text(*text, 0, reinterpret_cast<std::uintptr_t>(text->data()));
    } else {
      name_status = text.error();
    }
  }
};

void tell(WindowsHandle& handle, std::string words) {
  handle.more.push_back({.key = FactKey::told, .number = 0, .text = std::move(words)});
}

void add_path(WindowsHandle& handle, const Drives& drives) {
  std::string path = handle.type == "File"  ? path_of_file(handle.name, drives)
                     : handle.type == "Key" ? path_of_key(handle.name)
                                            : std::string();
  if (!path.empty()) handle.more.push_back({.key = FactKey::path, .number = 0, .text = std::move(path)});
}

// Without ajar's own handles on the object.
WindowsHandle::Counts without(const WindowsHandle::Counts& counts, std::uint32_t own) {
  return {.handles = counts.handles - std::min(own, counts.handles),
          .pointers = counts.pointers - std::min(own, counts.pointers)};
}

bool is_process(const WindowsHandle& handle, std::int64_t pid) {
  for (const model::WindowsObject& object : handle.objects) {
    const auto* process = std::get_if<model::ProcessObject>(&object);
    if (process != nullptr && process->pid == static_cast<std::uint64_t>(pid)) return true;
  }
  return false;
}

}  // namespace

ObjectReader::ObjectReader(void* process, std::int64_t pid)
    : process_(process), pid_(pid), drives_(list_drives()), in_time_(kLimit) {}

ObjectReader::Outcome ObjectReader::describe(WindowsHandle& handle, const Wanted& wanted) {
  auto own = platform::win::duplicate(process_, handle.value, 0);
  if (!own) {
    if (own.error() == platform::win::kInvalidHandle) return Outcome::closed;
    tell(handle, "not to be duplicated: " + platform::win::status_words(own.error()) +
                     "; its name and state are not known");
    return Outcome::refused;
  }
  Status state = 0;
  if (wanted.state) state = read_state(process_, own->get(), handle);
  const auto answer = std::make_shared<Answer>();
  answer->own = *std::move(own);
  answer->wanted = wanted;
  // Only files wait for what others do with them.
  if (handle.type != "File") {
    answer->ask();
  } else if (!in_time_.run([answer] { answer->ask_and_close(); })) {
    tell(handle, "did not tell its name within 250 ms: somebody waits on it");
    return Outcome::told;
  }
  handle.name = std::move(answer->name);
  if (answer->name_status < 0 && answer->name_status != platform::win::kKeyDeleted)
    tell(handle, "its name was not told: " + platform::win::status_words(answer->name_status));
  if (state < 0) tell(handle, "its state was not told: " + platform::win::status_words(state));
  add_path(handle, drives_);
  // The process is open to read its table, and for a moment each of its handles is there twice.
  const std::uint32_t also = is_process(handle, pid_) ? 1 : 0;
  if (handle.counts.has_value()) {
    handle.counts = without(*handle.counts, also);
  } else if (answer->counts.has_value()) {
    handle.counts = without(*answer->counts, also + 1);
  }
  return Outcome::told;
}

}  // namespace ajar::tables::windows
