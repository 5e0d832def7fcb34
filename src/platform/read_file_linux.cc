#include "platform/read_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

constexpr std::size_t kMost = std::size_t{16} << 20U;

}  // namespace

std::expected<std::string, int> read_file(const std::string& path) {
  const base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return std::unexpected(errno);
  std::string text;
  for (std::size_t step = 4096; text.size() < kMost; step = text.size()) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const ssize_t got = ::read(fd.get(), text.data() + before, step);
    const int error = errno;
    text.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0) return std::unexpected(error);
    if (got == 0) break;
  }
  return text;
}

std::expected<std::string, int> read_link(const std::string& path) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) return std::unexpected(errno);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(2 * target.size());
  }
}

}  // namespace ajar::platform
