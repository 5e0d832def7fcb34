#include "tables/proc_fd.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <expected>
#include <future>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/number.h"
#include "base/owned_fd.h"
#include "tables/borrow.h"
#include "tables/bpf_name.h"
#include "tables/device_names.h"
#include "tables/epoll_targets.h"
#include "tables/fd_info.h"
#include "tables/fd_links.h"
#include "tables/file_facts.h"
#include "tables/handle_type.h"
#include "tables/in_slices.h"
#include "tables/info_folder.h"
#include "tables/sockets/asked_socket.h"
#include "tables/sockets/socket_type.h"
#include "tables/watched_paths.h"

namespace ajar::tables {

SocketDepth socket_depth(Detail detail) {
  switch (detail) {
    case Detail::links:
    case Detail::signs:
      return SocketDepth::signs;
    case Detail::states:
      return SocketDepth::states;
    case Detail::all:
      break;
  }
  return SocketDepth::packets;
}

namespace {

using model::Fact;
using model::FactKey;
using model::Handle;

constexpr std::uint64_t kWorthAsking = 2000;  // handles

// Any socket tells its protocol, even those that sock_diag does not tell of.
std::string protocol_of(const std::string& path) {
  std::array<char, 64> name{};
  const ssize_t length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
  return length > 0 ? std::string(name.data()) : std::string();
}

// Which is known by the name, as long as it has that name.
void add_inode(Handle& handle) {
  if (const auto inode = model::inode_in_name(handle.name))
    handle.facts.push_back({.key = FactKey::inode, .number = *inode, .text = {}});
}

// Finds out more of the handles in a process's folder than their links tell.
class Describer {
 public:
  Describer(const platform::ProcFs& proc, std::int64_t pid, int folder, Detail detail,
            const SocketNames* sockets)
      : proc_(proc), pid_(pid), folder_(folder), detail_(detail), sockets_(sockets), info_(proc, pid) {}

  // Paths that are known of the table are those that its inotifies may watch.
  void know_paths(const std::vector<Handle>& handles) {
    const auto watches_paths = [](const Handle& handle) {
      return handle.type == "inotify" || handle.type == "fanotify";
    };
    if (detail_ != Detail::all || std::ranges::none_of(handles, watches_paths)) return;
    paths_.emplace(proc_, pid_);
    for (const Handle& handle : handles) paths_->add_known(handle.name);
  }

  void describe(Handle& handle) const {
    if (detail_ != Detail::signs) add_inode(handle);
    // First its type: how fdinfo is to be read depends on it.
    if (handle.type != "socket") {
      if (detail_ == Detail::all) {
        add_file_facts(folder_, handle, devices_);
      } else {
        prove_deleted(folder_, handle);
      }
    }
    if (detail_ == Detail::all || tells_signs(handle.type)) add_info(handle);
    if (handle.type == "socket" && sockets_ != nullptr) describe_socket(handle);
    name_process(handle);
  }

 private:
  void add_info(Handle& handle) const {
    const std::optional<std::string> text = info_.read(handle.value);
    if (!text.has_value()) return;
    if (detail_ != Detail::all) return add_fd_info(handle, *text);
    EpollTargets targets(pid_, handle.value);
    add_fd_info(handle, *text, [&](const WatchedObject& object) {
      if (object.handle.has_value()) return targets.words(object);
      return paths_.has_value() ? paths_->of(object) : object_words(object);
    });
    if (!handle.type.starts_with("bpf ")) return;
    if (std::string name = bpf_name(pid_, handle.value, handle.type); !name.empty())
      handle.facts.push_back({.key = FactKey::label, .number = 0, .text = std::move(name)});
  }

