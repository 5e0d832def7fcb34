#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "unwind/full_step.h"
#include "unwind/testing/test_table.h"

namespace {

using namespace ajar::unwind;
using testing::info_of, testing::TestTable;

constexpr CodeSpan kCode{0x1000, 0x9000};

// A step from some of the code, on a stack of its own.
void step_from(const CallFrameInfo& info, std::uint64_t pc) {
  std::uint64_t stack[16];
  for (std::uint64_t& word : stack) word = reinterpret_cast<std::uint64_t>(&word);
  FullRegisters registers;
  for (std::uint64_t number = 0; number < kRegisters; ++number) registers.set(number, stack[number % 8]);
  registers.set(kReturn, pc);
  StackMemory memory{stack[0], stack[0] + sizeof(stack), nullptr};
  full_step(info, registers, memory);
}

unsigned count_fdes(const std::vector<CfiSection>& sections) {
  unsigned count = 0;
  for (const CfiSection& section : sections) {
    for (FdeScan scan(section); scan.next();) ++count;
  }
  return count;
}

}  // namespace

// The first byte says what the section is: .eh_frame, .debug_frame, or one of each, of 64 bits or of 32; the
// rest is its contents. Where there is one function and room for it, the table says what a search does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::vector<std::uint8_t> bytes(data + 1, data + size);
  const bool is_32 = (*data & 64U) != 0;
  std::vector<CfiSection> sections;
  const auto add = [&](CfiSection::Form form, std::uint64_t address) {
    sections.push_back(CfiSection::of_file(form, bytes.data(), bytes.size(), address, is_32));
  };
  if (*data % 3 != 1) add(CfiSection::Form::eh_frame, 0x10000);
  if (*data % 3 != 0) add(CfiSection::Form::debug_frame, 0);
  const CallFrameInfo info = info_of(sections);
  const bool is_one = count_fdes(sections) == 1;
  const bool is_roomy = *data < 128;
  const auto size_of_all = static_cast<std::uint32_t>(bytes.size());
  const TestTable table(info, kCode, is_roomy ? size_of_all + 8 : 5, is_roomy ? size_of_all / 8 + 1 : 2, 16);
  for (std::uint32_t row = 0; row < table.built.table.row_count; ++row) {
    const std::uint64_t address = kCode.begin + table.offsets[row];
    if (row != 0 && table.offsets[row - 1] >= table.offsets[row]) std::abort();
    const ajar_rule ours = table.at(address);
    const ajar_rule theirs = find_rule(info, address);
    const bool no_room = ours.cfa == AJAR_CFA_EXOTIC && ours.bp == AJAR_EXOTIC_NO_ROOM;
    const bool comparable = is_one && table.built.fits && address < kCode.end && !no_room;
    if (comparable && (ours.cfa != theirs.cfa || ours.offset != theirs.offset)) std::abort();
    if (row < 32) step_from(info, address);
  }
  return 0;
}
