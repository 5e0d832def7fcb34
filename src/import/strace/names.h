#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "model/world.h"

namespace ajar::import::strace {

// Finds texts without making a string of what is looked for.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename Value>
using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

// The world's strings. A log may have a new path in every line: beyond a bound new texts are not kept, and
// have no id.
class Names {
 public:
  explicit Names(model::World& world) : world_(world) {}

  model::StringId of(std::string_view text) {
    if (text.empty()) return {};
    if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
    constexpr std::size_t kMost = 64U << 20U;  // bytes
    if (kept_ + text.size() > kMost) return {};
    kept_ += text.size();
    return ids_.emplace(text, world_.strings.add(std::string(text))).first->second;
  }

  [[nodiscard]] std::string_view text(model::StringId id) const { return world_.text(id); }

 private:
  model::World& world_;
  ByText<model::StringId> ids_;
  std::size_t kept_ = 0;
};

}  // namespace ajar::import::strace
