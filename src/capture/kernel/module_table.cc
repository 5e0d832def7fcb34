#include "capture/kernel/module_table.h"

#include <algorithm>
#include <bit>
#include <span>
#include <unordered_map>
#include <utility>

#include "objfile/unpack_section.h"

namespace ajar::capture::kernel {
namespace {

using objfile::ElfFile;
using objfile::ElfSection;
using objfile::ElfSegment;
using unwind::CfiSection;

// Rows and FDEs are seldom closer together than so many bytes of a section; where they are, the table is made
// once more.
constexpr std::size_t kBytesPerRow = 8, kBytesPerFde = 32;

unwind::CodeSpan code_of(const ElfFile& file) {
  unwind::CodeSpan code{~std::uint64_t{0}, 0};
  for (const ElfSegment& segment : file.segments()) {
    if (segment.kind != ElfSegment::load || (segment.flags & ElfSegment::execute) == 0) continue;
    code.begin = std::min(code.begin, segment.address);
    code.end = std::max(code.end, segment.address + segment.memory_size);
  }
  return code;
}

// Rows in their order, of which those next to each other differ.
class Rows {
 public:
  void add(std::uint32_t offset, std::uint16_t rule) {
    if (!offsets.empty() && offsets.back() == offset) {
      offsets.pop_back();
      rule_of.pop_back();
    }
    if ((rule_of.empty() ? std::uint16_t{AJAR_RULE_NONE} : rule_of.back()) == rule) return;
    offsets.push_back(offset);
    rule_of.push_back(rule);
  }

  std::vector<std::uint32_t> offsets;
  std::vector<std::uint16_t> rule_of;
};

// Numbers of rules; of those that are not there yet, too.
class RuleNumbers {
 public:
  explicit RuleNumbers(std::vector<ajar_rule>& rules) : rules_(rules) {
    for (std::size_t i = 0; i < rules.size(); ++i)
      numbers_.emplace(std::bit_cast<std::uint64_t>(rules[i]), static_cast<std::uint16_t>(i));
  }

  std::uint16_t of(const ajar_rule& rule) {
    if (rules_.size() == AJAR_MOST_RULES) return AJAR_RULE_NONE;
    const auto [at, added] =
        numbers_.emplace(std::bit_cast<std::uint64_t>(rule), static_cast<std::uint16_t>(rules_.size()));
    if (added) rules_.push_back(rule);
    return at->second;
  }

