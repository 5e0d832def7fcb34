#pragma once

#include <cstdint>

#include "model/ids.h"

namespace ajar::model {

enum class EventKind : std::uint8_t {
  open = 1,
  close = 2,
  duplicate = 3,      // `handle` is new, `other` is what it was made from
  inherit = 4,        // came with the table (fork, exec, passed in)
  bad_reference = 5,  // a close of a handle that is not open; `error` says what the kernel answered
                      // (where nobody knows which, the use of such a handle: Origin::tells_bad_uses)
  failed_open = 6,    // nothing was opened; `error` says why; `other`: as for a duplicate, 0: or not known
  address = 7,        // an open socket learned its peer (connect); `text` is the address
  close_range = 8,    // all that is open from `handle` to `other`, both included, was closed
  bad_use = 9,        // a use of a handle that is not open, and no close; `error` as above
};

// STATUS_INVALID_HANDLE, as Event::error: Windows says so of every use of a handle that is not open, and
// keeps not whether it was a close.
inline constexpr auto kInvalidHandle = static_cast<std::int32_t>(0xc000'0008);

struct Event {
  EventKind kind{};
  // A close that the kernel did on the way to something else (dup2 over a handle that may have been open): no
  // bad reference if it was not.
  bool implied = false;
  TableId table;
  ImageId image;
  ThreadId thread;
  // Closing effects carry the time before the call, opening effects the time after it. Events come nearly,
  // not exactly, in this order.
  Time time{};
  std::uint64_t handle = 0;
  std::uint64_t other = 0;
  StackId stack;
  StringId call;  // the entry point that was called: "open64", "socket"
  StringId type;  // of what was opened, as far as the call tells: "file", "tcp socket"
  StringId text;  // what was asked for: a path, an address; none where the call has no such thing
  std::int32_t error = 0;
  std::uint32_t flags = 0;  // as asked for: O_…, SOCK_…

  bool operator==(const Event&) const = default;
};

// Events that a way in had to drop, because they came faster than they could be taken away.
struct Loss {
  ImageId image;
  Time time{};
  std::uint64_t events = 0;
  bool at_least = false;  // nobody could count them: perhaps there were more

  bool operator==(const Loss&) const = default;
};

}  // namespace ajar::model
