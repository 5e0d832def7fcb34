#include "tables/handle_type.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace ajar::tables {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

// Where our word is another than the kernel's: file_operations' names in the kernel's sources.
constexpr auto kAnonymous = std::to_array<Row>({
    {"eventpoll", "epoll"},
    {"perf_event", "perf event"},
    {"bpf-map", "bpf map"},
    {"bpf-prog", "bpf program"},
    {"bpf_link", "bpf link"},
    {"landlock-ruleset", "landlock ruleset"},
    {"seccomp notify", "seccomp listener"},
});

// Links of the form "prefix:[inode]".
constexpr auto kWithInode = std::to_array<Row>({
    {"socket", "socket"},
    {"pipe", "pipe"},
    {"pidfd", "pidfd"},
    {"cgroup", "namespace"},
    {"ipc", "namespace"},
    {"mnt", "namespace"},
    {"net", "namespace"},
    {"pid", "namespace"},
    {"time", "namespace"},
    {"user", "namespace"},
    {"uts", "namespace"},
});

// By the beginning of a path; the first that fits counts.
constexpr auto kPaths = std::to_array<Row>({
    {"/memfd:", "memfd"},
    {"/dmabuf:", "dmabuf"},
    {"/dev/pts/", "tty"},
    {"/dev/ptmx", "tty"},
    {"/dev/tty", "tty"},
    {"/dev/console", "tty"},
    {"/dev/shm/", "file"},
    {"/dev/hugepages/", "file"},
    {"/dev/mqueue/", "message queue"},
    {"/dev/", "device"},
});

template <std::size_t Size>
std::optional<std::string> row_of(const std::array<Row, Size>& rows, std::string_view key) {
  const auto found = std::ranges::find(rows, key, &Row::first);
  if (found == rows.end()) return std::nullopt;
  return std::string(found->second);
}

}  // namespace

std::string type_of_link(std::string_view link) {
  constexpr std::string_view anonymous = "anon_inode:";
  if (link.starts_with(anonymous)) {
    std::string_view name = link.substr(anonymous.size());
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    return row_of(kAnonymous, name).value_or(std::string(name));
  }
  if (const std::size_t inode = link.find(":["); inode != std::string_view::npos && !link.starts_with('/')) {
    const std::string_view kind = link.substr(0, inode);
    return row_of(kWithInode, kind).value_or(std::string(kind));
  }
  for (const auto& [prefix, type] : kPaths) {
    if (link.starts_with(prefix)) return std::string(type);
  }
  return "file";
}

}  // namespace ajar::tables
