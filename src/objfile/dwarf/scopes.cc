#include "objfile/dwarf/scopes.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "objfile/dwarf/ranges.h"
#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr std::size_t kNotMuted = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kDeepest = 1000;  // scopes around one address

// Types in which there is no code. In classes there may be: that of a lambda is in its closure's class.
bool is_without_code(Tag tag) {
  switch (tag) {
    case Tag::array_type:
    case Tag::enumeration_type:
    case Tag::subroutine_type:
      return true;
    default:
      return false;
  }
}

class Walk {
 public:
  Walk(const Unit& unit, std::span<const std::uint64_t> addresses, std::span<Scopes> scopes, Work& work)
      : unit_(unit),
        table_(*unit.abbreviations),
        in_(unit.entries(unit.first_entry)),
        addresses_(addresses),
        scopes_(scopes),
        work_(work) {}

  bool run() {
    if (!work_.take(unit_.end - unit_.begin)) return false;
    while (in_.remaining() > 0) {
      const std::uint64_t entry = in_.position();
      const std::uint64_t code = in_.read_varint();
      if (code == 0) {
        leave();
        continue;
      }
      const Abbreviation* row = table_.find(code);
      if (row == nullptr) return false;
      step_over(entry, *row);
      if (row->has_children) ++depth_;
      if (work_.exhausted()) return false;
    }
    return in_.ok();
  }

 private:
  void leave() {
    if (depth_ > 0) --depth_;
    if (muted_ != kNotMuted && depth_ <= muted_) muted_ = kNotMuted;
  }

  void step_over(std::uint64_t entry, const Abbreviation& row) {
    const bool is_function = row.tag == Tag::subprogram;
    if (is_function || (row.tag == Tag::inlined_subroutine && muted_ == kNotMuted)) {
      read_scope({.entry = entry, .inlined = !is_function}, row);
    } else if (row.has_sibling && row.has_children && is_without_code(row.tag)) {
      skip_children(row);
    } else {
      table_.skip(in_, row);
    }
  }

  // With all that is in it.
  void skip_children(const Abbreviation& row) {
    for (const AttributeForm& next : table_.attributes(row)) {
      const Value value = read_value(in_, next.form, unit_.encoding, next.implicit);
      if (next.attribute != Attribute::sibling) continue;
      const std::uint64_t sibling = unit_.begin + value.number;
      if (!is_in_unit(value.form) || sibling <= in_.position() || sibling >= unit_.end) continue;
      in_.seek(sibling);
      --depth_;  // which having children adds again
      return;
    }
  }

  void read_scope(Scope scope, const Abbreviation& row) {
    CodeAttributes code;
    work_.take(row.count);
    for (const AttributeForm& next : table_.attributes(row)) {
      const Value value = read_value(in_, next.form, unit_.encoding, next.implicit);
      switch (next.attribute) {
        case Attribute::low_pc:
          code.low_pc = value;
          break;
        case Attribute::high_pc:
          code.high_pc = value;
          break;
        case Attribute::ranges:
          code.ranges = value;
          break;
        case Attribute::call_file:
          scope.call_file = value.number;
          break;
        case Attribute::call_line:
          scope.call_line = static_cast<std::uint32_t>(value.number);
          break;
        default:
          break;
      }
    }
    if (in_.ok() && (code.low_pc.has_value() || code.ranges.has_value())) take(scope, code, row);
  }

  // What is inlined into code that none of the addresses is in need not be looked at. A function in a
  // function has code of its own, so it is.
  void take(const Scope& scope, const CodeAttributes& code, const Abbreviation& row) {
    read_ranges(unit_, code, work_, ranges_);
    bool held = false;
    for (const CodeRange& range : ranges_) held = take_range(scope, range) || held;
    if (held) {
      muted_ = kNotMuted;
    } else if (muted_ == kNotMuted && row.has_children) {
      muted_ = depth_;
    }
  }

  bool take_range(Scope scope, const CodeRange& range) {
    scope.begin = range.begin;
    const auto first = std::ranges::lower_bound(addresses_, range.begin);
    auto at = first;
    for (; at != addresses_.end() && *at < range.end && work_.take(1); ++at) {
      Scopes& scopes = scopes_[static_cast<std::size_t>(at - addresses_.begin())];
      if (!scope.inlined) scopes.clear();
      if (scopes.size() < kDeepest) scopes.push_back(scope);
    }
    return at != first;
  }

  const Unit& unit_;
  const AbbreviationTable& table_;
  base::ByteReader in_;
  std::span<const std::uint64_t> addresses_;
  std::span<Scopes> scopes_;
  Work& work_;
  std::size_t depth_ = 0;
  std::size_t muted_ = kNotMuted;  // below this depth nothing inlined matters
  std::vector<CodeRange> ranges_;
};

}  // namespace

bool find_scopes(const Unit& unit, std::span<const std::uint64_t> addresses, std::span<Scopes> scopes,
                 Work& work) {
  return Walk(unit, addresses, scopes, work).run();
}

}  // namespace ajar::objfile::dwarf
