#include "tables/holders.h"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/owned_fd.h"
#include "tables/fd_links.h"
#include "tables/pipe_ends.h"

namespace ajar::tables {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

constexpr std::size_t kMostTexts = 16;   // of each kind of fact
constexpr std::size_t kMostTries = 256;  // for each handle

bool are_same(std::int64_t a, std::int64_t b, int what, std::uint64_t of_a, std::uint64_t of_b) {
  return ::syscall(SYS_kcmp, a, b, what, of_a, of_b) == 0;
}

std::string socket_link(std::uint64_t inode) {
  return "socket:[" + std::to_string(inode) + "]";
}

std::optional<std::uint64_t> inode_of(const Handle& handle) {
  const Fact* fact = model::find_fact(handle.facts, FactKey::inode);
  return fact == nullptr ? std::nullopt : std::optional(fact->number);
}

bool is_socket(const Handle& handle) {
  return handle.type.ends_with("socket");
}

// What readlink says of the handle: a socket's name may be its endpoints by now.
std::string link_of(const Handle& handle) {
  const auto inode = inode_of(handle);
  return is_socket(handle) && inode.has_value() ? socket_link(*inode) : handle.name;
}

void add_text(Handle& handle, FactKey key, std::string text) {
  const auto count = std::ranges::count(handle.facts, key, &Fact::key);
  if (count < static_cast<std::ptrdiff_t>(kMostTexts))
    handle.facts.push_back({.key = key, .number = 0, .text = std::move(text)});
}

}  // namespace

Holders Holders::read(const platform::ProcFs& proc) {
  Holders holders;
  holders.proc_ = proc;
  for (const std::int64_t pid : proc.pids()) {
    if (pid != ::getpid()) holders.add_process(proc, pid);
  }
  return holders;
}

void Holders::add_process(const platform::ProcFs& proc, std::int64_t pid) {
  const base::OwnedFd folder(::open(proc.path(pid, "fd").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) {
    if (errno == EACCES || errno == EPERM) ++unread_;
    return;
  }
  auto read = read_links(folder.get(), 1);
  if (!read.has_value()) return;
  Links& links = *read;
  if (links.refused > 0) ++unread_;
  if (links.handles.empty()) return;
  const auto info = proc.process(pid);
  const auto index = static_cast<std::uint32_t>(processes_.size());
  processes_.push_back({.pid = pid, .name = info ? info->name : std::string()});
  for (Handle& handle : links.handles)
    by_link_[std::move(handle.name)].push_back({.process = index, .handle = handle.value});
}

const Holders::Places& Holders::places_of(const std::string& link) const {
  static const Places kNone;
  const auto found = by_link_.find(link);
  return found == by_link_.end() ? kNone : found->second;
}

std::string Holders::called(std::int64_t pid) const {
  const auto known = std::ranges::find(processes_, pid, &Process::pid);
  const std::string number = std::to_string(pid);
  return known == processes_.end() || known->name.empty() ? number : known->name + " " + number;
}

std::string Holders::words(const Place& place, std::int64_t seen_by) const {
  const Process& process = processes_[place.process];
  const std::string who =
      process.pid == seen_by ? "this process" : process.name + " " + std::to_string(process.pid);
  return who + " (fd " + std::to_string(place.handle) + ")";
}

// A socket has one open file, so that its inode is proof enough.
void Holders::add_same_file(std::int64_t pid, Handle& handle, const std::string& link) const {
  const Places& places = places_of(link);
  std::size_t tries = 0;
  const auto try_one = [&](const Place& place) {
    const std::int64_t other = processes_[place.process].pid;
    if ((other == pid && place.handle == handle.value) || tries >= kMostTries) return;
    if (!is_socket(handle)) {
      ++tries;
      if (!are_same(pid, other, KCMP_FILE, handle.value, place.handle)) return;
    }
    add_text(handle, FactKey::also_held_by, words(place, pid));
  };
  // A child has what it inherited under the same number: where many are possible, these come first.
  for (const Place& place : places) {
    if (place.handle == handle.value) try_one(place);
  }
  for (const Place& place : places) {
    if (place.handle != handle.value) try_one(place);
  }
}

void Holders::add_holders(std::int64_t pid, Handle& handle, const std::string& link) const {
  for (const Place& place : places_of(link)) add_text(handle, FactKey::other_end, words(place, pid));
}

// False where nobody is known to have the other end.
bool Holders::add_pipe_ends(std::int64_t pid, Handle& handle, const std::string& link) const {
  const Access own = access_of(proc_, pid, handle.value);
  bool found = false;
  std::size_t tries = 0;
  for (const Place& place : places_of(link)) {
    const std::int64_t other = processes_[place.process].pid;
    if ((other == pid && place.handle == handle.value) || ++tries > kMostTries) continue;
    const Access there = access_of(proc_, other, place.handle);
    if (!(own.reads && there.writes) && !(own.writes && there.reads)) continue;
    add_text(handle, FactKey::other_end, words(place, pid));
    found = true;
  }
  return found;
}

void Holders::add_facts(std::int64_t pid, std::vector<Handle>& handles, const SocketNames& sockets) const {
  for (Handle& handle : handles) {
    const std::string link = link_of(handle);
    if (handle.type == "pipe" || handle.type == "fifo") {
      const bool has_other_end = add_pipe_ends(pid, handle, link);
      if (!has_other_end && has_lost_other_end(pid, handle.value, access_of(proc_, pid, handle.value)))
        handle.facts.push_back({.key = FactKey::other_end_gone, .number = 1, .text = {}});
    } else if (const auto inode = inode_of(handle); is_socket(handle) && inode.has_value()) {
      const Socket* socket = sockets.known(*inode);
      const std::uint64_t peer = socket == nullptr ? 0 : sockets.peer_of(*socket);
      if (peer != 0) add_holders(pid, handle, socket_link(peer));
    }
    add_same_file(pid, handle, link);
  }
}

std::vector<Holders::Held> Holders::with_link(const std::string& link) const {
  std::vector<Held> held;
  for (const Place& place : places_of(link))
    held.push_back({.pid = processes_[place.process].pid, .handle = place.handle});
  return held;
}

std::vector<std::int64_t> Holders::sharing(std::int64_t pid) const {
  std::vector<std::int64_t> found;
  for (const Process& process : processes_) {
    if (process.pid != pid && are_same(pid, process.pid, KCMP_FILES, 0, 0)) found.push_back(process.pid);
  }
  return found;
}

}  // namespace ajar::tables
