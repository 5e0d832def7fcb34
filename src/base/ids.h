#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace ajar::base {

// A number that names one thing within one recording; ids of different things do not mix. 0 names nothing.
template <typename Tag>
struct Id {
  std::uint32_t value = 0;

  [[nodiscard]] constexpr bool none() const { return value == 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace ajar::base

template <typename Tag>
struct std::hash<ajar::base::Id<Tag>> {
  std::size_t operator()(const ajar::base::Id<Tag>& id) const noexcept { return id.value; }
};
