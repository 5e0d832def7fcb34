#include "console/style.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace ajar::console {
namespace {

constexpr int kShort = 8;
constexpr int kLong = 16;

// What a text is of, it doesn't say.
bool has_long_addresses(const model::World& world) {
  return std::ranges::any_of(world.stacks, [](const model::StackNode& node) {
    const model::Frame& frame = node.frame;
    return frame.kind == model::FrameKind::native && frame.module.none() &&
           frame.offset > std::numeric_limits<std::uint32_t>::max();
  });
}

int digits_of(const model::World& world) {
  const model::Origin& origin = world.origin;
  if (origin.way == model::Origin::kWindbgLog || origin.way == model::Origin::kWindbgDiff)
    return has_long_addresses(world) ? kLong : kShort;
  return origin.system.ends_with(" x86") || origin.system.ends_with(" arm") ? kShort : kLong;
}

}  // namespace

Style style_of(const model::World& world) {
  return {.is_dump = world.origin.way == model::Origin::kMinidump,
          .has_descriptors = !world.origin.is_windows(),
          .digits = digits_of(world)};
}

std::string padded_number(std::uint64_t number, const Style& style) {
  if (style.has_descriptors) return fmt::format("{}", number);
  return fmt::format("0x{:0{}x}", number, style.digits);
}

std::string plain_number(std::uint64_t number, const Style& style) {
  return style.has_descriptors ? fmt::format("{}", number) : fmt::format("{:x}", number);
}

}  // namespace ajar::console
