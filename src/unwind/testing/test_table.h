#pragma once

#include <cstdint>
#include <vector>

#include "unwind/table_builder.h"

namespace ajar::unwind::testing {

// A table with memory of its own.
struct TestTable {
  TestTable(const CallFrameInfo& info, const CodeSpan& code, std::uint32_t most_rows = 256,
            std::uint32_t most_fdes = 64, std::uint32_t most_rules = 64)
      : offsets(most_rows), rule_of(most_rows), rules(most_rules), fdes(most_fdes) {
    while (buckets.size() <= most_rules) buckets.resize(buckets.size() * 2);
    TableMemory memory;
    memory.offsets = offsets.data();
    memory.rule_of = rule_of.data();
    memory.rules = rules.data();
    memory.fdes = fdes.data();
    memory.buckets = buckets.data();
    memory.row_capacity = most_rows;
    memory.rule_capacity = most_rules;
    memory.fde_capacity = most_fdes;
    memory.bucket_count = static_cast<std::uint32_t>(buckets.size());
    built = build_table(info, code, memory);
  }
  TestTable(const TestTable&) = delete;
  TestTable& operator=(const TestTable&) = delete;
  ~TestTable() = default;

  [[nodiscard]] ajar_rule at(std::uint64_t address) const { return ajar_unwind_rule(&built.table, address); }

  std::vector<std::uint32_t> offsets;
  std::vector<std::uint16_t> rule_of;
  std::vector<ajar_rule> rules;
  std::vector<FdePlace> fdes;
  std::vector<std::uint16_t> buckets = std::vector<std::uint16_t>(64);
  BuiltTable built;
};

inline CallFrameInfo info_of(const std::vector<CfiSection>& sections) {
  CallFrameInfo info;
  info.sections = sections.data();
  info.section_count = static_cast<std::uint32_t>(sections.size());
  return info;
}

}  // namespace ajar::unwind::testing
