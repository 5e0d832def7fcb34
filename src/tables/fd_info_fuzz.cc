// Whatever a kernel, or a tree that looks like /proc, says of a handle, reading it ends and stays bounded.
// The first byte says what kind of handle it is.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tables/fd_info.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<const char*, 16> kTypes = {
      "socket", "epoll",    "inotify", "fanotify",    "timerfd",  "pidfd",  "eventfd", "signalfd",
      "file",   "io_uring", "bpf map", "bpf program", "bpf link", "dmabuf", "tty",     "userfaultfd"};
  if (size == 0) return 0;
  // '0' to '9', 'a' to 'f', so that the corpus is text.
  const std::size_t kind = data[0] >= 'a' ? data[0] - 'a' + 10U : data[0] - '0';
  ajar::model::Handle handle{.value = 3, .type = kTypes[kind % kTypes.size()], .name = "", .facts = {}};
  ajar::tables::add_fd_info(handle, {reinterpret_cast<const char*>(data) + 1, size - 1});
  // As many as there are lines, but for lists, which are cut.
  std::size_t bytes = 0;
  for (const ajar::model::Fact& fact : handle.facts) bytes += 8 + fact.text.value_or("").size();
  if (bytes > 64 * (size + 64)) std::abort();
  return 0;
}
