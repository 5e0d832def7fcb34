#include "tables/holders.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/owned_fd.h"
#include "tables/fd_links.h"
#include "tables/pipe_ends.h"

namespace ajar::tables {
namespace {

using model::FactKey;
using model::Handle;

constexpr std::size_t kMostNamed = 16;           // by each kind of fact
constexpr std::size_t kMostQuestions = 500'000;  // about one table: half a second

std::string socket_link(std::uint64_t inode) {
  return "socket:[" + std::to_string(inode) + "]";
}

bool is_socket(const Handle& handle) {
  return handle.type.ends_with("socket");
}

// What readlink says of the handle: a socket's name may be its endpoints by now.
std::string link_of(const Handle& handle) {
  const auto inode = model::inode_of(handle);
  return is_socket(handle) && inode.has_value() ? socket_link(*inode) : handle.name;
}

// From Linux 6.2 on anybody may know how many handles a process has: kernel threads have none.
bool is_known_to_hold_nothing(const std::string& folder) {
  const base::OwnedFd place(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  return kernel_counts_handles() && (!place.valid() || count_handles(place.get()) == 0);
}

}  // namespace

// Tells of one process's handles.
class Holders::Telling {
 public:
  Telling(const Holders& all, std::int64_t pid, const SocketNames& sockets)
      : all_(all), pid_(pid), sockets_(sockets) {
    for (const std::int64_t other : all.sharing(pid)) sharing_.insert(other);
  }

  void tell_of_ends(Handle& handle) {
    if (handle.type == "pipe" || handle.type == "fifo") return tell_of_pipe(handle);
    const auto inode = model::inode_of(handle);
    const Socket* socket = is_socket(handle) && inode.has_value() ? sockets_.known(*inode) : nullptr;
    const std::uint64_t peer = socket == nullptr ? 0 : sockets_.peer_of(*socket);
    if (peer != 0) name(handle, FactKey::other_end, others_of(socket_link(peer)));
  }

  // Of handles whose links say the same.
  void tell_of_same_files(const std::string& link, const std::vector<Handle*>& handles) {
    const std::vector<Held> others = others_of(link);
    if (others.size() < 2) return;  // one of them is this process's own
    OpenFiles files(questions_);
    std::unordered_map<std::uint64_t, std::size_t> by_handle;
    for (const Handle* handle : handles) {
      // What it was when the table was read it must still have been when all tables were.
      const Held own = held(*handle);
      const auto file = is_at(link, own) ? files.add(own) : std::nullopt;
      if (file.has_value()) by_handle.emplace(handle->value, *file);
    }
    std::vector<std::vector<Held>> holders(files.size());
    for (const Held& other : others) {
      const auto same_number = by_handle.find(other.handle);
      // A child has under the same number what it inherited.
      const auto guess = same_number == by_handle.end() ? std::nullopt : std::optional(same_number->second);
      const auto file = other.pid == pid_ ? guess : files.find(other, guess);
      if (file.has_value()) holders[*file].push_back(other);
    }
    for (Handle* handle : handles) {
      const auto file = by_handle.find(handle->value);
      if (file != by_handle.end()) name(*handle, FactKey::also_held_by, holders[file->second]);
    }
  }

  void tell_of_same_socket(Handle& handle) {
    name(handle, FactKey::also_held_by, others_of(link_of(handle)));
  }

 private:
  [[nodiscard]] Held held(const Handle& handle) const { return {.pid = pid_, .handle = handle.value}; }

  [[nodiscard]] bool is_at(const std::string& link, const Held& own) const {
    return std::ranges::binary_search(all_.with_link(link), own);
  }

  // Who has such a handle: other processes first, then this one.
  [[nodiscard]] std::vector<Held> others_of(const std::string& link) const {
    std::vector<Held> others;
    std::vector<Held> own;
    for (const Held& place : all_.with_link(link)) {
      if (!sharing_.contains(place.pid)) (place.pid == pid_ ? own : others).push_back(place);
    }
    others.insert(others.end(), own.begin(), own.end());
    return others;
  }

