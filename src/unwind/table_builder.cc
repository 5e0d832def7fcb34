#include "unwind/table_builder.h"

#include "unwind/cfi_program.h"

namespace ajar::unwind {
namespace {

// The last of those with one beginning is the one that counts: that which covers most, of the first section.
bool comes_before(const FdePlace& a, const FdePlace& b) {
  if (a.first != b.first) return a.first < b.first;
  if (a.section != b.section) return a.section > b.section;
  if (a.size != b.size) return a.size < b.size;
  return a.at < b.at;
}

void sift_down(FdePlace* heap, uint32_t at, uint32_t count) {
  for (uint64_t child = 2 * uint64_t{at} + 1; child < count; child = 2 * uint64_t{at} + 1) {
    if (child + 1 < count && comes_before(heap[child], heap[child + 1])) ++child;
    if (!comes_before(heap[at], heap[child])) return;
    const FdePlace moved = heap[at];
    heap[at] = heap[child];
    heap[child] = moved;
    at = static_cast<uint32_t>(child);
  }
}

// Heapsort: needs no memory, and no input makes it slow.
void sort(FdePlace* places, uint32_t count) {
  bool sorted = true;
  for (uint32_t i = 1; i < count && sorted; ++i) sorted = !comes_before(places[i], places[i - 1]);
  if (sorted) return;
  for (uint32_t i = count / 2; i-- > 0;) sift_down(places, i, count);
  for (uint32_t end = count; end-- > 1;) {
    const FdePlace last = places[end];
    places[end] = places[0];
    places[0] = last;
    sift_down(places, 0, end);
  }
}

// The FDEs of all sections, as places.
class Places {
 public:
  Places(const CallFrameInfo& info, const CodeSpan& code, const TableMemory& memory)
      : info_(info), code_(code), memory_(memory) {}

  void collect() {
    for (uint32_t i = 0; i < info_.section_count; ++i) {
      const uint32_t known = count();
      add_section(info_.sections[i], i, known);
      sort(memory_.fdes, count());
    }
  }

  [[nodiscard]] uint32_t found() const { return found_; }
  [[nodiscard]] uint32_t unreadable() const { return unreadable_; }
  [[nodiscard]] uint32_t count() const {
    return found_ < memory_.fde_capacity ? found_ : memory_.fde_capacity;
  }

 private:
  void add_section(const CfiSection& section, uint32_t number, uint32_t known) {
    FdeScan scan(section);
    while (scan.next()) add(scan.fde(), static_cast<uint64_t>(scan.at() - section.begin), number, known);
    unreadable_ += scan.unreadable();
  }

  // `known`: so many, sorted, are of sections that are believed rather than this one.
  void add(const Fde& fde, uint64_t at, uint32_t section, uint32_t known) {
    const uint64_t first = fde.first - code_.begin;
    const uint64_t size = code_.end - code_.begin;
    if (first >= size || size > UINT32_MAX || at > UINT32_MAX || fde.size == 0) return;
    if (is_covered(static_cast<uint32_t>(first), known)) return;
    const uint64_t covered = fde.size < size - first ? fde.size : size - first;
    if (found_ < memory_.fde_capacity) {
      memory_.fdes[found_] = {static_cast<uint32_t>(first), static_cast<uint32_t>(covered),
                              static_cast<uint32_t>(at), section};
    }
    ++found_;
  }

