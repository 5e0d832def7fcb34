#include "capture/kernel/followed_rules.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "objfile/go_table.h"

namespace ajar::capture::kernel {
namespace {

using objfile::ElfFile;
using objfile::ElfSection;
using objfile::ElfSymbol;
using unwind::FollowedCode;
using unwind::FollowedFunction;

// So much without rules is more than what stands between two functions, and than the start files have that
// are part of every program.
constexpr std::uint32_t kGap = 256;
constexpr std::size_t kMostCode = std::size_t{32} << 20U;
constexpr std::uint32_t kMostFrames = 8192;

// Nearly all code is in one section; what stands in others are stubs.
const ElfSection* largest_code(const ElfFile& file) {
  const ElfSection* largest = nullptr;
  for (const ElfSection& section : file.sections()) {
    if ((section.flags & ElfSection::executable) == 0 || file.contents(section).empty()) continue;
    if (largest == nullptr || section.size > largest->size) largest = &section;
  }
  return largest;
}

// Offsets from the table's base.
struct Extent {
  std::uint32_t begin = 0, end = 0;
};

// Calls `each` with every part of `code` that has a rule.
template <typename Each>
void for_known(const ajar_unwind_table& known, const Extent& code, Each each) {
  for (std::uint32_t i = 0; i < known.row_count; ++i) {
    if (known.rule_of[i] == AJAR_RULE_NONE) continue;
    const std::uint32_t first = std::max(known.offsets[i], code.begin);
    const std::uint32_t last = i + 1 < known.row_count ? std::min(known.offsets[i + 1], code.end) : code.end;
    if (first < last) each(Extent{first, last});
  }
}

bool has_gap(const ajar_unwind_table& known, const Extent& code) {
  bool has = false;
  std::uint32_t known_to = code.begin;
  for_known(known, code, [&](const Extent& part) {
    has = has || part.begin - known_to >= kGap;
    known_to = part.end;
  });
  return has || code.end - known_to >= kGap || known_to == code.begin;
}

bool is_known(const ajar_unwind_table& known, std::uint64_t offset) {
  return ajar_unwind_rule(&known, known.base + offset).cfa != AJAR_CFA_NONE;
}

// Parts of functions that a compiler has moved away have symbols of functions, but no caller.
bool is_part(std::string_view name) {
  return name.find(".cold") != std::string_view::npos;
}

void add_functions(const ElfFile& file, ElfFile::SymbolTable which, const ElfSection& section,
                   std::vector<FollowedFunction>& functions) {
  const objfile::ElfSymbols symbols = file.symbols(which);
  for (const ElfSymbol& symbol : symbols.rows) {
    const std::uint64_t offset = symbol.address - section.address;
    if (symbol.kind == ElfSymbol::Kind::untyped || offset >= section.size || is_part(symbols.name(symbol)))
      continue;
    const std::uint64_t size = symbol.size <= section.size - offset ? symbol.size : 0;
    functions.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size), false});
  }
}

void sort(std::vector<FollowedFunction>& functions) {
  std::ranges::sort(functions, [](const FollowedFunction& a, const FollowedFunction& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.size > b.size;
  });
  const auto again = std::ranges::unique(functions, {}, &FollowedFunction::begin);
  functions.erase(again.begin(), again.end());
}

}  // namespace

// What is needed only while code is followed.
struct FollowedRules::Memory {
  explicit Memory(std::uint32_t size)
      : call_capacity(size / 4 + 16),
        queue(std::make_unique_for_overwrite<std::uint32_t[]>(size)),
        calls(std::make_unique_for_overwrite<unwind::FollowedCall[]>(call_capacity)),
        buckets(std::size_t{2} * kMostFrames) {}

  std::uint32_t call_capacity;
  std::unique_ptr<std::uint32_t[]> queue;
  std::unique_ptr<unwind::FollowedCall[]> calls;
  std::vector<std::uint16_t> buckets;
};