  void tell_of_pipe(Handle& handle) {
    const Held own = held(handle);
    const Access access = access_of(all_.proc_, own);
    std::vector<Held> ends;
    for (const Held& other : others_of(handle.name)) {
      if (other == own || !are_ends(access, access_of(all_.proc_, other))) continue;
      // Links to fifos are paths, which may lead elsewhere elsewhere.
      if (handle.type == "pipe" || is_same_object(all_.proc_, own, other)) ends.push_back(other);
    }
    name(handle, FactKey::other_end, ends);
    if (ends.empty() && has_lost_other_end(own, access))
      handle.facts.push_back({.key = FactKey::other_end_gone, .number = 1, .text = {}});
  }

  void name(Handle& handle, FactKey key, std::span<const Held> holders) const {
    std::size_t named = 0;
    std::size_t more = 0;
    for (const Held& holder : holders) {
      if (holder == held(handle)) continue;
      if (named == kMostNamed) {
        ++more;
        continue;
      }
      ++named;
      add(handle, key,
          (holder.pid == pid_ ? "this process" : all_.called(holder.pid)) + " (fd " +
              std::to_string(holder.handle) + ")");
    }
    if (more > 0) add(handle, key, std::to_string(more) + " more");
  }

  static void add(Handle& handle, FactKey key, std::string text) {
    handle.facts.push_back({.key = key, .number = 0, .text = std::move(text)});
  }

  const Holders& all_;
  std::int64_t pid_;
  const SocketNames& sockets_;
  std::unordered_set<std::int64_t> sharing_;
  std::size_t questions_ = kMostQuestions;
};

Holders Holders::read(const platform::ProcFs& proc) {
  Holders holders;
  holders.proc_ = proc;
  for (const std::int64_t pid : proc.pids()) {
    if (pid != ::getpid()) holders.add_process(pid);
  }
  return holders;
}

void Holders::add_process(std::int64_t pid) {
  const std::string path = proc_.path(pid, "fd");
  const base::OwnedFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) {
    if ((errno == EACCES || errno == EPERM) && !is_known_to_hold_nothing(path)) ++unread_;
    return;
  }
  auto links = read_links(folder.get(), 1);
  if (!links.has_value()) return;
  if (links->refused > 0) ++unread_;
  if (links->handles.empty()) return;
  const auto info = proc_.process(pid);
  names_.emplace(pid, info ? info->name : std::string());
  for (Handle& handle : links->handles)
    by_link_[std::move(handle.name)].push_back({.pid = pid, .handle = handle.value});
}

std::span<const Held> Holders::with_link(const std::string& link) const {
  const auto found = by_link_.find(link);
  return found == by_link_.end() ? std::span<const Held>() : found->second;
}

std::string Holders::called(std::int64_t pid) const {
  const auto known = names_.find(pid);
  const std::string number = std::to_string(pid);
  return known == names_.end() || known->second.empty() ? number : known->second + " " + number;
}

void Holders::add_facts(std::int64_t pid, std::vector<Handle>& handles, const SocketNames& sockets) const {
  Telling telling(*this, pid, sockets);
  std::unordered_map<std::string, std::vector<Handle*>> by_link;
  for (Handle& handle : handles) {
    telling.tell_of_ends(handle);
    if (is_socket(handle)) {
      telling.tell_of_same_socket(handle);
    } else {
      by_link[handle.name].push_back(&handle);
    }
  }
  for (const auto& [link, same] : by_link) telling.tell_of_same_files(link, same);
}

std::vector<std::int64_t> Holders::sharing(std::int64_t pid) const {
  std::vector<std::int64_t> found;
  for (const auto& [other, name] : names_) {
    if (other != pid && share_table(pid, other).value_or(false)) found.push_back(other);
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace ajar::tables
