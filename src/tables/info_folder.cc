#include "tables/info_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace ajar::tables {
namespace {

constexpr std::size_t kShort = 1024;
constexpr std::size_t kMost = 16U << 20U;

}  // namespace

InfoFolder::InfoFolder(const platform::ProcFs& proc, std::int64_t pid)
    : folder_(::open(proc.path(pid, "fdinfo").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

std::optional<std::string> InfoFolder::read(std::uint64_t handle) const {
  const base::OwnedFd file(::openat(folder_.get(), std::to_string(handle).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return std::nullopt;
  std::array<char, 4096> some;
  std::string text;
  for (;;) {
    const ssize_t got = ::read(file.get(), some.data(), some.size());
    if (got < 0) return std::nullopt;
    text.append(some.data(), static_cast<std::size_t>(got));
    // Nearly all are short, and a short one comes whole; lists come in pieces.
    if (got == 0 || (text.size() < kShort && text.ends_with('\n')) || text.size() > kMost) return text;
  }
}

}  // namespace ajar::tables
