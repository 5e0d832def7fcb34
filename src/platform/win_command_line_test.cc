#include "platform/win_command_line.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace ajar::platform::win {
namespace {

using Words = std::vector<std::string>;

// As the C runtime does it, but for the program's own name.
Words taken_apart(const std::string& line) {
  Words words;
  bool in_word = false, in_quotes = false;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t backslashes = 0;
    while (i < line.size() && line[i] == '\\') ++backslashes, ++i;
    const bool before_quote = i < line.size() && line[i] == '"';
    if ((backslashes > 0 || before_quote) && !in_word) words.emplace_back(), in_word = true;
    if (backslashes > 0) words.back().append(before_quote ? backslashes / 2 : backslashes, '\\');
    if (before_quote) {
      if (backslashes % 2 == 1) words.back() += '"';
      if (backslashes % 2 == 0) in_quotes = !in_quotes;
      ++i;
    } else if (i < line.size()) {
      const bool blank = (line[i] == ' ' || line[i] == '\t') && !in_quotes;
      if (!blank && !in_word) words.emplace_back(), in_word = true;
      if (blank) in_word = false;
      if (!blank) words.back() += line[i];
      ++i;
    }
  }
  return words;
}

TEST(WindowsCommandLine, LeavesPlainWordsAsTheyAre) {
  EXPECT_EQ(command_line_of({"w3wp.exe", "-ap", "C:\\sites\\shop"}), "w3wp.exe -ap C:\\sites\\shop");
}

TEST(WindowsCommandLine, QuotesWhatHasBlanksOrQuotesOrNothing) {
  EXPECT_EQ(command_line_of({"a b", "", "c\"d", "e f\\"}), R"("a b" "" "c\"d" "e f\\")");
}

TEST(WindowsCommandLine, IsTakenApartIntoTheSameWords) {
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "ab \\\\\"\t";
  for (int round = 0; round < 20000; ++round) {
    Words words(1 + random() % 4);
    for (std::string& word : words) {
      for (std::size_t i = random() % 6; i > 0; --i) word += kLetters[random() % kLetters.size()];
    }
    EXPECT_EQ(taken_apart(command_line_of(words)), words) << command_line_of(words);
  }
}

}  // namespace
}  // namespace ajar::platform::win
