#include "tables/windows/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "base/byte_writer.h"

namespace ajar::tables::windows {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kAddress = 0x10000;  // at which answers are written

// Of class 64: number of handles, reserved, rows.
base::ByteWriter all_handles(std::uint64_t claimed) {
  base::ByteWriter answer;
  answer.write(claimed);
  answer.write(std::uint64_t{0});
  for (const std::uint64_t value : {0x34U, 0x38U}) {
    answer.write(std::uint64_t{0});
    answer.write(std::uint64_t{5404});
    answer.write(value);
    answer.write(std::uint32_t{0x1f0003});
    answer.write(std::uint16_t{0});
    answer.write(std::uint16_t{16});
    answer.write(std::uint32_t{2});
    answer.write(std::uint32_t{0});
  }
  return answer;
}

// Of class 3: so many types, whose names stand behind each.
base::ByteWriter object_types(bool numbered) {
  base::ByteWriter answer;
  answer.write(std::uint32_t{2});
  answer.write(std::uint32_t{0});
  std::uint8_t number = 7;
  for (const std::u16string_view name : {u"Event", u"Key"}) {
    const std::size_t at = answer.size();
    answer.write(static_cast<std::uint16_t>(2 * name.size()));
    answer.write(static_cast<std::uint16_t>(2 * name.size() + 2));
    answer.write(std::uint32_t{0});
    answer.write(std::uint64_t{kAddress + at + 104});
    answer.write_zeros(0x5a - 16);
    answer.write(numbered ? number : std::uint8_t{0});
    answer.write_zeros(104 - 0x5b);
    for (const char16_t unit : name) answer.write(static_cast<std::uint16_t>(unit));
    answer.write(std::uint16_t{0});
    answer.write_zeros((8 - answer.size() % 8) % 8);
    number = 30;
  }
  return answer;
}

TEST(WindowsAnswers, TheSystemsTableTellsWhoHasWhatAndOfWhichType) {
  const auto rows = read_all_handles(all_handles(2).bytes());
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[1].pid, 5404);
  EXPECT_EQ(rows[1].value, 0x38U);
  EXPECT_EQ(rows[1].access, 0x1f0003U);
  EXPECT_EQ(rows[1].type, 16U);
  EXPECT_EQ(rows[1].attributes, 2U);
  EXPECT_FALSE(rows[1].counts.has_value());
}

TEST(WindowsAnswers, MoreRowsThanThereIsRoomForAreNotBelieved) {
  EXPECT_THAT(read_all_handles(all_handles(UINT64_MAX).bytes()), SizeIs(2));
  EXPECT_THAT(read_all_handles(all_handles(2).bytes().first(8)), IsEmpty());
  EXPECT_THAT(read_process_handles({}, 1), IsEmpty());
}

TEST(WindowsAnswers, TheTableOfOneProcessHasCountsToo) {
  base::ByteWriter answer;
  answer.write(std::uint64_t{1});
  answer.write(std::uint64_t{0});
  answer.write(std::uint64_t{0x1cc});
  answer.write(std::uint64_t{2});
  answer.write(std::uint64_t{65'538});
  answer.write(std::uint32_t{0x20019});
  answer.write(std::uint32_t{44});
  answer.write(std::uint32_t{1});
  answer.write(std::uint32_t{0});
  const auto rows = read_process_handles(answer.bytes(), 5404);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].pid, 5404);
  EXPECT_EQ(rows[0].value, 0x1ccU);
  ASSERT_TRUE(rows[0].counts.has_value());
  EXPECT_EQ(rows[0].counts->handles, 2U);
  EXPECT_EQ(rows[0].counts->pointers, 65'538U);
  EXPECT_EQ(rows[0].access, 0x20019U);
  EXPECT_EQ(rows[0].type, 44U);
  EXPECT_EQ(rows[0].attributes, 1U);
}

std::vector<std::string> words(const std::vector<ObjectType>& types) {
  std::vector<std::string> list;
  for (const ObjectType& type : types) list.push_back(std::to_string(type.number) + " " + type.name);
  return list;
}

TEST(WindowsAnswers, TypesHaveTheNumbersThatTheSystemGives) {
  EXPECT_THAT(words(read_object_types(object_types(true).bytes(), kAddress)),
              ElementsAre("7 Event", "30 Key"));
}

TEST(WindowsAnswers, TypesWithoutNumbersAreCountedFromTwo) {
  EXPECT_THAT(words(read_object_types(object_types(false).bytes(), kAddress)),
              ElementsAre("2 Event", "3 Key"));
}

TEST(WindowsAnswers, AListOfTypesThatIsCutOffGivesWhatIsWhole) {
  const base::ByteWriter whole = object_types(true);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_LE(read_object_types(whole.bytes().first(size), kAddress).size(), 2U);
  EXPECT_THAT(words(read_object_types(whole.bytes().first(130), kAddress)), ElementsAre("7 Event"));
}

}  // namespace
}  // namespace ajar::tables::windows
