#include "capture/ptrace/own_table.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "base/owned_fd.h"
#include "platform/read_file.h"
#include "tables/fd_numbers.h"

namespace ajar::capture::ptrace {
namespace {

std::string path_of(int thread, std::uint64_t number) {
  return "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(number);
}

// A second handle of the same socket is closed again at once: nothing but the last close does anything to it.
void ask_socket(int thread, std::uint64_t number, ajar_file& file) {
  const base::OwnedFd process(static_cast<int>(::syscall(SYS_pidfd_open, thread, 0)));
  if (!process.valid()) return;
  const base::OwnedFd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0)));
  if (!socket.valid()) return;
  const auto option = [&](int name) -> std::uint16_t {
    int value = 0;
    socklen_t size = sizeof(value);
    return ::getsockopt(socket.get(), SOL_SOCKET, name, &value, &size) == 0
               ? static_cast<std::uint16_t>(value)
               : std::uint16_t{0};
  };
  file.family = option(SO_DOMAIN);
  file.socket_type = option(SO_TYPE);
  file.protocol = option(SO_PROTOCOL);
}

}  // namespace

// Compared with itself: that is the quickest question. Kernels that can't compare have a link to look at.
bool is_open(int thread, std::uint64_t number) {
  if (number > INT_MAX) return false;
  if (::syscall(SYS_kcmp, thread, thread, KCMP_FILE, number, number) == 0) return true;
  if (errno == EBADF) return false;
  struct stat link{};
  return ::lstat(path_of(thread, number).c_str(), &link) == 0;
}

bool is_fanotify_group(int thread, std::uint64_t number) {
  return platform::read_link(path_of(thread, number)).value_or("") == "anon_inode:[fanotify]";
}

std::optional<std::vector<std::uint64_t>> open_numbers(int thread) {
  const std::string path = "/proc/" + std::to_string(thread) + "/fd";
  const base::OwnedFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return std::nullopt;
  auto numbers = tables::list_rest(folder.get());
  if (!numbers) return std::nullopt;
  std::ranges::sort(*numbers);
  return std::move(*numbers);
}

std::size_t put_numbers(std::span<const std::uint64_t> numbers, std::span<std::byte> to) {
  if (numbers.empty()) return 0;
  const std::size_t size = std::min<std::size_t>(numbers.back() / CHAR_BIT + 1, to.size());
  std::memset(to.data(), 0, size);
  for (const std::uint64_t number : numbers) {
    if (number / CHAR_BIT < size) to[number / CHAR_BIT] |= std::byte{1} << number % CHAR_BIT;
  }
  return size;
}

std::optional<TableEntry> entry_of(int thread, std::uint64_t number) {
  const std::string path = path_of(thread, number);
  TableEntry entry;
  entry.link = platform::read_link(path).value_or("");
  struct stat file{};
  if (entry.link.empty() || ::stat(path.c_str(), &file) != 0) return std::nullopt;
  entry.file.mode = file.st_mode;
  entry.file.device = file.st_rdev;
  entry.file.inode = file.st_ino;
  if (S_ISSOCK(file.st_mode)) ask_socket(thread, number, entry.file);
  return entry;
}

}  // namespace ajar::capture::ptrace
