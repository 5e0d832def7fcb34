#include "objfile/pe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <ranges>
#include <string>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"

#ifndef AJAR_TEST_DLL
#define AJAR_TEST_DLL ""
#endif

namespace ajar::objfile {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// A DLL that the build made.
class RealDll : public testing::Test {
 protected:
  void SetUp() override {
    if (std::string(AJAR_TEST_DLL).empty()) GTEST_SKIP() << "no x86_64-w64-mingw32-g++ to make a DLL with";
    image_ = read_file(AJAR_TEST_DLL);
    ASSERT_FALSE(image_.empty()) << AJAR_TEST_DLL;
  }

  PeFile parsed() const { return PeFile::parse(bytes_of(image_)).value(); }

  static const PeSymbol* find(const std::vector<PeSymbol>& rows, std::string_view name) {
    const auto row = std::ranges::find(rows, name, &PeSymbol::name);
    return row == rows.end() ? nullptr : &*row;
  }

  std::string image_;
};

TEST_F(RealDll, its_header_says_what_it_is) {
  const PeFile pe = parsed();
  EXPECT_TRUE(pe.header().is_64);
  EXPECT_EQ(pe.header().machine, PeMachine::x86_64);
  EXPECT_NE(pe.header().image_base, 0U);
  EXPECT_GT(pe.header().size_of_image, 0x1000U);
}

TEST_F(RealDll, sections_with_long_names_have_them) {
  const PeFile pe = parsed();
  EXPECT_NE(std::ranges::find(pe.sections(), ".debug_info", &PeSection::name), pe.sections().end());
  EXPECT_NE(std::ranges::find(pe.sections(), ".text", &PeSection::name), pe.sections().end());
}

TEST_F(RealDll, what_it_exports_has_a_name_an_address_and_a_size) {
  const PeFile pe = parsed();
  const auto exports = pe.exports();
  ASSERT_EQ(exports.size(), 1U);
  EXPECT_EQ(exports[0].name, "ReadSettings");
  EXPECT_GT(exports[0].size, 4U);
  EXPECT_NE(pe.code_section(exports[0].address), nullptr);
}

TEST_F(RealDll, its_symbol_table_has_what_is_not_exported_too) {
  const auto symbols = parsed().symbols();
  const PeSymbol* const local = find(symbols, "_ZN8settings12_GLOBAL__N_18open_oneEi");
  ASSERT_NE(local, nullptr);
  EXPECT_TRUE(local->local);
  const PeSymbol* const exported = find(symbols, "ReadSettings");
  ASSERT_NE(exported, nullptr);
  EXPECT_EQ(exported->address, parsed().exports()[0].address);
  EXPECT_TRUE(std::ranges::is_sorted(symbols, {}, &PeSymbol::address));
}

TEST_F(RealDll, a_build_id_is_its_identity) {
  const auto pdb = parsed().pdb();
  ASSERT_TRUE(pdb.has_value());
  EXPECT_EQ(pdb->age, 1U);
  const std::string identity = parsed().identity();
  EXPECT_EQ(identity.size(), 33U);
  EXPECT_EQ(identity.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(RealDll, its_debug_information_names_inlined_code_with_lines) {
  const PeFile pe = parsed();
  const DebugSections sections(pe);
  ASSERT_FALSE(sections.sections().empty());
  dwarf::Reader reader(sections.sections());
  const PeSymbol function = pe.exports()[0];
  std::vector<std::uint64_t> addresses;
  for (std::uint32_t i = 0; i < function.size; ++i)
    addresses.push_back(pe.header().image_base + function.address + i);
  bool seen = false;
  reader.find(addresses, [&](std::size_t, const dwarf::Chain& chain) {
    EXPECT_EQ(chain.back().function, "ReadSettings");
    EXPECT_THAT(chain.back().file, EndsWith("settings_dll.cc"));
    if (chain.size() != 2) return;
    seen = true;
    EXPECT_THAT(chain[0].function, HasSubstr("open_twice"));
    EXPECT_TRUE(chain[0].inlined);
    EXPECT_EQ(chain[0].line, 15U);
    EXPECT_EQ(chain[1].line, 21U);
  });
  EXPECT_TRUE(seen);
}

TEST_F(RealDll, cut_anywhere_it_is_an_error_or_has_less) {
  for (std::size_t size = 0; size < image_.size(); size += size < 0x400 ? 1 : 997) {
    const auto pe = PeFile::parse(bytes_of(image_).first(size));
    if (!pe.ok()) continue;
    EXPECT_LE(pe.value().symbols().size(), parsed().symbols().size());
    EXPECT_LE(pe.value().exports().size(), 1U);
    static_cast<void>(pe.value().identity());
  }
}

TEST(PeFile, other_files_are_refused_in_words) {
  EXPECT_FALSE(PeFile::is_pe(bytes_of("")));
  EXPECT_EQ(PeFile::parse(bytes_of("\177ELF")).error().message(), "not a Windows program or library");
  std::string dos = "MZ";
  dos.resize(0x100);
  EXPECT_EQ(PeFile::parse(bytes_of(dos)).error().message(), "a DOS program, not one of Windows");
  dos[0x3c] = 0x40;
  dos.replace(0x40, 4, std::string("PE\0\0", 4));
  EXPECT_THAT(PeFile::parse(bytes_of(dos)).error().message(), HasSubstr("damaged or cut off"));
}

// A library of Wine's, where that is installed.
TEST(PeFile, a_system_library_exports_what_everybody_calls) {
  const std::string image = read_file("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/ntdll.dll");
  if (image.empty()) GTEST_SKIP() << "Wine's ntdll.dll is not installed";
  const auto exports = PeFile::parse(bytes_of(image)).value().exports();
  const auto row = std::ranges::find(exports, "NtOpenKeyEx", &PeSymbol::name);
  ASSERT_NE(row, exports.end());
  EXPECT_GT(exports.size(), 1000U);
}

}  // namespace
}  // namespace ajar::objfile
