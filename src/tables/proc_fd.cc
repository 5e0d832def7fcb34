#include "tables/proc_fd.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "base/byte_reader.h"
#include "base/owned_fd.h"
#include "tables/handle_type.h"

namespace ajar::tables {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

constexpr std::size_t kListing = 32 * 1024;

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

enum class Part : std::uint8_t { all, beginning };

// The numbers in an open folder, ascending, or the errno.
std::expected<std::vector<std::uint64_t>, int> list(int folder, Part part) {
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

// A process on its way out loses its table between two reads: then the folder lists nothing.
bool still_lists(int folder) {
  const auto numbers = list(folder, Part::beginning);
  return numbers.has_value() && !numbers->empty();
}

// Nothing where the handle has been closed since it was listed; errno tells.
std::optional<std::string> link_of(int folder, std::uint64_t value) {
  std::array<char, 4097> target;  // PATH_MAX: the kernel's own limit here
  const std::string name = std::to_string(value);
  const ssize_t length = ::readlinkat(folder, name.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

// Sockets of other network namespaces, and those without an address, still tell their protocol.
std::string protocol_of(const std::string& path) {
  std::array<char, 64> name{};
  const ssize_t length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
  return length > 0 ? std::string(name.data()) : std::string();
}

std::optional<std::uint64_t> socket_inode(std::string_view link) {
  constexpr std::string_view prefix = "socket:[";
  if (!link.starts_with(prefix) || !link.ends_with(']')) return std::nullopt;
  return number(link.substr(prefix.size(), link.size() - prefix.size() - 1));
}

void name_socket(Handle& handle, const SocketName& name, std::uint64_t inode) {
  handle.type = name.type;
  if (std::string text = name.text(); !text.empty()) handle.name = std::move(text);
  const auto add_text = [&](FactKey key, const std::string& text) {
    if (!text.empty()) handle.facts.push_back(Fact{.key = key, .number = 0, .text = text});
  };
  const auto add_number = [&](FactKey key, std::uint64_t value) {
    handle.facts.push_back(Fact{.key = key, .number = value, .text = {}});
  };
  add_text(FactKey::local_address, name.local);
  add_text(FactKey::peer_address, name.peer);
  add_number(FactKey::inode, inode);
  add_number(FactKey::family, name.family);
  add_number(FactKey::socket_type, name.socket_type);
  add_number(FactKey::protocol, name.protocol);
}

Handle handle_of(const std::string& folder, std::uint64_t value, std::string link,
                 const SocketNames* sockets) {
  Handle handle{.value = value, .type = type_of_link(link), .name = std::move(link), .facts = {}};
  const auto inode = socket_inode(handle.name);
  if (sockets == nullptr || !inode.has_value()) return handle;
  if (const SocketName* name = sockets->find(*inode); name != nullptr) {
    name_socket(handle, *name, *inode);
  } else {
    handle.type = socket_type_of_protocol(protocol_of(folder + "/" + std::to_string(value)));
  }
  return handle;
}

std::expected<FdTable, int> read_folder(const std::string& path, const SocketNames* sockets) {
  const base::OwnedFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return std::unexpected(errno);
  const auto numbers = list(folder.get(), Part::all);
  if (!numbers.has_value()) return std::unexpected(numbers.error());
  FdTable table;
  for (const std::uint64_t value : *numbers) {
    auto link = link_of(folder.get(), value);
    if (link.has_value()) {
      table.handles.push_back(handle_of(path, value, *std::move(link), sockets));
    } else if (errno != ENOENT) {
      table.complete = false;
    }
  }
  if (!numbers->empty() && !still_lists(folder.get())) table.complete = false;
  return table;
}

}  // namespace

platform::ProcResult<FdTable> read_fd_table(const platform::ProcFs& proc, std::int64_t pid,
                                            const SocketNames* sockets) {
  auto table = read_folder(proc.path(pid, "fd"), sockets);
  if (!table.has_value()) return std::unexpected(proc.failure(pid, "fd", table.error()));
  if (!table->handles.empty()) return *std::move(table);

  // Nothing open is possible, but more often the process has ended; or only its first thread has, and the
  // others still have the table.
  const auto info = proc.process(pid);
  if (!info.has_value()) return std::unexpected(info.error());
  if (!info->ended()) return *std::move(table);
  const auto threads = proc.threads(pid);
  if (!threads.has_value()) return std::unexpected(threads.error());
  for (const platform::ThreadInfo& thread : *threads) {
    auto of_thread = read_folder(proc.path(pid, "task/" + std::to_string(thread.tid) + "/fd"), sockets);
    if (of_thread.has_value() && !of_thread->handles.empty()) return *std::move(of_thread);
  }
  return std::unexpected(proc.failure(pid, "fd", ESRCH));
}

}  // namespace ajar::tables