 private:
  std::vector<ajar_rule>& rules_;
  std::unordered_map<std::uint64_t, std::uint16_t> numbers_;
};

}  // namespace

base::Result<ModuleTable> ModuleTable::make(const ElfFile& file) {
  auto table = of_frames(file);
  if (!table.ok() || !file.header().is_64) return table;
  const auto followed = FollowedRules::make(file, table.value().table());
  if (followed != nullptr) table.value().add(followed->rows());
  return table;
}

// Where there is no rule yet.
void ModuleTable::add(const std::vector<FollowedRules::Row>& followed) {
  if (followed.empty()) return;
  Rows rows;
  RuleNumbers numbers(rules_);
  auto next = followed.begin();
  for (std::size_t row = 0; row <= offsets_.size(); ++row) {
    const std::uint32_t begin = row == 0 ? 0 : offsets_[row - 1];
    const std::uint32_t end = row == offsets_.size() ? UINT32_MAX : offsets_[row];
    const std::uint16_t rule = row == 0 ? std::uint16_t{AJAR_RULE_NONE} : rule_of_[row - 1];
    rows.add(begin, rule);
    for (; next != followed.end() && next->begin < end; ++next) {
      if (rule != AJAR_RULE_NONE || next->begin < begin) continue;
      rows.add(next->begin, numbers.of(next->rule));
      rows.add(std::min(next->end, end), AJAR_RULE_NONE);
    }
  }
  offsets_ = std::move(rows.offsets);
  rule_of_ = std::move(rows.rule_of);
  rules_.shrink_to_fit();
}

base::Result<ModuleTable> ModuleTable::of_frames(const ElfFile& file) {
  const objfile::ElfMachine known =
      file.header().is_64 ? objfile::ElfMachine::x86_64 : objfile::ElfMachine::x86;
  if (file.header().machine != known)
    return base::Error("no rules are made for " + elf_machine_name(file.header().machine));
  const unwind::CodeSpan code = code_of(file);
  if (code.begin >= code.end || code.end - code.begin > UINT32_MAX)
    return base::Error("no code, or more than a table can say");
  ModuleTable table;
  table.add_section(file, ".eh_frame", CfiSection::Form::eh_frame);
  table.add_section(file, ".debug_frame", CfiSection::Form::debug_frame);
  const std::size_t bytes = table.section_bytes();
  if (!table.build(code, bytes / kBytesPerRow, bytes / kBytesPerFde))
    table.build(code, bytes / 2, table.fde_count_);
  return table;
}

void ModuleTable::add_section(const ElfFile& file, const char* name, CfiSection::Form form) {
  const ElfSection* const section = file.section(name);
  if (section == nullptr) return;
  std::span<const std::byte> bytes = file.contents(*section);
  if ((section->flags & ElfSection::compressed) != 0) {
    auto unpacked = objfile::unpack_section(file, *section);
    if (!unpacked.ok()) return;
    bytes = unpacked.value().bytes();
    unpacked_.push_back(std::move(unpacked).value());
  }
  if (bytes.empty()) return;
  sections_.push_back(CfiSection::of_file(form, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                          bytes.size(), section->address, !file.header().is_64));
}

std::size_t ModuleTable::section_bytes() const {
  std::size_t bytes = 0;
  for (const CfiSection& section : sections_) bytes += static_cast<std::size_t>(section.end - section.begin);
  return bytes;
}

bool ModuleTable::build(const unwind::CodeSpan& code, std::size_t most_rows, std::size_t most_fdes) {
  offsets_.resize(most_rows + 1);
  rule_of_.resize(most_rows + 1);
  rules_.resize(AJAR_MOST_RULES);
  std::vector<unwind::FdePlace> fdes(most_fdes + 1);
  std::vector<std::uint16_t> buckets(std::size_t{2} * AJAR_MOST_RULES);
  unwind::TableMemory memory;
  memory.offsets = offsets_.data();
  memory.rule_of = rule_of_.data();
  memory.rules = rules_.data();
  memory.fdes = fdes.data();
  memory.buckets = buckets.data();
  memory.row_capacity = static_cast<std::uint32_t>(offsets_.size());
  memory.rule_capacity = AJAR_MOST_RULES;
  memory.fde_capacity = static_cast<std::uint32_t>(fdes.size());
  memory.bucket_count = static_cast<std::uint32_t>(buckets.size());
  const unwind::BuiltTable built = unwind::build_table(frames(0), code, memory);
  base_ = built.table.base;
  fde_count_ = built.fde_count;
  unreadable_ = built.unreadable;
  offsets_.resize(built.table.row_count);
  rule_of_.resize(built.table.row_count);
  rules_.resize(built.rule_count);
  offsets_.shrink_to_fit();
  rule_of_.shrink_to_fit();
  rules_.shrink_to_fit();
  return built.fits;
}

ajar_unwind_table ModuleTable::table() const {
  return {static_cast<std::uint32_t>(offsets_.size()), base_, offsets_.data(), rule_of_.data(),
          rules_.data()};
}

std::size_t ModuleTable::bytes() const {
  return offsets_.size() * (sizeof(std::uint32_t) + sizeof(std::uint16_t)) +
         rules_.size() * sizeof(ajar_rule);
}

unwind::CallFrameInfo ModuleTable::frames(std::uint64_t load_bias) const {
  unwind::CallFrameInfo info;
  info.sections = sections_.data();
  info.section_count = static_cast<std::uint32_t>(sections_.size());
  info.load_bias = load_bias;
  return info;
}

}  // namespace ajar::capture::kernel
