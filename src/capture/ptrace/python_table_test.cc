#include "capture/ptrace/python_table.h"

#include <gtest/gtest.h>

namespace ajar::capture::ptrace {
namespace {

ajar_python at(std::uint64_t address) {
  ajar_python where{};
  where.interpreters = address;
  return where;
}

std::uint64_t found(const PythonTable& table, std::int64_t pid) {
  const auto where = table.find(pid);
  return where ? where->interpreters : 0;
}

constexpr std::int64_t kRows = 4096;

TEST(PythonTable, SaysOfEachProcessWhatWasSaidLast) {
  PythonTable table = PythonTable::make().value();
  EXPECT_EQ(found(table, 7), 0U);
  EXPECT_TRUE(table.put(7, at(0x1000)));
  EXPECT_TRUE(table.put(7, at(0x2000)));
  EXPECT_EQ(found(table, 7), 0x2000U);
  EXPECT_TRUE(table.put(7, {}));
  EXPECT_EQ(found(table, 7), 0U);
}

TEST(PythonTable, ProcessesWhosePlaceIsTheSameDontDisplaceEachOther) {
  PythonTable table = PythonTable::make().value();
  for (std::int64_t i = 0; i < 8; ++i)
    EXPECT_TRUE(table.put(7 + i * kRows, at(0x1000 + static_cast<std::uint64_t>(i))));
  for (std::int64_t i = 0; i < 8; ++i)
    EXPECT_EQ(found(table, 7 + i * kRows), 0x1000 + static_cast<std::uint64_t>(i));
  EXPECT_TRUE(table.put(7, {}));
  EXPECT_EQ(found(table, 7 + 7 * kRows), 0x1007U) << "though one before it is gone";
}

TEST(PythonTable, SaysWhereThereIsNoRoom) {
  PythonTable table = PythonTable::make().value();
  std::int64_t pid = 7;
  while (table.put(pid, at(0x1000))) pid += kRows;
  EXPECT_EQ(found(table, pid), 0U);
  EXPECT_TRUE(table.put(7, {}));
  EXPECT_TRUE(table.put(pid, at(0x2000))) << "what is given back is room";
}

}  // namespace
}  // namespace ajar::capture::ptrace
