#include "tables/fd_numbers.h"

#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "base/number.h"

namespace ajar::tables {
namespace {

// The numbers among the names that one getdents64(2) gave.
void add_numbers(std::span<const std::byte> entries, std::vector<std::uint64_t>& numbers) {
  base::ByteReader in(entries);
  while (in.remaining() > 0) {
    const std::size_t start = in.position();
    in.skip(16);  // inode, offset
    const auto size = in.read<std::uint16_t>();
    in.skip(1);  // kind
    const auto value = base::parse_number(in.c_string());
    if (value.has_value()) numbers.push_back(*value);
    in.seek(start + size);
    if (size == 0) in.fail();
  }
}

}  // namespace

std::expected<std::vector<std::uint64_t>, int> list_some(int folder, std::size_t room) {
  std::vector<std::byte> buffer(room);
  std::vector<std::uint64_t> numbers;
  // "." and ".." alone are not the end.
  while (numbers.empty()) {
    const long got = ::syscall(SYS_getdents64, folder, buffer.data(), buffer.size());
    if (got < 0) return std::unexpected(errno);
    if (got == 0) break;
    add_numbers({buffer.data(), static_cast<std::size_t>(got)}, numbers);
  }
  return numbers;
}

std::expected<std::vector<std::uint64_t>, int> list_rest(int folder) {
  constexpr std::size_t kRoom = 64 * 1024;
  std::vector<std::uint64_t> all;
  for (;;) {
    const auto some = list_some(folder, kRoom);
    if (!some.has_value()) return some;
    if (some->empty()) return all;
    all.insert(all.end(), some->begin(), some->end());
  }
}

bool is_of_kernel(int folder) {
  struct statfs found{};
  return ::fstatfs(folder, &found) == 0 && found.f_type == PROC_SUPER_MAGIC;
}

void go_on_with(int folder, std::uint64_t number) {
  // Behind "." and "..".
  ::lseek(folder, static_cast<off_t>(number) + 2, SEEK_SET);
}

}  // namespace ajar::tables
