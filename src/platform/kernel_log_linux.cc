#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "platform/kernel_log.h"

namespace ajar::platform {

std::string message_of(std::string_view record) {
  const std::size_t prefix = record.find(';');
  if (prefix == std::string_view::npos) return {};
  record.remove_prefix(prefix + 1);
  return std::string(record.substr(0, record.find('\n')));
}

base::Result<KernelLog> KernelLog::open(const std::string& path) {
  base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0 || ::lseek(fd.get(), 0, SEEK_END) < 0) return base::system_error(path, errno);
  return KernelLog(std::move(fd));
}

std::vector<std::string> KernelLog::take() {
  constexpr std::size_t kLongestRecord = 8192;  // CONSOLE_EXT_LOG_MAX in kernel/printk/internal.h
  constexpr int kMostAtOnce = 1000;
  std::array<char, kLongestRecord> record{};
  std::vector<std::string> messages;
  for (int i = 0; i < kMostAtOnce; ++i) {
    const ssize_t got = ::read(fd_.get(), record.data(), record.size());
    // EPIPE: some were overwritten before anybody read them; it goes on behind them.
    if (got < 0 && (errno == EINTR || errno == EPIPE)) continue;
    if (got <= 0) break;
    messages.push_back(message_of({record.data(), static_cast<std::size_t>(got)}));
  }
  return messages;
}

}  // namespace ajar::platform
