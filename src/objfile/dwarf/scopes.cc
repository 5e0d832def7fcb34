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

class Walk {
 public:
  Walk(const Unit& unit, Scopes& scopes, Containers& containers, Work& work)
      : unit_(unit), table_(*unit.abbreviations), scopes_(scopes), containers_(containers), work_(work) {}

  bool run() {
    if (!work_.take(unit_.end - unit_.begin)) return false;
    base::ByteReader in = unit_.entries(unit_.first_entry);
    while (in.remaining() > 0) {
      const std::uint64_t entry = in.position();
      const std::uint64_t code = in.read_varint();
      if (code == 0) {
        leave(in.position());
        continue;
      }
      const Abbreviation* row = table_.find(code);
      if (row == nullptr) return false;
      if (row->is_code || row->is_container || row->is_closed) {
        enter(in, entry, *row);
      } else if (row->bytes.has_value()) {
        in.skip(*row->bytes);
      } else {
        table_.skip(in, *row);
      }
      if (row->has_children) ++depth_;
    }
    return in.ok() && !work_.exhausted();
  }

 private:
  void enter(base::ByteReader& in, std::uint64_t entry, const Abbreviation& row) {
    const bool is_inlined = row.tag == Tag::inlined_subroutine;
    if (row.is_code && (!is_inlined || muted_ == kNotMuted)) {
      read_scope(in, {.entry = entry, .inlined = is_inlined}, row);
    } else if (row.is_closed || row.is_code) {
      skip_with_children(in, row);
    } else {
      table_.skip(in, row);
    }
    if (row.is_container) containers_.enter(entry, depth_);
  }

  void leave(std::uint64_t end) {
    if (depth_ > 0) --depth_;
    containers_.leave(depth_, end);
    if (muted_ != kNotMuted && depth_ <= muted_) muted_ = kNotMuted;
  }

  // Goes over the values, and over all that is in the entry if it says where that ends.
  void skip_with_children(base::ByteReader& in, const Abbreviation& row) {
    if (row.sibling_at.has_value()) {
      base::ByteReader ahead = in;
      ahead.skip(*row.sibling_at);
      const std::uint64_t sibling = unit_.begin + ahead.read<std::uint32_t>();
      if (leave_for(in, sibling, ahead.position(), row)) return;
    }
    table_.skip(in, row);
  }

  // Goes on at the sibling, an entry behind `position`; false where there can be none.
  bool leave_for(base::ByteReader& in, std::uint64_t sibling, std::uint64_t position,
                 const Abbreviation& row) {
    if (!row.has_children || sibling <= position || sibling >= unit_.end) return false;
    in.seek(sibling);
    --depth_;  // which having children adds again
    return true;
  }

  void read_scope(base::ByteReader& in, Scope scope, const Abbreviation& row) {
    CodeAttributes code;
    std::uint64_t sibling = 0;
    bool is_named = false;
    if (!work_.take(row.count)) return in.fail();
    for (const AttributeForm& next : table_.attributes(row)) {
      const Value value = table_.read(in, next);
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
        case Attribute::sibling:
          if (is_in_unit(value.form)) sibling = unit_.begin + value.number;
          break;
        case Attribute::abstract_origin:
        case Attribute::specification:
          scope.origin = value.number;
          scope.origin_form = value.form;
          break;
        case Attribute::linkage_name:
        case Attribute::mips_linkage_name:
          is_named = true;
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
    if (!in.ok()) return;
    if (is_named) scope.origin_form = Form::none;
    if (holds_any(scope, code)) {
      muted_ = kNotMuted;
    } else if (scope.inlined && leave_for(in, sibling, in.position(), row)) {
      return;
    } else if (muted_ == kNotMuted && row.has_children) {
      muted_ = depth_;
    }
  }

  // What is inlined into code that none of the addresses is in need not be looked at. A function in a
  // function has code of its own, so it is; but inlined copies have none in them.
  bool holds_any(const Scope& scope, const CodeAttributes& code) {
    read_ranges(unit_, code, work_, ranges_);
    bool held = false;
    for (const CodeRange& range : ranges_) held = scopes_.add(scope, range, work_) || held;
    return held;
  }

  const Unit& unit_;
  const AbbreviationTable& table_;
  Scopes& scopes_;
  Containers& containers_;
  Work& work_;
  std::size_t depth_ = 0;
  std::size_t muted_ = kNotMuted;  // below this depth nothing inlined matters
  std::vector<CodeRange> ranges_;
};

}  // namespace

bool Scopes::add(Scope scope, const CodeRange& range, Work& work) {
  scope.begin = range.begin;
  const auto first = std::ranges::lower_bound(addresses_, range.begin);
  auto at = first;
  std::uint32_t last = kNone;
  for (; at != addresses_.end() && *at < range.end && work.take(1); ++at) {
    std::uint32_t& innermost = innermost_[static_cast<std::size_t>(at - addresses_.begin())];
    const std::uint32_t outer = scope.inlined ? innermost : kNone;
    if (rows_[outer].depth > kDeepest) continue;
    if (last == kNone || rows_[last].outer != outer) {
      scope.outer = outer;
      scope.depth = outer == kNone ? 1 : rows_[outer].depth + 1;
      last = static_cast<std::uint32_t>(rows_.size());
      rows_.push_back(scope);
    }
    innermost = last;
  }
  return at != first;
}

bool find_scopes(const Unit& unit, Scopes& scopes, Containers& containers, Work& work) {
  return Walk(unit, scopes, containers, work).run();
}

}  // namespace ajar::objfile::dwarf
