#include "tables/fd_links.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/byte_reader.h"
#include "tables/handle_type.h"
#include "tables/in_slices.h"

namespace ajar::tables {
namespace {

using model::Handle;

constexpr std::size_t kListing = 64 * 1024;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The numbers among the names that one getdents64(2) gave.
void add_numbers(std::span<const std::byte> entries, std::vector<std::uint64_t>& numbers) {
  base::ByteReader in(entries);
  while (in.remaining() > 0) {
    const std::size_t start = in.position();
    in.skip(16);  // inode, offset
    const auto size = in.read<std::uint16_t>();
    in.skip(1);  // kind
    const auto value = number(in.c_string());
    if (value.has_value()) numbers.push_back(*value);
    in.seek(start + size);
    if (size == 0) in.fail();
  }
}

// The number in "socket:[4711]" or "pipe:[4711]". Not of anonymous kernel objects, which share one inode.
std::optional<std::uint64_t> inode_of(std::string_view link) {
  if (link.empty() || link.front() == '/' || link.back() != ']') return std::nullopt;
  const std::size_t bracket = link.find(":[");
  if (bracket == std::string_view::npos) return std::nullopt;
  return number(link.substr(bracket + 2, link.size() - bracket - 3));
}

Handle handle_of(std::uint64_t value, std::string_view link) {
  Handle handle{.value = value, .type = type_of_link(link), .name = std::string(link), .facts = {}};
  if (const auto inode = inode_of(link))
    handle.facts.push_back({.key = model::FactKey::inode, .number = *inode, .text = {}});
  return handle;
}

Links read_slice(int folder, std::span<const std::uint64_t> numbers) {
  Links links;
  links.handles.reserve(numbers.size());
  std::array<char, 4097> target;  // PATH_MAX: the kernel's own limit here
  std::array<char, 24> name{};
  for (const std::uint64_t value : numbers) {
    *std::to_chars(name.data(), name.data() + name.size() - 1, value).ptr = '\0';
    const ssize_t length = ::readlinkat(folder, name.data(), target.data(), target.size());
    if (length >= 0) {
      links.handles.push_back(handle_of(value, {target.data(), static_cast<std::size_t>(length)}));
    } else if (errno == ENAMETOOLONG) {
      links.handles.push_back({.value = value, .type = "file", .name = "", .facts = {}});
    } else if (errno != ENOENT) {
      ++links.refused;
      links.error = errno;
    }
  }
  return links;
}

}  // namespace

std::expected<std::vector<std::uint64_t>, int> list_numbers(int folder, Part part) {
  std::vector<std::byte> buffer(kListing);
  std::vector<std::uint64_t> numbers;
  ::lseek(folder, 0, SEEK_SET);
  for (bool more = true; more;) {
    const long got = ::syscall(SYS_getdents64, folder, buffer.data(), buffer.size());
    if (got < 0) return std::unexpected(errno);
    add_numbers({buffer.data(), static_cast<std::size_t>(got)}, numbers);
    more = got > 0 && part == Part::all;
  }
  std::ranges::sort(numbers);
  return numbers;
}

Links read_links(int folder, std::span<const std::uint64_t> numbers, unsigned threads) {
  std::vector<Links> slices(std::max(threads, 1U));
  in_slices(numbers.size(), threads, [&](std::size_t slice, std::size_t begin, std::size_t end) {
    slices[slice] = read_slice(folder, numbers.subspan(begin, end - begin));
  });
  Links all = std::move(slices.front());
  all.handles.reserve(numbers.size());
  for (std::size_t i = 1; i < slices.size(); ++i) {
    std::ranges::move(slices[i].handles, std::back_inserter(all.handles));
    all.refused += slices[i].refused;
    if (slices[i].error != 0) all.error = slices[i].error;
  }
  return all;
}

}  // namespace ajar::tables