  [[nodiscard]] bool is_covered(uint32_t offset, uint32_t known) const {
    uint32_t low = 0;
    for (uint32_t high = known; low < high;) {
      const uint32_t middle = low + (high - low) / 2;
      if (memory_.fdes[middle].first <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low != 0 && offset - memory_.fdes[low - 1].first < memory_.fdes[low - 1].size;
  }

  const CallFrameInfo& info_;
  const CodeSpan& code_;
  const TableMemory& memory_;
  uint32_t found_ = 0;
  uint32_t unreadable_ = 0;
};

// Every rule once.
class Rules {
 public:
  explicit Rules(const TableMemory& memory) : memory_(memory) {
    ajar_rule no_room{};
    no_room.cfa = AJAR_CFA_EXOTIC;
    no_room.bp = AJAR_EXOTIC_NO_ROOM;
    number_of({});
    number_of(no_room);
  }

  uint16_t number_of(const ajar_rule& rule) {
    uint64_t bits;
    __builtin_memcpy(&bits, &rule, sizeof(bits));
    if (bits == last_bits_ && count_ != 0) return last_;
    const uint16_t number = look_up(rule, bits);
    last_bits_ = bits;
    return last_ = number;
  }

  [[nodiscard]] uint32_t count() const { return count_; }

 private:
  static uint64_t hash(uint64_t bits) {
    bits *= 0x9e3779b97f4a7c15ULL;
    return bits ^ (bits >> 32U);
  }

  // 0 marks a bucket that is empty; NONE, which has this number, is told by itself.
  uint16_t look_up(const ajar_rule& rule, uint64_t bits) {
    if (bits == 0 && count_ != 0) return AJAR_RULE_NONE;
    for (uint64_t i = hash(bits);; ++i) {
      uint16_t& bucket = memory_.buckets[i & (memory_.bucket_count - 1)];
      if (bucket != 0) {
        if (__builtin_memcmp(&memory_.rules[bucket], &rule, sizeof(rule)) == 0) return bucket;
        continue;
      }
      if (count_ == memory_.rule_capacity) return AJAR_RULE_NO_ROOM;
      const auto number = static_cast<uint16_t>(count_++);
      memory_.rules[number] = rule;
      bucket = number;
      return number;
    }
  }

  const TableMemory& memory_;
  uint32_t count_ = 0;
  uint64_t last_bits_ = 0;
  uint16_t last_ = 0;
};

class Rows {
 public:
  explicit Rows(const TableMemory& memory) : memory_(memory) {}

  // From `offset` on, which is not before the last one's.
  void add(uint32_t offset, uint16_t rule) {
    if (count_ != 0 && memory_.offsets[count_ - 1] == offset) --count_;
    if (count_ != 0 ? memory_.rule_of[count_ - 1] == rule : rule == AJAR_RULE_NONE) return;
    if (count_ == memory_.row_capacity) {
      fits_ = false;
      return;
    }
    memory_.offsets[count_] = offset;
    memory_.rule_of[count_] = rule;
    ++count_;
  }

  [[nodiscard]] uint32_t count() const { return count_; }
  [[nodiscard]] bool fits() const { return fits_; }

 private:
  const TableMemory& memory_;
  uint32_t count_ = 0;
  bool fits_ = true;
};

class Builder {
 public:
  Builder(const CallFrameInfo& info, const CodeSpan& code, const TableMemory& memory)
      : info_(info), code_(code), memory_(memory), rules_(memory), rows_(memory) {}

  BuiltTable run() {
    Places places(info_, code_, memory_);
    places.collect();
    BuiltTable built;
    built.fde_count = places.found();
    built.unreadable = places.unreadable();
    const uint32_t count = places.count();
    const auto size = static_cast<uint32_t>(code_.end - code_.begin);
    for (uint32_t i = 0; i < count && rows_.fits(); ++i) {
      const uint32_t next = i + 1 < count ? memory_.fdes[i + 1].first : size;
      if (next == memory_.fdes[i].first) continue;
      if (!add_rows(memory_.fdes[i], next)) ++built.unreadable;
    }
    rows_.add(size, AJAR_RULE_NONE);
    built.rule_count = rules_.count();
    built.fits = rows_.fits() && places.found() == count;
    built.table = {rows_.count(), code_.begin, memory_.offsets, memory_.rule_of, memory_.rules};
    return built;
  }

 private:
  using Program = CfiProgram<WalkColumns>;

  // The CIE at which an FDE points, with the state after its instructions: most have that of the one before.
  bool use_cie(const CfiSection& section, const uint8_t* at) {
    if (at == cie_at_) return true;
    cie_ = {};
    cie_at_ = nullptr;
    if (!read_cie(section, at, cie_)) return false;
    Program program(cie_.encoding, section.bias, 0);
    if (!program.begin(cie_.program, cie_.program_end)) return false;
    initial_ = program.state();
    cie_at_ = at;
    return true;
  }

  // False where nothing, or not everything, could be made of the FDE.
  bool add_rows(const FdePlace& place, uint32_t next) {
    const CfiSection& section = info_.sections[place.section];
    const CfiEntry entry = read_entry(section, section.begin + place.at);
    Fde fde;
    const uint32_t last = place.size < next - place.first ? place.first + place.size : next;
    bool whole = use_cie(section, entry.cie) && read_fde(section, entry, cie_, fde);
    if (whole) {
      whole = add_program_rows(section, fde, last);
    } else {
      rows_.add(place.first, AJAR_RULE_NONE);
    }
    if (last < next) rows_.add(last, AJAR_RULE_NONE);
    return whole;
  }

  bool add_program_rows(const CfiSection& section, const Fde& fde, uint32_t last) {
    Program program(cie_.encoding, section.bias, fde.first);
    program.begin(initial_);
    CfiReader in(fde.program, fde.program_end, section.bias);
    for (;;) {
      const uint64_t begin = program.end() - code_.begin;
      if (begin >= last) return true;
      const Program::Row row = program.next(in);
      const bool known = row != Program::Row::unknown;
      rows_.add(static_cast<uint32_t>(begin),
                known ? rules_.number_of(rule_of(program.state(), cie_)) : uint16_t{AJAR_RULE_NONE});
      if (row != Program::Row::more) return known;
    }
  }

  const CallFrameInfo& info_;
  const CodeSpan& code_;
  const TableMemory& memory_;
  Rules rules_;
  Rows rows_;
  const uint8_t* cie_at_ = nullptr;
  Cie cie_;
  Program::State initial_;
};

}  // namespace

BuiltTable build_table(const CallFrameInfo& info, const CodeSpan& code, const TableMemory& memory) {
  return Builder(info, code, memory).run();
}

}  // namespace ajar::unwind
