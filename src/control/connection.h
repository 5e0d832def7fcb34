#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/owned_fd.h"
#include "base/result.h"

// Unix sockets as sessions use them: never waited for.
namespace ajar::control {

// A socket that listens at `path`, for this user only. It appears under its name once it listens, so that
// nobody takes it for one that has been left behind.
base::Result<base::OwnedFd> listen_at(const std::string& path);

// What became of an attempt to connect.
struct Connected {
  base::OwnedFd fd;  // none: it failed
  int error = 0;     // then the errno: ECONNREFUSED, nobody listens any more; EAGAIN, too many wait
};
Connected connect_to(const std::string& path);

// The user that the process at the other end had when it connected, or began to listen.
std::optional<std::uint32_t> peer_of(const base::OwnedFd& fd);

enum class Transfer : std::uint8_t { some, none_now, ended };

// Appends what has arrived, up to `most` bytes in all.
Transfer receive(const base::OwnedFd& fd, std::string& into, std::size_t most);

// Sends what fits, and takes it off the front.
Transfer send(const base::OwnedFd& fd, std::string& from);

}  // namespace ajar::control
