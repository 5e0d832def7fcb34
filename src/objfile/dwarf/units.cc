#include "objfile/dwarf/units.h"

#include <algorithm>

#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr std::size_t kMostUnits = 512;  // kept in memory

}  // namespace

std::shared_ptr<const Unit> Units::at(std::uint64_t begin) {
  if (const auto known = units_.find(begin); known != units_.end()) return known->second;
  if (units_.size() >= kMostUnits) units_.clear();
  std::optional<Unit> unit = read(begin);
  auto shared = unit.has_value() ? std::make_shared<const Unit>(*std::move(unit)) : nullptr;
  return units_.emplace(begin, std::move(shared)).first->second;
}

std::shared_ptr<const Unit> Units::around(std::uint64_t offset) {
  const auto all = begins();
  const auto after = std::ranges::upper_bound(all, offset);
  if (after == all.begin()) return nullptr;
  auto unit = at(*(after - 1));
  return unit != nullptr && offset < unit->end ? unit : nullptr;
}

std::span<const std::uint64_t> Units::begins() {
  if (begins_.has_value()) return *begins_;
  begins_.emplace();
  base::ByteReader in(home_.sections->info);
  while (in.remaining() > 0) {
    const std::uint64_t begin = in.position();
    std::uint8_t offset_size = 0;
    in.skip(read_length(in, offset_size));
    if (in.ok()) begins_->push_back(begin);
  }
  return *begins_;
}

}  // namespace ajar::objfile::dwarf
