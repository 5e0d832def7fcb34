#include "agent/linux/text_length.h"

#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstring>
#include <string>

namespace ajar::agent {
namespace {

TEST(TextLength, IsThatOfTextsOfAllLengthsAtAllAlignments) {
  for (std::size_t at = 0; at < 8; ++at) {
    for (std::size_t length = 0; length < 40; ++length) {
      std::string memory(64, '\0');
      memory.replace(at, length, length, '\x80');
      EXPECT_EQ(length_of(memory.data() + at), length) << "at " << at;
    }
  }
}

TEST(TextLength, TakesNoByteForTheEndButNul) {
  std::string text;
  for (int byte = 1; byte < 256; ++byte) text.push_back(static_cast<char>(byte));
  EXPECT_EQ(length_of(text.c_str()), text.size());
}

TEST(TextLength, ReadsNothingOfThePageBehindTheText) {
  constexpr std::size_t kPage = 4096;
  void* pages = mmap(nullptr, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(pages, MAP_FAILED);
  auto* end = static_cast<char*>(pages) + kPage;
  ASSERT_EQ(mprotect(end, kPage, PROT_NONE), 0);
  for (std::size_t length = 0; length < 20; ++length) {
    std::memset(end - length - 1, 'a', length);
    end[-1] = 0;
    EXPECT_EQ(length_of(end - length - 1), length);
  }
  EXPECT_EQ(munmap(pages, 2 * kPage), 0);
}

TEST(TextLength, EndsForATextThatNeverDoes) {
  const std::string text(3 * std::size_t{kLongestText}, 'a');
  for (std::size_t at = 0; at < 8; ++at) {
    const std::uint32_t length = length_of(text.data() + at);
    EXPECT_LE(length, kLongestText);
    EXPECT_GE(length + 8, kLongestText);
  }
}

}  // namespace
}  // namespace ajar::agent
