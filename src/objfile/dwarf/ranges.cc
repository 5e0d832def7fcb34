#include "objfile/dwarf/ranges.h"

#include <limits>

namespace ajar::objfile::dwarf {
namespace {

// DW_RLE_… of the standard, 7.25.
enum class Entry : std::uint8_t {
  end_of_list = 0,
  base_addressx = 1,
  startx_endx = 2,
  startx_length = 3,
  offset_pair = 4,
  base_address = 5,
  start_end = 6,
  start_length = 7,
};

constexpr std::uint16_t kListsHaveKinds = 5;

std::uint64_t highest_address(const Encoding& encoding) {
  return encoding.address_size == sizeof(std::uint32_t) ? std::numeric_limits<std::uint32_t>::max()
                                                        : std::numeric_limits<std::uint64_t>::max();
}

// Linkers put 0, -1 or -2 where the code that an address meant is gone. As a base, 0 is what others are
// counted from.
bool is_gone_base(std::uint64_t base, const Encoding& encoding) {
  return base >= highest_address(encoding) - 1;
}

bool is_gone(std::uint64_t begin, const Encoding& encoding) {
  return begin == 0 || is_gone_base(begin, encoding);
}

void add(const Unit& unit, std::uint64_t begin, std::uint64_t end, std::vector<CodeRange>& out) {
  if (begin < end && !is_gone(begin, unit.encoding)) out.push_back({begin, end});
}

// .debug_ranges: pairs of addresses after a base, which a pair may set.
void read_pairs(const Unit& unit, std::uint64_t offset, Work& work, std::vector<CodeRange>& out) {
  const std::uint8_t size = unit.encoding.address_size;
  base::ByteReader in(unit.home.main->ranges);
  in.seek(unit.is_split() ? offset + unit.split_ranges_base : offset);
  std::uint64_t base = unit.base_address();
  while (in.ok() && work.take(1)) {
    const std::uint64_t begin = read_sized(in, size);
    const std::uint64_t end = read_sized(in, size);
    if (begin == 0 && end == 0) break;
    if (begin == highest_address(unit.encoding)) {
      base = end;
    } else if (!is_gone_base(base, unit.encoding)) {
      add(unit, base + begin, base + end, out);
    }
  }
}

std::uint64_t read_indexed(base::ByteReader& in, const Unit& unit) {
  const auto address = unit.address({.form = Form::addrx, .number = in.read_varint(), .text = {}});
  if (!address.has_value()) in.fail();
  return address.value_or(0);
}

// One entry of a list of .debug_rnglists; false at its end.
bool read_entry(base::ByteReader& in, const Unit& unit, std::uint64_t& base, std::vector<CodeRange>& out) {
  const std::uint8_t size = unit.encoding.address_size;
  std::uint64_t begin = 0;
  switch (Entry{in.read<std::uint8_t>()}) {
    case Entry::base_addressx:
      base = read_indexed(in, unit);
      return in.ok();
    case Entry::base_address:
      base = read_sized(in, size);
      return in.ok();
    case Entry::startx_endx:
      begin = read_indexed(in, unit);
      add(unit, begin, read_indexed(in, unit), out);
      return in.ok();
    case Entry::startx_length:
      begin = read_indexed(in, unit);
      add(unit, begin, begin + in.read_varint(), out);
      return in.ok();
    case Entry::offset_pair:
      begin = in.read_varint();
      if (const std::uint64_t end = in.read_varint(); !is_gone_base(base, unit.encoding)) {
        add(unit, base + begin, base + end, out);
      }
      return in.ok();
    case Entry::start_end:
      begin = read_sized(in, size);
      add(unit, begin, read_sized(in, size), out);
      return in.ok();
    case Entry::start_length:
      begin = read_sized(in, size);
      add(unit, begin, begin + in.read_varint(), out);
      return in.ok();
    case Entry::end_of_list:
      break;
  }
  return false;
}

// The lists of split units are in their own file. `offset` is from the start of the section.
void read_list(const Unit& unit, std::uint64_t offset, Work& work, std::vector<CodeRange>& out) {
  base::ByteReader in(unit.home.sections->rnglists);
  in.seek(offset);
  std::uint64_t base = unit.base_address();
  while (work.take(1) && read_entry(in, unit, base, out)) {
  }
}

// Where the unit's offsets into .debug_rnglists begin: behind the header of its contribution.
std::uint64_t lists_base(const Unit& unit) {
  constexpr std::uint64_t kHeader = 8;  // version, address and segment sizes, count of offsets
  const std::uint64_t length = unit.encoding.offset_size == sizeof(std::uint32_t) ? 4 : 12;
  return unit.rnglists_base.value_or(length + kHeader) + unit.home.contribution.rnglists;
}

void read_indexed_list(const Unit& unit, std::uint64_t index, Work& work, std::vector<CodeRange>& out) {
  const std::uint64_t base = lists_base(unit);
  base::ByteReader in(unit.home.sections->rnglists);
  if (index >= in.remaining()) return;
  in.seek(base + index * unit.encoding.offset_size);
  const std::uint64_t offset = read_sized(in, unit.encoding.offset_size);
  if (in.ok()) read_list(unit, base + offset, work, out);
}

void read_one(const Unit& unit, const CodeAttributes& code, std::vector<CodeRange>& out) {
  const auto begin = unit.address(*code.low_pc);
  if (!begin.has_value() || !code.high_pc.has_value()) return;
  // An address, or how many bytes it is.
  const auto end = unit.address(*code.high_pc);
  add(unit, *begin, end.value_or(*begin + code.high_pc->number), out);
}

}  // namespace

void read_ranges(const Unit& unit, const CodeAttributes& code, Work& work, std::vector<CodeRange>& out) {
  out.clear();
  if (!code.ranges.has_value()) {
    if (code.low_pc.has_value()) read_one(unit, code, out);
  } else if (unit.encoding.version < kListsHaveKinds) {
    read_pairs(unit, code.ranges->number, work, out);
  } else if (code.ranges->form == Form::rnglistx) {
    read_indexed_list(unit, code.ranges->number, work, out);
  } else {
    read_list(unit, code.ranges->number, work, out);
  }
}

}  // namespace ajar::objfile::dwarf
