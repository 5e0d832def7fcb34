#include "objfile/dwarf/unit_finder.h"

#include <algorithm>
#include <utility>

#include "objfile/dwarf/ranges.h"
#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr std::uint16_t kArangesVersion = 2;

// Who owns each address. Of several ranges that hold one the smallest: the others have lost theirs to a
// linker that threw code away.
class Owners {
 public:
  Owners(std::span<const std::uint64_t> addresses, Work& work)
      : addresses_(addresses), work_(work), owners_(addresses.size(), kNoUnit), sizes_(addresses.size(), 0) {}

  void give(std::uint64_t unit, const CodeRange& range) {
    if (range.begin >= range.end || range.begin == 0) return;
    auto at = std::ranges::lower_bound(addresses_, range.begin);
    for (; at != addresses_.end() && *at < range.end && work_.take(1); ++at) {
      const auto i = static_cast<std::size_t>(at - addresses_.begin());
      const std::uint64_t size = range.end - range.begin;
      if (owners_[i] != kNoUnit && sizes_[i] <= size) continue;
      owners_[i] = unit;
      sizes_[i] = size;
    }
  }

  [[nodiscard]] bool complete() const { return std::ranges::find(owners_, kNoUnit) == owners_.end(); }
  std::vector<std::uint64_t> take() { return std::move(owners_); }

 private:
  std::span<const std::uint64_t> addresses_;
  Work& work_;
  std::vector<std::uint64_t> owners_;
  std::vector<std::uint64_t> sizes_;
};

// One set of .debug_aranges behind its length: the ranges of one unit.
void read_arange_set(base::ByteReader in, std::uint8_t offset_size, std::uint64_t length_field,
                     Owners& owners) {
  if (in.read<std::uint16_t>() != kArangesVersion) return;
  const std::uint64_t unit = read_sized(in, offset_size);
  const auto size = in.read<std::uint8_t>();
  in.skip(sizeof(std::uint8_t));  // segments, which nobody has
  if (size != sizeof(std::uint32_t) && size != sizeof(std::uint64_t)) return;
  // The pairs are aligned to their size, counted from the start of the set.
  const std::uint64_t pair = 2ULL * size;
  in.skip((pair - (length_field + in.position()) % pair) % pair);
  while (in.remaining() >= pair) {
    const std::uint64_t address = read_sized(in, size);
    owners.give(unit, {.begin = address, .end = address + read_sized(in, size)});
  }
}

void read_aranges(const Sections& sections, Owners& owners) {
  base::ByteReader in(sections.aranges);
  while (in.remaining() > 0) {
    const std::uint64_t begin = in.position();
    std::uint8_t offset_size = 0;
    const std::uint64_t length = read_length(in, offset_size);
    const std::uint64_t length_field = in.position() - begin;
    read_arange_set(base::ByteReader(in.bytes(length)), offset_size, length_field, owners);
  }
}

}  // namespace

std::vector<std::uint64_t> find_units(Units& units, std::span<const std::uint64_t> addresses, Work& work) {
  Owners owners(addresses, work);
  read_aranges(units.sections(), owners);
  if (owners.complete()) return owners.take();
  std::vector<CodeRange> ranges;
  for (const std::uint64_t begin : units.begins()) {
    const auto unit = units.read(begin);
    if (!unit.has_value()) continue;
    read_ranges(*unit, {.low_pc = unit->low_pc, .high_pc = unit->high_pc, .ranges = unit->ranges}, work,
                ranges);
    for (const CodeRange& range : ranges) owners.give(begin, range);
  }
  return owners.take();
}

}  // namespace ajar::objfile::dwarf
