#include "tables/limit_uses.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>

#include "model/snapshot.h"
#include "platform/read_file.h"
#include "tables/fd_info.h"
#include "tables/same_file.h"

namespace ajar::tables {
namespace {

// A file that several processes hold counts once.
std::vector<Held> distinct(const std::vector<Held>& all) {
  std::size_t questions = 500'000;
  OpenFiles files(questions);
  std::vector<Held> distinct;
  for (const Held& held : all) {
    if (const auto file = files.add(held); file == distinct.size()) distinct.push_back(held);
  }
  return distinct;
}

std::uint64_t watched(const platform::ProcFs& proc, const Held& held, const char* type) {
  model::Handle handle{.value = held.handle, .type = type, .name = "", .facts = {}};
  const auto text = platform::read_file(proc.path(held.pid, "fdinfo/" + std::to_string(held.handle)));
  if (text.has_value()) add_fd_info(handle, *text);
  return model::fact_number(handle.facts, model::FactKey::watched).value_or(0);
}

// The user's handles of a kind.
class OfUser {
 public:
  OfUser(const platform::ProcFs& proc, std::uint32_t user) : proc_(proc), user_(user) {}

  std::vector<Held> with_link(const Holders& holders, const std::string& link) {
    std::vector<Held> held;
    std::ranges::copy_if(holders.with_link(link), std::back_inserter(held),
                         [&](const Held& one) { return is_users(one.pid); });
    return distinct(held);
  }

 private:
  bool is_users(std::int64_t pid) {
    const auto [at, is_new] = known_.try_emplace(pid);
    if (is_new) {
      const auto info = proc_.process(pid);
      at->second = info && info->user == user_;
    }
    return at->second;
  }

  const platform::ProcFs& proc_;
  std::uint32_t user_;
  std::unordered_map<std::int64_t, bool> known_;
};

}  // namespace

void count_watches(const platform::ProcFs& proc, const Holders& holders, std::uint32_t user, Used& used) {
  OfUser of_user(proc, user);
  const std::vector<Held> inotifies = of_user.with_link(holders, "anon_inode:inotify");
  used.inotify_instances = inotifies.size();
  for (const Held& held : inotifies) used.inotify_watches += watched(proc, held, "inotify");
  for (const Held& held : of_user.with_link(holders, "anon_inode:[eventpoll]"))
    used.epoll_watches += watched(proc, held, "epoll");
}

std::vector<LimitUse> rank_limits(const Used& used, const SystemLimits& system) {
  std::vector<LimitUse> uses;
  const auto add = [&](const char* name, const std::string& scope, std::uint64_t count,
                       std::optional<std::uint64_t> most) {
    if (most.has_value() && *most != model::Snapshot::kNoLimit && count > 0)
      uses.push_back({.name = name, .scope = scope, .used = count, .most = *most});
  };
  const std::string process = "this process";
  const std::string user = "user " + used.user;
  add("RLIMIT_NOFILE", process, used.handles, used.limits.soft);
  add("hard RLIMIT_NOFILE", process, used.handles, used.limits.hard);
  add("fs.nr_open", process, used.handles, system.nr_open);
  add("fs.file-max", "the system", system.files_open.value_or(0), system.file_max);
  add("fs.inotify.max_user_instances", user, used.inotify_instances, system.inotify_instances);
  add("fs.inotify.max_user_watches", user, used.inotify_watches, system.inotify_watches);
  add("fs.epoll.max_user_watches", user, used.epoll_watches, system.epoll_watches);
  std::ranges::stable_sort(uses, std::ranges::greater(), &LimitUse::share);
  return uses;
}

}  // namespace ajar::tables
