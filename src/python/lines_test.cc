#include "python/lines.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace ajar::python {
namespace {

std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::vector<std::uint8_t> all;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    all.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return all;
}

struct Range {
  std::uint64_t begin, end;  // in bytes
  std::int64_t line;         // 0: none
};

// The tables of one function, which begins in line 2, as several versions of CPython made them, and what
// these say of them (code.co_lines(), dis.findlinestarts()).
constexpr std::string_view k39 = "0001040204ff06040c010c010202060102ff0a0304fd06030c01";
const std::vector<Range> lines39 = {{0, 4, 3},    {4, 8, 5},    {8, 14, 4},   {14, 26, 8},  {26, 38, 9},
                                    {38, 40, 10}, {40, 46, 12}, {46, 48, 13}, {48, 58, 12}, {58, 62, 15},
                                    {62, 68, 12}, {68, 80, 15}, {80, 84, 16}};
constexpr std::string_view k310 = "04010202020106fe0c040c010201060202010aff060302f902fc040b040106ff";
const std::vector<Range> lines310 = {{0, 4, 3},    {4, 6, 5},    {6, 8, 6},    {8, 14, 4},
                                     {14, 26, 8},  {26, 38, 9},  {38, 40, 10}, {40, 46, 12},
                                     {46, 48, 13}, {48, 58, 12}, {58, 64, 15}, {64, 66, 8},
                                     {66, 68, 4},  {68, 72, 15}, {72, 76, 16}, {76, 82, 15}};
constexpr std::string_view k313 =
    "8000f0020c050ee00c0ddf0d0e8951f10500090af016000d0e8801d80b0c8048f8f411000c16f30005051cdc111690719688"
    "4184d90c10f10300121af108001a1bf30301101cd9191a9041f303001112da191af9f40301101cf10001091cf006000d0e8901f0"
    "0f05051cfbf00e000d0e8901fa";

void expect_lines(LineTable kind, std::string_view hex, const std::vector<Range>& ranges,
                  std::uint64_t unit) {
  const std::vector<std::uint8_t> table = bytes(hex);
  for (const Range& range : ranges) {
    for (std::uint64_t at = range.begin; at < range.end; at += 2) {
      EXPECT_EQ(python_line(kind, {table.data(), table.size()}, 2, at / unit), range.line) << at;
    }
  }
}

TEST(PythonLines, OfVersion39AndBeforeCountUp) {
  expect_lines(LineTable::increments, k39, lines39, 1);
}

TEST(PythonLines, OfVersion310AreRanges) {
  expect_lines(LineTable::ranges, k310, lines310, 2);
}

TEST(PythonLines, FromVersion311OnAreLocations) {
  constexpr std::string_view k311 =
      "8000f0020c050ee00c0ddc0d0ef00500090a8801f8f508000c16f00005051cf00005051cf00005051cdd1116907191189418f0"
      "000"
      "10911f0000109118841d80c10f00401101cf00001101cd8191af00301101cf10001101cf40001101cf00001091cf00001091cf"
      "006"
      "000d0e88018801f00f05051cf8f8f8f00900090af016000d0e88018801f8884188018805880588058805d80b0c8048";
  expect_lines(LineTable::locations, k311,
               {{0, 2, 2},     {2, 4, 3},      {4, 6, 5},      {6, 16, 6},     {16, 20, 4},
                {20, 22, 0},   {22, 40, 8},    {40, 74, 9},    {74, 76, 10},   {76, 80, 12},
                {80, 82, 13},  {82, 102, 12},  {102, 108, 15}, {108, 110, 8},  {110, 116, 0},
                {116, 118, 4}, {118, 124, 15}, {124, 126, 0},  {126, 138, 15}, {138, 142, 16}},
               2);
}

TEST(PythonLines, OfTablesThatEndTooEarlyAreSomeLine) {
  for (const std::string_view hex : {k39, k310, k313}) {
    const std::vector<std::uint8_t> table = bytes(hex);
    for (std::size_t size = 0; size <= table.size(); ++size) {
      for (const LineTable kind : {LineTable::increments, LineTable::ranges, LineTable::locations}) {
        const std::vector<std::uint8_t> cut(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(size));
        static_cast<void>(python_line(kind, {cut.data(), cut.size()}, 2, 1000));
      }
    }
  }
}

}  // namespace
}  // namespace ajar::python
