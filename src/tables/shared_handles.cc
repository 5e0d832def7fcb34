#include "tables/shared_handles.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "tables/same_file.h"

namespace ajar::tables {
namespace {

constexpr std::size_t kMostQuestions = 20'000;

struct Place {
  std::size_t table = 0;
  const model::Handle* handle = nullptr;
};

bool is_socket(const model::Handle& handle) {
  return handle.type.ends_with("socket");
}

class Sharing {
 public:
  explicit Sharing(std::span<const OpenTable> tables) : tables_(tables) {
    for (std::size_t i = 0; i < tables.size(); ++i) {
      for (const model::Handle& handle : tables[i].handles) add({.table = i, .handle = &handle});
    }
  }

  std::vector<SharedHandles> told() {
    for (const auto& [inode, places] : sockets_) tell_of_socket(inode, places);
    for (const auto& [name, places] : pipes_) tell_of_all(places);
    for (const auto& [name, places] : others_) tell_of_open_files(places);
    std::vector<SharedHandles> all;
    for (const auto& [key, count] : counts_) {
      const auto& [of, with, type] = key;
      all.push_back({.of = of, .with = with, .type = std::string(type), .count = count});
    }
    return all;
  }

 private:
  using Places = std::vector<Place>;

  void add(const Place& place) {
    const model::Handle& handle = *place.handle;
    if (is_socket(handle)) {
      if (const auto inode = model::inode_of(handle)) sockets_[*inode].push_back(place);
    } else {
      (handle.type == "pipe" ? pipes_ : others_)[handle.name].push_back(place);
    }
  }

  static bool are_in_one_table(const Places& places) {
    return std::ranges::all_of(places,
                               [&](const Place& place) { return place.table == places.front().table; });
  }

  // Counts each handle of `of` once for each other table that is among `all`.
  void tell(const Places& of, const Places& all) {
    std::vector<bool> has(tables_.size());
    for (const Place& place : all) has[place.table] = true;
    for (const Place& place : of) {
      for (std::size_t i = 0; i < has.size(); ++i) {
        if (has[i] && i != place.table) ++counts_[{place.table, i, place.handle->type}];
      }
    }
  }

  // They are all handles of one object.
  void tell_of_all(const Places& places) {
    if (are_in_one_table(places)) return;
    tell(places, places);
  }

  void tell_of_socket(std::uint64_t inode, const Places& places) {
    const SocketNames* names = tables_[places.front().table].sockets;
    const Socket* socket = names == nullptr ? nullptr : names->known(inode);
    const std::uint64_t peer = socket == nullptr ? 0 : names->peer_of(*socket);
    const auto ends = peer == 0 ? sockets_.end() : sockets_.find(peer);
    Places all = places;
    if (ends != sockets_.end()) all.insert(all.end(), ends->second.begin(), ends->second.end());
    tell(places, all);
  }

  // Their links say the same, which is no proof.
  void tell_of_open_files(const Places& places) {
    if (are_in_one_table(places)) return;
    OpenFiles files(questions_);
    std::vector<Places> by_file;
    for (const Place& place : places) {
      const auto file = files.add({.pid = tables_[place.table].pid, .handle = place.handle->value});
      if (!file.has_value()) continue;
      by_file.resize(files.size());
      by_file[*file].push_back(place);
    }
    for (const Places& same : by_file) {
      if (!same.empty()) tell_of_all(same);
    }
  }

  std::span<const OpenTable> tables_;
  std::unordered_map<std::uint64_t, Places> sockets_;  // by inode
  std::map<std::string_view, Places> pipes_;           // by name
  std::map<std::string_view, Places> others_;  // by name, so that the same ones are asked about each time
  std::map<std::tuple<std::size_t, std::size_t, std::string_view>, std::uint64_t> counts_;
  std::size_t questions_ = kMostQuestions;
};

}  // namespace

std::vector<SharedHandles> shared_handles(std::span<const OpenTable> tables) {
  return Sharing(tables).told();
}

}  // namespace ajar::tables
