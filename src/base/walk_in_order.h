#pragma once

#include <tuple>
#include <utility>

namespace ajar::base {

// Rows of an ordered map for keys that come in nearly its order, which then need no search. The map may not
// lose rows meanwhile.
template <typename Map>
class WalkInOrder {
 public:
  explicit WalkInOrder(Map& map) : map_(map), next_(map.begin()) {}

  // The key's row, and whether it is new.
  std::pair<typename Map::mapped_type&, bool> row(const typename Map::key_type& key) {
    bool is_new = false;
    if (next_ == map_.end() || next_->first != key) std::tie(next_, is_new) = map_.try_emplace(key);
    return {(next_++)->second, is_new};
  }

 private:
  Map& map_;
  typename Map::iterator next_;
};

}  // namespace ajar::base