std::unique_ptr<FollowedRules> FollowedRules::make(const ElfFile& file, const ajar_unwind_table& known) {
  const ElfSection* const section = largest_code(file);
  if (section == nullptr || section->address < known.base || objfile::go_table_section(file) != nullptr)
    return nullptr;
  const std::span<const std::byte> bytes = file.contents(*section);
  const std::uint64_t shift = section->address - known.base;
  if (bytes.size() > kMostCode || shift + bytes.size() > UINT32_MAX) return nullptr;
  const Extent code{static_cast<std::uint32_t>(shift), static_cast<std::uint32_t>(shift + bytes.size())};
  const std::uint64_t entry = file.header().entry - section->address;
  // Of a library without one, linkers say that its code begins there.
  const bool has_entry = entry != 0 || file.linkage() != objfile::ElfLinkage::shared_library;
  const bool follows_entry = has_entry && entry < bytes.size() && !is_known(known, shift + entry);
  if (!follows_entry && !has_gap(known, code)) return nullptr;

  std::unique_ptr<FollowedRules> rules(new FollowedRules);
  for (const auto which : {ElfFile::SymbolTable::full, ElfFile::SymbolTable::dynamic})
    add_functions(file, which, *section, rules->functions_);
  std::erase_if(rules->functions_,
                [&](const FollowedFunction& function) { return is_known(known, shift + function.begin); });
  if (rules->functions_.empty() && !follows_entry) return nullptr;
  sort(rules->functions_);
  rules->shift_ = code.begin;
  rules->cells_.resize(bytes.size());
  for_known(known, code, [&](const Extent& part) {
    const auto cells = rules->cells_.begin();
    std::fill(cells + (part.begin - code.begin), cells + (part.end - code.begin), FollowedCode::kNotFollowed);
  });
  rules->follow(bytes, follows_entry ? static_cast<std::uint32_t>(entry) : UINT32_MAX);
  return rules;
}

void FollowedRules::follow(std::span<const std::byte> bytes, std::uint32_t entry) {
  size_ = static_cast<std::uint32_t>(bytes.size());
  marks_.resize(size_);
  frames_.resize(kMostFrames);
  Memory memory(size_);
  unwind::CodeToFollow code;
  code.bytes = reinterpret_cast<const std::uint8_t*>(bytes.data());
  code.size = size_;
  code.functions = functions_.data();
  code.function_count = static_cast<std::uint32_t>(functions_.size());
  code.entry = entry;
  unwind::FollowMemory places;
  places.cells = cells_.data();
  places.marks = marks_.data();
  places.queue = memory.queue.get();
  places.calls = memory.calls.get();
  places.frames = frames_.data();
  places.buckets = memory.buckets.data();
  places.call_capacity = memory.call_capacity;
  places.frame_capacity = kMostFrames;
  places.bucket_count = static_cast<std::uint32_t>(memory.buckets.size());
  code_ = std::make_unique<FollowedCode>(code, places);
  code_->run();
}

const unwind::FollowedFrame* FollowedRules::frame_at(std::uint32_t offset) const {
  const std::uint32_t at = offset - shift_;
  return at < size_ ? code_->frame_at(at) : nullptr;
}

std::uint8_t FollowedRules::length_at(std::uint32_t offset) const {
  const std::uint32_t at = offset - shift_;
  return at < size_ ? code_->length_at(at) : 0;
}

std::vector<FollowedRules::Row> FollowedRules::rows() const {
  std::vector<Row> rows;
  Row row;
  for (std::uint32_t at = 0; code_->next_row(at, row); at = row.begin + 1) {
    row.begin += shift_;
    row.end += shift_;
    if (!rows.empty()) rows.back().end = std::min(rows.back().end, row.begin);
    rows.push_back(row);
    row.begin -= shift_;
  }
  return rows;
}

}  // namespace ajar::capture::kernel