  void describe_socket(Handle& handle) const {
    const auto inode = model::inode_of(handle);
    if (!inode.has_value()) return;
    const SocketDepth depth = socket_depth(detail_);
    if (const Socket* socket = sockets_->known(*inode)) return socket->describe(handle, depth);
    const std::string protocol = protocol_of(proc_.path(pid_, "fd/" + std::to_string(handle.value)));
    if (const Socket* socket = sockets_->find(*inode, protocol)) return socket->describe(handle, depth);
    handle.type = socket_type_of_protocol(protocol);
    if (detail_ != Detail::all) return;
    if (const auto socket = ask_socket(borrow(pid_, handle.value))) socket->describe(handle, depth);
  }

  // Of a pidfd: fdinfo gives the number.
  void name_process(Handle& handle) const {
    if (handle.type != "pidfd") return;
    const auto fact = std::ranges::find(handle.facts, FactKey::process, &Fact::key);
    if (fact == handle.facts.end()) return;
    const auto pid = base::parse_number<std::int64_t>(fact->text.value_or(std::string()));
    if (!pid.has_value()) return;
    const auto process = proc_.process(*pid);
    if (process.has_value()) fact->text = process->name + " " + *fact->text;
    const bool gone =
        process.has_value() ? process->ended() : process.error().problem == platform::ProcProblem::gone;
    if (gone) handle.facts.push_back({.key = FactKey::process_gone, .number = 1, .text = {}});
  }

  const platform::ProcFs& proc_;
  std::int64_t pid_;
  int folder_;
  Detail detail_;
  const SocketNames* sockets_;
  InfoFolder info_;
  DeviceNames devices_;
  std::optional<WatchedPaths> paths_;
};

// The table as a process's thread has it; the number of the first thread is that of the process.
std::expected<FdTable, int> read_of_thread(const platform::ProcFs& proc, std::int64_t thread,
                                           const ReadOptions& options) {
  const base::OwnedFd folder(::open(proc.path(thread, "fd").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return std::unexpected(errno);
  // What the kernel tells of the sockets can be asked for meanwhile.
  std::future<void> asked;
  if (options.sockets != nullptr && options.detail != Detail::links && options.threads > 1 &&
      count_handles(folder.get()) > kWorthAsking)
    asked = std::async(std::launch::async, [&] { options.sockets->of(proc, thread).ask_usual(); });
  auto read = read_links(folder.get(), options.threads);
  if (asked.valid()) asked.wait();
  if (!read.has_value()) return std::unexpected(read.error());
  Links& links = *read;
  // The table may be listed, and what is in it may not be seen.
  if (links.handles.empty() && links.refused > 0) return std::unexpected(links.error);
  FdTable table{.handles = std::move(links.handles), .complete = links.refused == 0};
  if (options.detail == Detail::links) {
    for (Handle& handle : table.handles) add_inode(handle);
  } else {
    const bool has_sockets = std::ranges::find(table.handles, "socket", &Handle::type) != table.handles.end();
    const SocketNames* sockets =
        options.sockets == nullptr || !has_sockets ? nullptr : &options.sockets->of(proc, thread);
    Describer describer(proc, thread, folder.get(), options.detail, sockets);
    describer.know_paths(table.handles);
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
  auto table = read_of_thread(proc, pid, options);
  if (!table.has_value()) return std::unexpected(proc.failure(pid, "fd", table.error()));
  if (!table->handles.empty()) return *std::move(table);

  // Nothing open is possible, but more often the process has ended, or is about to; or only its first thread
  // has, and the others still have the table. /proc has a folder for each of them, too, though it does not
  // list them.
  const auto info = proc.process(pid);
  if (!info.has_value()) return std::unexpected(info.error());
  if (!info->main_leaves()) return *std::move(table);
  const auto threads = proc.threads(pid);
  if (!threads.has_value()) return std::unexpected(threads.error());
  for (const platform::ThreadInfo& thread : *threads) {
    auto of_thread = read_of_thread(proc, thread.tid, options);
    if (of_thread.has_value() && !of_thread->handles.empty()) return *std::move(of_thread);
  }
  return std::unexpected(proc.failure(pid, "fd", ESRCH));
}

}  // namespace ajar::tables
