#include <algorithm>
#include <cstring>
#include <string>

#include "calls/numbers.h"
#include "calls/opening_ioctls.h"
#include "calls/received.h"
#include "capture/kernel/call_events.h"
#include "capture/object_words.h"

// What calls brought: descriptors in results, in memory and in messages.
namespace ajar::capture::kernel {
namespace {

using calls::Asks;

// The int at a byte of the payload; nothing where it is not there.
std::optional<std::int32_t> int_at(std::string_view payload, std::size_t at) {
  std::int32_t value = 0;
  if (payload.size() < at + sizeof(value)) return std::nullopt;
  std::memcpy(&value, payload.data() + at, sizeof(value));
  return value;
}

}  // namespace

// What the arguments tell of what was opened.
void CallEvents::name_opened(const Made& made, model::Event& event) {
  event.type = ids_of(static_cast<std::size_t>(made.row - calls::kCallRows)).type;
  std::string_view payload = made.payload;
  switch (made.row->asked.what) {
    case Asks::PATH:
      event.flags = static_cast<std::uint32_t>(made.argument(made.row->asked.argument + 1U));
      break;
    case Asks::SOCKET: {
      constexpr std::uint32_t kTypeMask = 0xf;
      const auto type = static_cast<std::uint32_t>(made.argument(1));
      event.flags = type & ~kTypeMask;
      event.type = recorder_.intern(type_of_socket(static_cast<std::uint32_t>(made.argument(0)), type,
                                                   static_cast<std::uint32_t>(made.argument(2))));
      return;
    }
    case Asks::PEER:
      if (const std::string type = type_of_accepted(payload); !type.empty())
        event.type = recorder_.intern(type);
      event.text = recorder_.intern(words_of_address(payload));
      return;
    default:
      break;
  }
  if (made.call.payload == AJAR_CALL_OPEN_HOW && payload.size() >= sizeof(std::uint64_t)) {
    std::uint64_t flags = 0;
    std::memcpy(&flags, payload.data(), sizeof(flags));
    event.flags = static_cast<std::uint32_t>(flags);
    payload.remove_prefix(sizeof(flags));
  }
  const bool is_text = made.call.payload == AJAR_CALL_TEXT || made.call.payload == AJAR_CALL_OPEN_HOW;
  if (!is_text) return;
  event.text = recorder_.intern(payload);
}

void CallEvents::opened(const Made& made, std::int64_t handle) {
  model::Event event =
      event_of(made, made.has_failed() ? model::EventKind::failed_open : model::EventKind::open,
               made.has_failed() ? 0 : handle_number(static_cast<std::uint64_t>(handle)));
  name_opened(made, event);
  emit(event);
}

void CallEvents::pair(const Made& made) {
  if (made.has_failed()) return opened(made, 0);
  for (const std::size_t at : {std::size_t{0}, sizeof(std::int32_t)}) {
    if (const auto handle = int_at(made.payload, at)) opened(made, *handle);
  }
}

void CallEvents::received(const Made& made) {
  if (made.has_failed()) return;
  came_with(made, made.payload);
}

void CallEvents::came_with(const Made& made, std::string_view control) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(control.data());
  const auto opens = [&](int handle) { opened(made, handle); };
  if (made.call.abi == AJAR_ABI_32) {
    calls::each_in_control<calls::Control32>(bytes, control.size(), opens);
  } else {
    calls::each_in_control(bytes, control.size(), opens);
  }
}

// Of each message its control part, behind its length.
void CallEvents::received_many(const Made& made) {
  std::string_view left = made.payload;
  std::uint64_t size = 0;
  while (!made.has_failed() && left.size() >= sizeof(size)) {
    std::memcpy(&size, left.data(), sizeof(size));
    left.remove_prefix(sizeof(size));
    size = std::min<std::uint64_t>(size, left.size());
    came_with(made, left.substr(0, size));
    left.remove_prefix(std::min<std::size_t>((size + 7) & ~std::uint64_t{7}, left.size()));
  }
}

// Each event that a fanotify group tells has a descriptor in it (struct fanotify_event_metadata).
void CallEvents::events_read(const Made& made) {
  constexpr std::size_t kLeast = AJAR_CALL_LEAST_EVENT;
  constexpr std::size_t kHandleAt = 16;
  std::string_view left = made.payload;
  while (left.size() >= kLeast) {
    const std::int32_t length = int_at(left, 0).value_or(0);
    const std::int32_t handle = int_at(left, kHandleAt).value_or(-1);
    if (length < static_cast<std::int32_t>(kLeast)) return;
    if (handle >= 0) opened(made, handle);
    left.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(length), left.size()));
  }
}

void CallEvents::process_made(const Made& made) {
  if (made.call.result <= 0) return;
  std::uint64_t flags = made.argument(0);
  std::size_t at = 0;
  if (made.row->number == calls::kClone3) {
    constexpr std::size_t kArguments = 88;  // struct clone_args, then the number
    if (made.payload.size() < kArguments) return;
    std::memcpy(&flags, made.payload.data(), sizeof(flags));
    at = kArguments;
  }
  if ((flags & calls::kClonePidfd) == 0) return;
  if (const auto handle = int_at(made.payload, at)) opened(made, *handle);
}

void CallEvents::by_ioctl(const Made& made) {
  const calls::OpeningIoctl* ioctl = calls::opening_ioctl(made.argument(1));
  if (ioctl == nullptr) return;
  if (made.has_failed() || ioctl->field == calls::OpeningIoctl::kResult)
    return opened(made, made.call.result);
  if (const auto handle = int_at(made.payload, 0)) opened(made, *handle);
}

// fcntl and getsockopt, with what they are told for.
void CallEvents::special(const Made& made) {
  if (made.row->number == calls::kFcntl) return duplicated(made, handle_number(made.argument(0)));
  if (made.row->number != calls::kGetsockopt) return;
  if (made.has_failed()) return opened(made, 0);
  if (const auto handle = int_at(made.payload, 0)) opened(made, *handle);
}

}  // namespace ajar::capture::kernel
