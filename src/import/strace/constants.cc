#include "import/strace/constants.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/number.h"
#include "base/words.h"

namespace ajar::import::strace {
namespace {

using Constant = std::pair<std::string_view, std::uint64_t>;

constexpr auto kConstants = [] {
  auto all = std::to_array<Constant>({
      // Sockets.
      {"AF_LOCAL", 1},
      {"AF_UNIX", 1},
      {"AF_INET", 2},
      {"AF_INET6", 10},
      {"AF_KEY", 15},
      {"AF_NETLINK", 16},
      {"AF_PACKET", 17},
      {"AF_CAN", 29},
      {"AF_TIPC", 30},
      {"AF_BLUETOOTH", 31},
      {"AF_ALG", 38},
      {"AF_VSOCK", 40},
      {"AF_XDP", 44},
      {"SOCK_STREAM", 1},
      {"SOCK_DGRAM", 2},
      {"SOCK_RAW", 3},
      {"SOCK_RDM", 4},
      {"SOCK_SEQPACKET", 5},
      {"SOCK_NONBLOCK", 04000},
      {"SOCK_CLOEXEC", 02000000},
      {"IPPROTO_IP", 0},
      {"IPPROTO_ICMP", 1},
      {"IPPROTO_TCP", 6},
      {"IPPROTO_UDP", 17},
      {"IPPROTO_ICMPV6", 58},
      {"IPPROTO_SCTP", 132},
      {"IPPROTO_UDPLITE", 136},
      {"IPPROTO_RAW", 255},
      {"IPPROTO_MPTCP", 262},
      {"SOL_SOCKET", 1},
      {"SO_PEERPIDFD", 77},
      // Files.
      {"O_WRONLY", 01},
      {"O_RDWR", 02},
      {"O_CREAT", 0100},
      {"O_EXCL", 0200},
      {"O_NOCTTY", 0400},
      {"O_TRUNC", 01000},
      {"O_APPEND", 02000},
      {"O_NONBLOCK", 04000},
      {"O_DSYNC", 010000},
      {"O_DIRECT", 040000},
      {"O_LARGEFILE", 0100000},
      {"O_DIRECTORY", 0200000},
      {"O_NOFOLLOW", 0400000},
      {"O_NOATIME", 01000000},
      {"O_CLOEXEC", 02000000},
      {"O_SYNC", 04010000},
      {"O_PATH", 010000000},
      {"O_TMPFILE", 020200000},
      {"F_DUPFD", 0},
      {"F_SETFD", 2},
      {"F_DUPFD_CLOEXEC", 1030},
      {"FD_CLOEXEC", 1},
      // Processes and tables.
      {"CLONE_VM", 0x100},
      {"CLONE_FILES", 0x400},
      {"CLONE_PIDFD", 0x1000},
      {"CLONE_VFORK", 0x4000},
      {"CLONE_THREAD", 0x10000},
      {"CLOSE_RANGE_UNSHARE", 2},
      {"CLOSE_RANGE_CLOEXEC", 4},
      // Calls that open or not.
      {"SECCOMP_SET_MODE_FILTER", 1},
      {"SECCOMP_FILTER_FLAG_TSYNC", 1},
      {"SECCOMP_FILTER_FLAG_LOG", 2},
      {"SECCOMP_FILTER_FLAG_SPEC_ALLOW", 4},
      {"SECCOMP_FILTER_FLAG_NEW_LISTENER", 8},
      {"SECCOMP_FILTER_FLAG_TSYNC_ESRCH", 16},
      {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 32},
      {"LANDLOCK_CREATE_RULESET_VERSION", 1},
      {"LANDLOCK_CREATE_RULESET_ERRATA", 2},
      {"BPF_MAP_CREATE", 0},
      {"BPF_MAP_LOOKUP_ELEM", 1},
      {"BPF_MAP_UPDATE_ELEM", 2},
      {"BPF_MAP_DELETE_ELEM", 3},
      {"BPF_MAP_GET_NEXT_KEY", 4},
      {"BPF_PROG_LOAD", 5},
      {"BPF_OBJ_GET", 7},
      {"BPF_PROG_GET_FD_BY_ID", 13},
      {"BPF_MAP_GET_FD_BY_ID", 14},
      {"BPF_RAW_TRACEPOINT_OPEN", 17},
      {"BPF_BTF_LOAD", 18},
      {"BPF_BTF_GET_FD_BY_ID", 19},
      {"BPF_LINK_CREATE", 28},
      {"BPF_LINK_GET_FD_BY_ID", 30},
      {"BPF_ENABLE_STATS", 32},
      {"BPF_ITER_CREATE", 33},
      {"BPF_TOKEN_CREATE", 36},
      // Errors.
      {"EPERM", 1},
      {"ENOENT", 2},
      {"EINTR", 4},
      {"EIO", 5},
      {"ENXIO", 6},
      {"E2BIG", 7},
      {"EBADF", 9},
      {"EAGAIN", 11},
      {"ENOMEM", 12},
      {"EACCES", 13},
      {"EFAULT", 14},
      {"EBUSY", 16},
      {"EEXIST", 17},
      {"EXDEV", 18},
      {"ENODEV", 19},
      {"ENOTDIR", 20},
      {"EISDIR", 21},
      {"EINVAL", 22},
      {"ENFILE", 23},
      {"EMFILE", 24},
      {"ENOTTY", 25},
      {"ETXTBSY", 26},
      {"EFBIG", 27},
      {"ENOSPC", 28},
      {"EROFS", 30},
      {"ENAMETOOLONG", 36},
      {"ENOSYS", 38},
      {"ELOOP", 40},
      {"EOVERFLOW", 75},
      {"ENOTSOCK", 88},
      {"EPROTOTYPE", 91},
      {"EPROTONOSUPPORT", 93},
      {"ESOCKTNOSUPPORT", 94},
      {"EOPNOTSUPP", 95},
      {"EAFNOSUPPORT", 97},
      {"EADDRINUSE", 98},
      {"ENETDOWN", 100},
      {"ENETUNREACH", 101},
      {"ECONNABORTED", 103},
      {"ENOBUFS", 105},
      {"ETIMEDOUT", 110},
      {"ECONNREFUSED", 111},
      {"EINPROGRESS", 115},
      {"ESTALE", 116},
      {"EDQUOT", 122},
  });
  std::ranges::sort(all);
  return all;
}();

// "0x4d", "0666", "-1", "8".
std::optional<std::uint64_t> written(std::string_view text) {
  if (text.starts_with('-')) {
    const auto value = base::parse_number<std::int64_t>(text);
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
  }
  if (text.starts_with("0x")) return base::parse_number(text.substr(2), 16);
  return base::parse_number(text, text.starts_with('0') ? 8 : 10);
}

}  // namespace

std::optional<std::uint64_t> constant(std::string_view name) {
  const auto found = std::ranges::lower_bound(kConstants, name, {}, &Constant::first);
  if (found == kConstants.end() || found->first != name) return std::nullopt;
  return found->second;
}

std::uint64_t number_of(std::string_view words) {
  constexpr std::uint64_t kNobodys = 0xffffffff;  // no such constant
  std::uint64_t number = 0;
  bool any = false;
  words = words.substr(0, words.find(" /*"));
  while (!words.empty()) {
    const std::size_t end = std::min(words.find('|'), words.size());
    const std::string_view word = base::trimmed(words.substr(0, end));
    auto value = written(word);
    if (!value) value = constant(word);
    // Older ones' name of a family.
    if (!value && word.starts_with("PF_")) value = constant("AF_" + std::string(word.substr(3)));
    any = any || value.has_value();
    number |= value.value_or(0);
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return any ? number : kNobodys;
}

}  // namespace ajar::import::strace
