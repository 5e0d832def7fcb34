#include "tables/proc_fd.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <expected>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/owned_fd.h"
#include "tables/bpf_name.h"
#include "tables/fd_info.h"
#include "tables/fd_links.h"
#include "tables/file_facts.h"
#include "tables/handle_type.h"
#include "tables/in_slices.h"
#include "tables/watched_paths.h"

namespace ajar::tables {
namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

constexpr std::uint64_t kWorthAsking = 2000;  // handles

// Sockets that sock_diag does not tell of still tell their protocol.
std::string protocol_of(const std::string& path) {
  std::array<char, 64> name{};
  const ssize_t length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
  return length > 0 ? std::string(name.data()) : std::string();
}

void add_text(Handle& handle, FactKey key, std::string_view text) {
  if (!text.empty()) handle.facts.push_back({.key = key, .number = 0, .text = std::string(text)});
}

void add_number(Handle& handle, FactKey key, std::uint64_t value) {
  handle.facts.push_back({.key = key, .number = value, .text = {}});
}

void name_socket(Handle& handle, const SocketName& socket, Detail detail) {
  handle.type = socket.type;
  if (std::string text = socket.text(); !text.empty()) handle.name = std::move(text);
  handle.facts.reserve(handle.facts.size() + (detail == Detail::all ? 9 : 3));
  add_text(handle, FactKey::local_address, socket.local);
  add_text(handle, FactKey::peer_address, socket.peer);
  if (detail == Detail::all) {
    add_number(handle, FactKey::family, socket.family);
    add_number(handle, FactKey::socket_type, socket.socket_type);
    add_number(handle, FactKey::protocol, socket.protocol);
  }
  add_text(handle, FactKey::socket_state, socket.state);
  if (socket.receive_queue > 0 || socket.listening())
    add_number(handle, FactKey::receive_queue, socket.receive_queue);
  if (socket.send_queue > 0 || socket.listening()) add_number(handle, FactKey::send_queue, socket.send_queue);
  if (socket.last_received_ms.has_value())
    add_number(handle, FactKey::last_received, *socket.last_received_ms);
  if (socket.last_sent_ms.has_value()) add_number(handle, FactKey::last_sent, *socket.last_sent_ms);
  if (socket.peer_gone) add_number(handle, FactKey::other_end_gone, 1);
}

// The texts of a process's folder fdinfo.
class InfoFolder {
 public:
  InfoFolder(const platform::ProcFs& proc, std::int64_t pid)
      : folder_(::open(proc.path(pid, "fdinfo").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

  [[nodiscard]] std::optional<std::string> read(std::uint64_t handle) const {
    const base::OwnedFd file(::openat(folder_.get(), std::to_string(handle).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return std::nullopt;
    std::array<char, 4096> some;
    std::string text;
    for (;;) {
      const ssize_t got = ::read(file.get(), some.data(), some.size());
      if (got < 0) return std::nullopt;
      text.append(some.data(), static_cast<std::size_t>(got));
      // Nearly all are short, and a short read was the last one; but for lists, which come in pieces.
      if (got == 0 || (text.size() < kShort && text.ends_with('\n'))) return text;
      if (text.size() > kMost) return text;
    }
  }

 private:
  static constexpr std::size_t kShort = 1024;
  static constexpr std::size_t kMost = 16U << 20U;

  base::OwnedFd folder_;
};

// Finds out more of the handles in a process's folder than their links tell.
class Describer {
 public:
  Describer(const platform::ProcFs& proc, std::int64_t pid, int folder, Detail detail,
            const SocketNames* sockets)
      : proc_(proc), pid_(pid), folder_(folder), detail_(detail), sockets_(sockets), info_(proc, pid) {}

  void describe(Handle& handle) const {
    if (detail_ == Detail::all || tells_signs(handle.type)) add_info(handle);
    if (handle.type == "socket") {
      if (sockets_ != nullptr) describe_socket(handle);
    } else if (detail_ == Detail::all) {
      add_file_facts(folder_, handle);
    } else {
      prove_deleted(folder_, handle);
    }
    name_process(handle);
  }

 private:
  void add_info(Handle& handle) const {
    const std::optional<std::string> text = info_.read(handle.value);
    if (!text.has_value()) return;
    if (detail_ != Detail::all) return add_fd_info(handle, *text);
    if (handle.type == "inotify" || handle.type == "fanotify") {
      const WatchedPaths paths(proc_, pid_);
      return add_fd_info(handle, *text, [&](const WatchedObject& object) { return paths.of(object); });
    }
    add_fd_info(handle, *text);
    if (handle.type.starts_with("bpf "))
      add_text(handle, FactKey::label, bpf_name(pid_, handle.value, handle.type));
  }

  void describe_socket(Handle& handle) const {
    const Fact* inode = model::find_fact(handle.facts, FactKey::inode);
    const SocketName* socket = inode == nullptr ? nullptr : sockets_->find(inode->number);
    if (socket != nullptr) return name_socket(handle, *socket, detail_);
    handle.type =
        socket_type_of_protocol(protocol_of(proc_.path(pid_, "fd/" + std::to_string(handle.value))));
  }

  // Of a pidfd: fdinfo gives the number.
  void name_process(Handle& handle) const {
    if (handle.type != "pidfd") return;
    for (Fact& fact : handle.facts) {
      if (fact.key != FactKey::process || !fact.text.has_value()) continue;
      std::int64_t pid = 0;
      const auto [end, error] =
          std::from_chars(fact.text->data(), fact.text->data() + fact.text->size(), pid);
      if (error != std::errc() || *end != '\0') continue;
      if (const auto process = proc_.process(pid)) fact.text = process->name + " " + *fact.text;
    }
  }

  const platform::ProcFs& proc_;
  std::int64_t pid_;
  int folder_;
  Detail detail_;
  const SocketNames* sockets_;
  InfoFolder info_;
};

std::expected<FdTable, int> read_folder(const platform::ProcFs& proc, std::int64_t pid,
                                        const std::string& file, const ReadOptions& options) {
  const base::OwnedFd folder(::open(proc.path(pid, file).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return std::unexpected(errno);
  // What the kernel tells of the sockets can be asked for meanwhile.
  std::future<const SocketNames*> asked;
  if (options.sockets != nullptr && options.detail != Detail::links && options.threads > 1 &&
      count_handles(folder.get()) > kWorthAsking)
    asked = std::async(std::launch::async, [&] { return &options.sockets->of(proc, pid); });
  auto read = read_links(folder.get(), options.threads);
  if (asked.valid()) asked.wait();
  if (!read.has_value()) return std::unexpected(read.error());
  Links& links = *read;
  // The table may be listed, and what is in it may not be seen.
  if (links.handles.empty() && links.refused > 0) return std::unexpected(links.error);
  FdTable table{.handles = std::move(links.handles), .complete = links.refused == 0};
  if (options.detail != Detail::links) {
    const bool has_sockets = std::ranges::find(table.handles, "socket", &Handle::type) != table.handles.end();
    const SocketNames* sockets =
        options.sockets == nullptr || !has_sockets ? nullptr : &options.sockets->of(proc, pid);
    const Describer describer(proc, pid, folder.get(), options.detail, sockets);
    in_slices(table.handles.size(), options.threads, [&](std::size_t, std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) describer.describe(table.handles[i]);
    });
  }
  // A process on its way out loses its table between two reads: then the folder lists nothing.
  if (!table.handles.empty() && !lists_anything(folder.get())) table.complete = false;
  return table;
}

}  // namespace

platform::ProcResult<FdTable> read_fd_table(const platform::ProcFs& proc, std::int64_t pid,
                                            const ReadOptions& options) {
  auto table = read_folder(proc, pid, "fd", options);
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
    auto of_thread = read_folder(proc, pid, "task/" + std::to_string(thread.tid) + "/fd", options);
    if (of_thread.has_value() && !of_thread->handles.empty()) return *std::move(of_thread);
  }
  return std::unexpected(proc.failure(pid, "fd", ESRCH));
}

}  // namespace ajar::tables
