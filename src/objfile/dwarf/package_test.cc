#include "objfile/dwarf/package.h"

#include <gtest/gtest.h>

#include <string>

#include "objfile/dwarf/testing/fake_dwarf.h"

namespace ajar::objfile::dwarf {
namespace {

// Two units in four slots; columns info, abbrev and str_offsets.
std::string index_of(unsigned version) {
  std::string out;
  for (const std::uint64_t number :
       {std::uint64_t{version}, std::uint64_t{3}, std::uint64_t{2}, std::uint64_t{4}}) {
    put(out, number, 4);
  }
  const std::uint64_t second = 0x0000'0001'0000'0002;  // meets the first one's slot, and goes on by 1
  for (const std::uint64_t id : {0ULL, 0ULL, 2ULL, 0ULL + second}) put(out, id, 8);
  for (const std::uint64_t row : {0U, 0U, 1U, 2U}) put(out, row, 4);
  for (const std::uint64_t column : {1U, 3U, 6U}) put(out, column, 4);
  for (const std::uint64_t offset : {0U, 0U, 0U, 100U, 50U, 20U}) put(out, offset, 4);
  for (const std::uint64_t size : {100U, 50U, 20U, 100U, 50U, 20U}) put(out, size, 4);
  return out;
}

TEST(DwarfPackage, finds_the_parts_of_a_unit_by_its_id) {
  for (const unsigned version : {2U, 5U}) {
    const std::string index = index_of(version);
    Sections package;
    package.cu_index = bytes_of(index);
    ASSERT_TRUE(find_in_package(package, 2).has_value());
    const auto second = find_in_package(package, 0x0000'0001'0000'0002);
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->info, 100U);
    EXPECT_EQ(second->abbrev, 50U);
    EXPECT_EQ(second->str_offsets, 20U);
  }
}

TEST(DwarfPackage, a_unit_that_is_not_there_is_not_found) {
  const std::string index = index_of(5);
  Sections package;
  package.cu_index = bytes_of(index);
  EXPECT_FALSE(find_in_package(package, 6).has_value());
  EXPECT_FALSE(find_in_package(package, 1).has_value());
}

TEST(DwarfPackage, an_index_that_was_cut_has_nothing) {
  const std::string index = index_of(5);
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{40}, index.size() - 40}) {
    Sections package;
    package.cu_index = bytes_of(index).first(size);
    EXPECT_FALSE(find_in_package(package, 0x0000'0001'0000'0002).has_value()) << size;
  }
}

}  // namespace
}  // namespace ajar::objfile::dwarf
