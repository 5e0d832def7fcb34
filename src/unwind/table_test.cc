#include "unwind/table.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "unwind/cfi.h"
#include "unwind/testing/cfi_bytes.h"
#include "unwind/testing/test_table.h"

namespace ajar::unwind::testing {
namespace {

using Form = CfiSection::Form;

constexpr CodeSpan kCode{0x1000, 0x9000};

// At the functions of the tests: CFA = rsp + 8, from 4 bytes on rsp + 32.
const Bytes kGrows = {0x44, 0x0e, 32};

void expect_rule(const ajar_rule& rule, ajar_cfa cfa, int offset, const std::string& what = {}) {
  EXPECT_EQ(rule.cfa, cfa) << what;
  EXPECT_EQ(rule.offset, offset) << what;
}

// The table and the search say so of [first, first + 16) with kGrows.
void expect_function_at(const CfiBytes& cfi, std::uint64_t first, const std::string& what = {}) {
  const std::vector<CfiSection> sections = {cfi.section()};
  const TestTable table(info_of(sections), kCode);
  EXPECT_TRUE(table.built.fits) << what;
  EXPECT_EQ(table.built.fde_count, 1U) << what;
  const auto both = [&](std::uint64_t address, ajar_cfa cfa, int offset) {
    expect_rule(table.at(address), cfa, offset, what);
    expect_rule(find_rule(info_of(sections), address), cfa, offset, what);
  };
  both(first - 1, AJAR_CFA_NONE, 0);
  both(first, AJAR_CFA_SP, 8);
  both(first + 3, AJAR_CFA_SP, 8);
  both(first + 4, AJAR_CFA_SP, 32);
  both(first + 15, AJAR_CFA_SP, 32);
  both(first + 16, AJAR_CFA_NONE, 0);
}

TEST(UnwindTable, HasTheRowsOfAnEhFrameWithoutHeader) {
  CfiBytes cfi(Form::eh_frame);
  cfi.fde(cfi.cie({}), 0x2000, 16, kGrows);
  expect_function_at(cfi, 0x2000);
}

// i386: words of 4 bytes, esp is 4, ebp 5, the return address 8.
TEST(UnwindTable, HasTheRulesOf32BitCode) {
  for (const Form form : {Form::eh_frame, Form::debug_frame}) {
    CfiBytes cfi(form);
    const std::string augmentation = form == Form::eh_frame ? "zR" : "";
    const std::size_t cie = cfi.cie(
        {.augmentation = augmentation, .program = kUsualStart32, .data_align = 0x7c, .return_column = 8});
    // push %ebp; mov %esp, %ebp; then main()'s, which realigns its stack: CFA = *(ebp - 4), ebp at *ebp.
    const Bytes program = {0x41, 0x0e, 8,    0x85, 2,    0x42, 0x0d, 5,    0x44, 0x0f,
                           3,    0x75, 0x7c, 0x06, 0x10, 5,    2,    0x75, 0};
    cfi.fde<std::uint32_t>(cie, 0x2000, 16, program);
    const std::vector<CfiSection> sections = {cfi.section(true)};
    const TestTable table(info_of(sections), kCode);
    EXPECT_EQ(table.built.unreadable, 0U);
    const auto expect = [&](std::uint64_t address, ajar_cfa cfa, int offset, ajar_bp bp, int bp_offset) {
      const ajar_rule rule = table.at(address);
      expect_rule(rule, cfa, offset);
      EXPECT_EQ(rule.bp, bp) << address;
      EXPECT_EQ(rule.bp_offset, bp_offset) << address;
    };
    expect(0x2000, AJAR_CFA_SP, 4, AJAR_BP_SAME, 0);
    expect(0x2001, AJAR_CFA_SP, 8, AJAR_BP_AT_CFA, -8);
    expect(0x2003, AJAR_CFA_BP, 8, AJAR_BP_AT_CFA, -8);
    expect(0x2007, AJAR_CFA_BP_DEREF, -4, AJAR_BP_AT_BP, 0);
    expect(0x2010, AJAR_CFA_NONE, 0, AJAR_BP_SAME, 0);
  }
}

TEST(UnwindTable, ReadsLengthsOf64Bits) {
  for (const Form form : {Form::eh_frame, Form::debug_frame}) {
    CfiBytes cfi(form, 0x10000, true);
    const std::size_t cie = cfi.cie({.augmentation = form == Form::eh_frame ? "zR" : ""});
    cfi.fde(cie, 0x2000, 16, kGrows);
    expect_function_at(cfi, 0x2000);
  }
}

TEST(UnwindTable, ReadsEveryEncodingOfPointers) {
  constexpr std::uint64_t kFirst = 0x2000;
  for (const std::uint8_t application : Bytes{0x00, 0x10, 0x30, 0x50}) {
    for (const std::uint8_t format : Bytes{0x00, 0x01, 0x02, 0x03, 0x04, 0x09, 0x0a, 0x0b, 0x0c}) {
      if (application == 0x50 && format != 0) continue;
      CfiBytes cfi(Form::eh_frame, 0x1800);
      const std::size_t cie = cfi.cie({.pointer_encoding = static_cast<std::uint8_t>(format | application)});
      const std::uint64_t at = cfi.next_body();
      std::uint64_t value = kFirst - (application == 0x10 ? at : 0);
      Bytes body;
      if (application == 0x50) body.resize((0 - at) & 7U);
      const auto put = [&](std::uint64_t number) {
        switch (format & 7U) {
          case 0x01:
            append(body, uleb(number));  // a small one: bit 6 is clear
            break;
          case 0x02:
            append(body, static_cast<std::uint16_t>(number));
            break;
          case 0x03:
            append(body, static_cast<std::uint32_t>(number));
            break;
          default:
            append(body, number);
        }
      };
      if (format == 0x09) {
        append(body,
               Bytes{static_cast<std::uint8_t>(value | 0x80U), static_cast<std::uint8_t>(value >> 7U | 0x80U),
                     static_cast<std::uint8_t>(value >> 14U & 0x7fU)});
      } else {
        put(value);
      }
      if (format == 0x09) {
        body.push_back(16);
      } else {
        put(16);
      }
      body.push_back(0);
      append(body, kGrows);
      cfi.fde(cie, body);
      expect_function_at(cfi, kFirst, "encoding " + std::to_string(format | application));
    }
  }
}

TEST(UnwindTable, PassesOverWhatAnAugmentationHasBesides) {
  CfiBytes cfi(Form::eh_frame);
  // A personality routine, indirect and relative to itself, in 4 bytes; the encodings of the LSDA and of
  // code.
  const std::size_t cie =
      cfi.cie({.augmentation = "zPLR", .augmentation_data = {0x9b, 1, 2, 3, 4, 0x1b, 0x00}});
  Bytes body;
  append(body, std::uint64_t{0x2000});
  append(body, std::uint64_t{16});
  append(body, Bytes{4, 9, 9, 9, 9});  // the LSDA
  append(body, kGrows);
  cfi.fde(cie, body);
  expect_function_at(cfi, 0x2000);
}

TEST(UnwindTable, ReadsDebugFrameOfAllVersions) {
  for (const std::uint8_t version : Bytes{1, 3, 4}) {
    CfiBytes cfi(Form::debug_frame);
    cfi.fde(cfi.cie({.version = version, .augmentation = ""}), 0x2000, 16, kGrows);
    expect_function_at(cfi, 0x2000, "version " + std::to_string(version));
  }
}

TEST(UnwindTable, ReadsDebugFrameWithAddressesOf4Bytes) {
  CfiBytes cfi(Form::debug_frame);
  const std::size_t cie = cfi.cie({.version = 4, .augmentation = "", .address_size = 4});
  Bytes body;
  append(body, std::uint32_t{0x2000});
  append(body, std::uint32_t{16});
  append(body, kGrows);
  cfi.fde(cie, body);
  expect_function_at(cfi, 0x2000);
}

TEST(UnwindTable, GoesOnAfterAnEntryOfLengthZeroAndAnUnreadableOne) {
  CfiBytes cfi(Form::eh_frame);
  append(cfi.bytes, std::uint32_t{0});
  cfi.fde(cfi.cie({.augmentation = "zQ"}), 0x3000, 16, kGrows);  // nobody knows what Q has
  append(cfi.bytes, std::uint32_t{0});
  cfi.fde(cfi.cie({}), 0x2000, 16, kGrows);
  expect_function_at(cfi, 0x2000);
}

TEST(UnwindTable, TakesDebugFrameOnlyWhereEhFrameHasNothing) {
  CfiBytes eh(Form::eh_frame);
  eh.fde(eh.cie({}), 0x3000, 16, {});
  eh.fde(0, 0x2000, 16, {});
  CfiBytes debug(Form::debug_frame);
  const std::size_t cie = debug.cie({.version = 3, .augmentation = "", .program = {0x0c, 7, 64, 0x90, 1}});
  debug.fde(cie, 0x2000, 16, {});
  debug.fde(cie, 0x2800, 16, {});
  debug.fde(cie, 0x0, 16, {});  // a function that the linker took out
  const std::vector<CfiSection> sections = {eh.section(), debug.section()};
  const TestTable table(info_of(sections), kCode);
  expect_rule(table.at(0x2000), AJAR_CFA_SP, 8);
  expect_rule(table.at(0x2800), AJAR_CFA_SP, 64);
  expect_rule(table.at(0x3000), AJAR_CFA_SP, 8);
  expect_rule(table.at(0x1000), AJAR_CFA_NONE, 0);
  EXPECT_EQ(table.built.fde_count, 3U);
}

TEST(UnwindTable, HasFdesInOrderHoweverTheyStand) {
  CfiBytes cfi(Form::eh_frame);
  const std::size_t cie = cfi.cie({});
  std::vector<std::uint64_t> firsts;
  for (std::uint64_t i = 0; i < 200; ++i) firsts.push_back(0x1000 + i * 0x20);
  std::mt19937 random(5);  // NOLINT: the same every time
  std::shuffle(firsts.begin(), firsts.end(), random);
  for (const std::uint64_t first : firsts)
    cfi.fde(cie, first, 16, {0x44, 0x0e, static_cast<std::uint8_t>(16 + first / 0x20 % 64)});
  const std::vector<CfiSection> sections = {cfi.section()};
  const TestTable table(info_of(sections), kCode, 2000, 500, 500);
  ASSERT_TRUE(table.built.fits);
  for (std::uint64_t address = 0x1000; address < 0x1000 + 200 * 0x20; ++address) {
    const ajar_rule rule = find_rule(info_of(sections), address);
    expect_rule(table.at(address), static_cast<ajar_cfa>(rule.cfa), rule.offset);
  }
  for (std::uint32_t i = 1; i < table.built.table.row_count; ++i)
    ASSERT_LT(table.offsets[i - 1], table.offsets[i]);
}

TEST(UnwindTable, JoinsRowsThatOnlyOtherRegistersTellApart) {
  CfiBytes cfi(Form::eh_frame);
  cfi.fde(cfi.cie({}), 0x2000, 64, {0x44, 0x83, 2, 0x44, 0x8c, 3, 0x44, 0xc3, 0x44, 0x0e, 16});
  const std::vector<CfiSection> sections = {cfi.section()};
  const TestTable table(info_of(sections), kCode);
  EXPECT_EQ(table.built.table.row_count, 3U) << "CFA + 8, CFA + 16, nothing";
  EXPECT_EQ(table.built.rule_count, 4U) << "the two that every table has, and two";
}

TEST(UnwindTable, GoesToAnAddressThatIsNamed) {
  CfiBytes cfi(Form::eh_frame);
  Bytes program = {0x01};
  append(program, std::uint64_t{0x2004});
  append(program, Bytes{0x0e, 32});
  cfi.fde(cfi.cie({}), 0x2000, 16, program);
  expect_function_at(cfi, 0x2000);
}

TEST(UnwindTable, SaysNothingFromAnInstructionOnThatIsNotKnown) {
  for (const Bytes& odd : {Bytes{0x3f}, Bytes{0x0b}, Bytes{0x0e}, Bytes{0x01, 0, 0, 0, 0, 0, 0, 0, 0}}) {
    CfiBytes cfi(Form::eh_frame);
    Bytes program = {0x44};
    append(program, odd);
    cfi.fde(cfi.cie({}), 0x2000, 16, program);
    const std::vector<CfiSection> sections = {cfi.section()};
    const TestTable table(info_of(sections), kCode);
    expect_rule(table.at(0x2003), AJAR_CFA_SP, 8);
    expect_rule(table.at(0x2004), AJAR_CFA_NONE, 0);
    expect_rule(find_rule(info_of(sections), 0x2004), AJAR_CFA_NONE, 0);
    EXPECT_EQ(table.built.unreadable, 1U);
  }
}

struct OddProgram {
  const char* name;
  ajar_exotic why;
  Bytes program;
};

TEST(UnwindTable, MarksWhatARuleCannotSayAndWhy) {
  const OddProgram odd[] = {
      {"CFA in rbx", AJAR_EXOTIC_CFA_REGISTER, {0x0d, 3}},
      {"CFA by an expression", AJAR_EXOTIC_CFA_EXPRESSION, {0x0f, 3, 0x77, 8, 0x20}},
      {"return address elsewhere", AJAR_EXOTIC_RETURN_ADDRESS, {0x90, 2}},
      {"return address in a register", AJAR_EXOTIC_RETURN_ADDRESS, {0x09, 16, 12}},
      {"rbp in a register", AJAR_EXOTIC_BP, {0x09, 6, 12}},
      {"rbp an offset", AJAR_EXOTIC_BP, {0x14, 6, 2}},
      {"rbp at an expression", AJAR_EXOTIC_BP, {0x10, 6, 2, 0x77, 0}},
      {"rsp in a register", AJAR_EXOTIC_SP, {0x09, 7, 12}},
      {"far", AJAR_EXOTIC_FAR, {0x0e, 0x80, 0x80, 0x80, 0x80, 0x80, 1}},
  };
  for (const OddProgram& each : odd) {
    CfiBytes cfi(Form::eh_frame);
    cfi.fde(cfi.cie({}), 0x2000, 16, each.program);
    const std::vector<CfiSection> sections = {cfi.section()};
    const TestTable table(info_of(sections), kCode);
    EXPECT_EQ(table.at(0x2000).cfa, AJAR_CFA_EXOTIC) << each.name;
    EXPECT_EQ(table.at(0x2000).bp, each.why) << each.name;
  }
}

TEST(UnwindTable, MarksRulesForWhichThereIsNoRoom) {
  CfiBytes cfi(Form::eh_frame);
  const std::size_t cie = cfi.cie({});
  for (std::uint8_t i = 0; i < 20; ++i) cfi.fde(cie, 0x2000 + 0x20U * i, 16, {0x0e, i});
  const std::vector<CfiSection> sections = {cfi.section()};
  const TestTable table(info_of(sections), kCode, 256, 64, 10);
  expect_rule(table.at(0x2000 + 0x20 * 7), AJAR_CFA_SP, 7);
  EXPECT_EQ(table.at(0x2000 + 0x20 * 8).cfa, AJAR_CFA_EXOTIC);
  EXPECT_EQ(table.at(0x2000 + 0x20 * 8).bp, AJAR_EXOTIC_NO_ROOM);
  EXPECT_TRUE(table.built.fits);
}

TEST(UnwindTable, SaysWhenItsMemoryIsTooSmall) {
  CfiBytes cfi(Form::eh_frame);
  const std::size_t cie = cfi.cie({});
  for (std::uint8_t i = 0; i < 20; ++i) cfi.fde(cie, 0x2000 + 0x20U * i, 16, {0x0e, i});
  const std::vector<CfiSection> sections = {cfi.section()};
  EXPECT_FALSE(TestTable(info_of(sections), kCode, 256, 19).built.fits);
  EXPECT_EQ(TestTable(info_of(sections), kCode, 256, 19).built.fde_count, 20U);
  EXPECT_FALSE(TestTable(info_of(sections), kCode, 39, 64).built.fits);
  EXPECT_TRUE(TestTable(info_of(sections), kCode, 40, 20).built.fits);
}

TEST(UnwindTable, IsFoundInByAChunkAsByTheWhole) {
  const auto chunk = std::make_unique<ajar_unwind_chunk>();
  const auto rules = std::make_unique<ajar_unwind_rules>();
  for (std::uint32_t i = 0; i < 100; ++i) rules->at[i].offset = static_cast<std::int32_t>(i);
  for (const std::uint32_t count : {0U, 1U, 2U, 3U, 1000U, std::uint32_t{AJAR_CHUNK_ROWS}}) {
    chunk->row_count = count;
    for (std::uint32_t i = 0; i < count; ++i) {
      chunk->offsets[i] = 10 + 3 * i;
      chunk->rule_of[i] = static_cast<std::uint16_t>(1 + i % 99);
    }
    const ajar_unwind_table table{count, 0x400, chunk->offsets, chunk->rule_of, rules->at};
    for (std::uint32_t offset = 0; offset < 3 * count + 20; ++offset) {
      const int wanted =
          offset < 10 || count == 0 ? 0 : static_cast<int>(1 + std::min((offset - 10) / 3, count - 1) % 99);
      ASSERT_EQ(ajar_unwind_chunk_rule(chunk.get(), rules.get(), offset).offset, wanted);
      ASSERT_EQ(ajar_unwind_rule(&table, 0x400 + offset).offset, wanted);
    }
    EXPECT_EQ(ajar_unwind_rule(&table, 0x3ff).offset, 0) << "before the code";
  }
  chunk->row_count = ~0U;
  EXPECT_EQ(ajar_unwind_chunk_rule(chunk.get(), rules.get(), ~0U).offset, 1 + (AJAR_CHUNK_ROWS - 1) % 99)
      << "reads no more than there can be";
}

// Whatever the bytes are: it ends, reads nothing else (the sanitizers' builds see to that), and rows ascend.
TEST(UnwindTable, IsMadeOfDamagedBytesWithoutHarm) {
  std::mt19937 random(11);  // NOLINT: the same every time
  for (const Form form : {Form::eh_frame, Form::debug_frame}) {
    CfiBytes cfi(form);
    const std::size_t cie = cfi.cie({.augmentation = form == Form::eh_frame ? "zR" : ""});
    for (std::uint64_t i = 0; i < 8; ++i)
      cfi.fde(cie, 0x2000 + i * 32, 24, {0x44, 0x0e, 32, 0x0a, 0x44, 0x0f, 3, 0x77, 8, 6, 0x44, 0x0b});
    for (int round = 0; round < 20'000; ++round) {
      Bytes damaged(cfi.bytes.begin(),
                    cfi.bytes.end() - static_cast<std::ptrdiff_t>(random() % cfi.bytes.size()));
      for (unsigned n = random() % 4; n > 0 && !damaged.empty(); --n)
        damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
      const std::vector<CfiSection> sections = {
          CfiSection::of_file(form, damaged.data(), damaged.size(), 0x10000)};
      const TestTable table(info_of(sections), kCode, 40, 6, 12);
      for (std::uint32_t i = 1; i < table.built.table.row_count; ++i)
        ASSERT_LT(table.offsets[i - 1], table.offsets[i]);
      find_rule(info_of(sections), 0x2000 + random() % 256);
    }
  }
}

}  // namespace
}  // namespace ajar::unwind::testing
