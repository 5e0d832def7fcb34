// What the table of a stripped Go program says, against the debug information of the same program unstripped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "objfile/debug_sections.h"
#include "objfile/dwarf/reader.h"
#include "objfile/go_table.h"
#include "platform/mapped_file.h"

namespace ajar::objfile {
namespace {

class GoProgram : public testing::TestWithParam<std::string> {
 protected:
  static platform::MappedFile open(const std::string& build) {
    return platform::MappedFile::open(std::string(AJAR_TEST_GO_PROGRAMS) + "/" + build).value();
  }
};

std::string words(std::string_view function, std::string_view file, std::uint32_t line) {
  return std::string(function) + " " + std::string(file) + ":" + std::to_string(line);
}

// The debug information names the types of which code was made, and a folder for what is in none.
template <typename Chain>
std::vector<std::string> places(const Chain& chain) {
  std::vector<std::string> all;
  for (const auto& place : chain) {
    std::string file(place.file);
    if (file.starts_with("./")) file.erase(0, 2);
    all.push_back(words(place.function, file, place.line));
  }
  return all;
}

bool has_comparable_name(const dwarf::Chain& chain) {
  return std::ranges::none_of(
      chain, [](const dwarf::Place& place) { return place.function.find('[') != std::string::npos; });
}

// Of hardly any address do the two say something else: for a few instructions the compiler itself tells
// them different lines.
TEST_P(GoProgram, IsNamedWithoutDebugInformationAsWithIt) {
  const platform::MappedFile stripped = open(GetParam() + "_stripped");
  const platform::MappedFile whole = open(GetParam());
  const auto elf = ElfFile::parse(stripped.bytes());
  const auto with_debug = ElfFile::parse(whole.bytes());
  ASSERT_TRUE(elf.ok() && with_debug.ok());
  EXPECT_FALSE(has_debug_information(elf.value()));
  const auto table = find_go_table(elf.value());
  ASSERT_TRUE(table.has_value());
  EXPECT_GT(table->size(), 500U);

  std::vector<std::uint64_t> addresses;
  for (std::size_t i = 0; i < table->size(); ++i) {
    const go::LineTable::Function function = table->function(i);
    for (std::uint64_t at = function.begin; at < function.end; ++at) addresses.push_back(at);
  }
  addresses.erase(std::ranges::unique(addresses).begin(), addresses.end());
  const DebugSections sections(with_debug.value());
  dwarf::Reader reader(sections.sections());
  std::size_t compared = 0;
  std::size_t inlined = 0;
  std::size_t different = 0;
  std::string example;
  reader.find(addresses, [&](std::size_t index, dwarf::Chain&& chain) {
    if (!has_comparable_name(chain)) return;
    ++compared;
    inlined += chain.size() > 1 ? 1U : 0U;
    const std::vector<std::string> ours = places(table->find(addresses[index]));
    const std::vector<std::string> theirs = places(chain);
    if (ours == theirs) return;
    ++different;
    if (example.empty() && !ours.empty()) example = ours.front() + " instead of " + theirs.front();
  });
  EXPECT_GT(compared, 100'000U);
  EXPECT_GT(inlined, 10'000U);
  EXPECT_LE(different * 1000, compared) << "for example " << example;
}

INSTANTIATE_TEST_SUITE_P(Go, GoProgram, testing::Values("plain", "pie"),
                         [](const auto& build) { return build.param; });

}  // namespace
}  // namespace ajar::objfile
