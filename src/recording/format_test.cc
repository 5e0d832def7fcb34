#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "model/fact.h"
#include "recording/block.h"
#include "recording/example.h"
#include "recording/random_session.h"

namespace ajar::recording {
namespace {

const std::filesystem::path kHere = AJAR_RECORDING_DIR;

// The bytes of FORMAT.md's hexdump: lines of offset, bytes, and an annotation behind a bar.
std::vector<std::byte> bytes_of_the_specification() {
  std::ifstream in(kHere / "FORMAT.md");
  std::vector<std::byte> bytes;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = line == "```hexdump";
      continue;
    }
    if (!inside || line.starts_with("#")) continue;
    std::istringstream words(line.substr(0, line.find('|')));
    std::string word;
    words >> word;
    EXPECT_EQ(std::stoul(word, nullptr, 16), bytes.size()) << line;
    while (words >> word) bytes.push_back(static_cast<std::byte>(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

TEST(Format, TheWriterWritesByteForByteWhatTheSpecificationShows) {
  const std::vector<std::byte> golden = bytes_of_the_specification();
  ASSERT_GT(golden.size(), 500U);
  EXPECT_EQ(example_recording(), golden);
}

TEST(Format, TheSpecificationListsEveryFact) {
  std::ifstream in(kHere / "FORMAT.md");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
#define AJAR_FACT_ROW(key, number, json) \
  EXPECT_NE(text.find("| " #number " | " json " |"), std::string::npos) << (json);
  AJAR_FACTS(AJAR_FACT_ROW)
#undef AJAR_FACT_ROW
}

TEST(Format, WhatTheSpecificationShowsCanBeRead) {
  const Told told = read_all(bytes_of_the_specification());
  EXPECT_EQ(told.damage, model::Damage{});
  EXPECT_EQ(told.moments, (std::vector<Moment>{example_open(), example_snapshot(), example_loss(),
                                               example_count(), example_system_log()}));
}

// Recordings made when the format was new, which have to be read for ever.
TEST(Format, RecordingsOfTheFirstVersionAreReadWithoutDamage) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kHere / "corpus")) {
    if (!entry.path().filename().string().starts_with("intact-")) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const Told told = read_all(std::as_bytes(std::span(content)));
    EXPECT_EQ(told.damage, model::Damage{}) << entry.path();
    EXPECT_TRUE(told.ended) << entry.path();
    EXPECT_GT(told.moments.size(), 2U) << entry.path();
  }
  EXPECT_GE(files, 3U);
}

}  // namespace
}  // namespace ajar::recording
