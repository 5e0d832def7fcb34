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

// In /dev, by the beginning of the rest of the path; the first that fits counts.
constexpr std::string_view kDev = "/dev/";
constexpr auto kInDev = std::to_array<Row>({
    {"ptmx", "pty"},
    {"pts/ptmx", "pty"},
    {"pts/", "tty"},
    {"tty", "tty"},
    {"console", "tty"},
    {"shm/", "file"},
    {"hugepages/", "file"},
    {"mqueue/", "message queue"},
    {"", "device"},
});

// Files in memory, which never had a name; the kernel writes one down as that of a deleted file.
constexpr std::string_view kDeleted = " (deleted)";
constexpr auto kNameless = std::to_array<Row>({
    {"/memfd:", "memfd"},
    {"/secretmem (deleted)", "secret memory"},
});

template <std::size_t Size>
std::optional<std::string> row_of(const std::array<Row, Size>& rows, std::string_view key) {
  const auto found = std::ranges::find(rows, key, &Row::first);
  if (found == rows.end()) return std::nullopt;
  return std::string(found->second);
}

template <std::size_t Size>
std::string_view by_beginning(const std::array<Row, Size>& rows, std::string_view link) {
  const auto found = std::ranges::find_if(rows, [&](const Row& row) { return link.starts_with(row.first); });
  return found == rows.end() ? std::string_view() : found->second;
}

// "kvm-vcpu:3" is one of several of a kind.
std::string_view without_number(std::string_view name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const bool has_number = digits > 1 && digits < name.size() && name[digits - 1] == ':';
  return has_number ? name.substr(0, digits - 1) : name;
}

}  // namespace

std::string type_of_link(std::string_view link) {
  constexpr std::string_view anonymous = "anon_inode:";
  if (link.starts_with(anonymous)) {
    std::string_view name = link.substr(anonymous.size());
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    name = without_number(name);
    return row_of(kAnonymous, name).value_or(std::string(name));
  }
  if (const std::size_t inode = link.find(":["); inode != std::string_view::npos && !link.starts_with('/')) {
    const std::string_view kind = link.substr(0, inode);
    return row_of(kWithInode, kind).value_or(std::string(kind));
  }
  if (link.ends_with(kDeleted)) {
    if (const std::string_view type = by_beginning(kNameless, link); !type.empty()) return std::string(type);
  }
  if (link.starts_with(kDev)) return std::string(by_beginning(kInDev, link.substr(kDev.size())));
  return link.starts_with("/dmabuf:") ? "dmabuf" : "file";
}

}  // namespace ajar::tables
