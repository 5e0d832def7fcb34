#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "platform/file_sink.h"
#include "platform/mapped_file.h"
#include "platform/own_executable.h"
#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST(MappedFile, HoldsTheBytesOfTheFile) {
  const TempTree tree{{"a", "hello"}, {"empty", ""}};
  EXPECT_EQ(text_of(MappedFile::open(tree.path("a")).value()), "hello");
  const auto empty = MappedFile::open(tree.path("empty"));
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE(empty.value().bytes().empty());
}

TEST(MappedFile, KeepsItsBytesWhenItMoves) {
  const TempTree tree{{"a", "hello"}, {"b", "other"}};
  MappedFile a = MappedFile::open(tree.path("a")).value();
  MappedFile b = MappedFile::open(tree.path("b")).value();
  b = std::move(a);
  const MappedFile c = std::move(b);
  EXPECT_EQ(text_of(c), "hello");
}

TEST(MappedFile, WhatIsCutOffTheFileReadsAsZeros) {
  constexpr std::size_t kSize = 100'000;
  const TempTree tree{{"a", std::string(kSize, 'x')}};
  const MappedFile file = MappedFile::open(tree.path("a")).value();
  ASSERT_EQ(::truncate(tree.path("a").c_str(), 10), 0);
  const std::string text = text_of(file);
  EXPECT_EQ(text.size(), kSize);
  EXPECT_EQ(text[0], 'x');
  EXPECT_EQ(text[kSize - 1], '\0');
}

TEST(MappedFile, KeepsTheBytesOfAFileThatIsReplaced) {
  const TempTree tree{{"a", "hello"}};
  const MappedFile file = MappedFile::open(tree.path("a")).value();
  std::filesystem::remove(tree.path("a"));
  tree.write("a", "other");
  EXPECT_EQ(text_of(file), "hello");
}

TEST(MappedFileDeathTest, OtherBusErrorsStillKill) {
  const TempTree tree{{"a", "hello"}};
  const MappedFile file = MappedFile::open(tree.path("a")).value();
  EXPECT_DEATH(::raise(SIGBUS), "");
}

TEST(MappedFile, SaysWhatIsWrongWithWhichFile) {
  const TempTree tree{{"a", "hello"}};
  EXPECT_EQ(MappedFile::open(tree.path("none")).error().message(),
            tree.path("none") + ": No such file or directory");
  EXPECT_EQ(MappedFile::open(tree.root()).error().message(), tree.root() + ": Is a directory");
  ASSERT_EQ(::mkfifo(tree.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(tree.path("pipe")).error().message(),
            tree.path("pipe") + ": not a regular file");
}

TEST(FileSink, WritesFromTheBeginningOfAnEmptiedFile) {
  const TempTree tree{{"a", "something longer"}};
  auto sink = FileSink::create(tree.path("a"));
  ASSERT_TRUE(sink.ok());
  const std::string text = "new";
  ASSERT_TRUE(sink.value().write(std::as_bytes(std::span(text))).ok());
  ASSERT_TRUE(sink.value().write(std::as_bytes(std::span(text))).ok());
  ASSERT_TRUE(sink.value().close().ok());
  EXPECT_EQ(text_of(MappedFile::open(tree.path("a")).value()), "newnew");
}

void append(const std::string& path, std::uint64_t at, const std::string& text) {
  auto sink = FileSink::reopen(path);
  ASSERT_TRUE(sink.ok()) << sink.error().message();
  ASSERT_TRUE(sink.value().cut_to(at).ok());
  ASSERT_TRUE(sink.value().write(std::as_bytes(std::span(text))).ok());
  ASSERT_TRUE(sink.value().close().ok());
}

TEST(FileSink, GoesOnWithAFileWhereItIsTold) {
  const TempTree tree{{"a", "whole, cut"}};
  append(tree.path("a"), 5, "!");
  append(tree.path("a"), 6, "?");
  EXPECT_EQ(text_of(MappedFile::open(tree.path("a")).value()), "whole!?");
  EXPECT_FALSE(FileSink::reopen(tree.path("none")).ok());
}

TEST(FileSink, OneThatIsBeingWrittenIsNotGoneOnWith) {
  const TempTree tree{};
  auto writer = FileSink::create(tree.path("a"));
  ASSERT_TRUE(writer.ok());
  const auto second = FileSink::reopen(tree.path("a"));
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), HasSubstr("is being written"));
  ASSERT_TRUE(writer.value().close().ok());
  EXPECT_TRUE(FileSink::reopen(tree.path("a")).ok());
}

TEST(FileSink, OfAFileThatIsBeingWrittenItIsKnownByWhom) {
  const TempTree tree({});
  EXPECT_EQ(FileSink::writer_of(tree.path("a")), std::nullopt);
  auto writer = FileSink::create(tree.path("a"));
  ASSERT_TRUE(writer.ok());
  std::ofstream(tree.path("b")) << "another's";
  EXPECT_EQ(FileSink::writer_of(tree.path("a")), ::getpid());
  EXPECT_EQ(FileSink::writer_of(tree.path("b")), std::nullopt);
  ASSERT_TRUE(writer.value().close().ok());
  EXPECT_EQ(FileSink::writer_of(tree.path("a")), std::nullopt);
}

TEST(FileSink, OneThatIsBeingWrittenIsNotEmptied) {
  const TempTree tree{{"a", "old"}};
  auto writer = FileSink::create(tree.path("a"));
  ASSERT_TRUE(writer.ok());
  const std::string text = "precious";
  ASSERT_TRUE(writer.value().write(std::as_bytes(std::span(text))).ok());
  const auto second = FileSink::create(tree.path("a"));
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message(), HasSubstr("is being written"));
  EXPECT_EQ(text_of(MappedFile::open(tree.path("a")).value()), "precious");
  ASSERT_TRUE(writer.value().close().ok());
  EXPECT_TRUE(FileSink::create(tree.path("a")).ok());
}

TEST(FileSink, ADeviceIsNobodysAlone) {
  const auto one = FileSink::create("/dev/null");
  const auto two = FileSink::create("/dev/null");
  EXPECT_TRUE(one.ok());
  EXPECT_TRUE(two.ok());
}

TEST(FileSink, AFullDiskIsAnErrorThatNamesTheFile) {
  auto sink = FileSink::create("/dev/full");
  if (!sink.ok()) GTEST_SKIP() << "there is no /dev/full here";
  const std::string text = "x";
  const auto written = sink.value().write(std::as_bytes(std::span(text)));
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().message(), "/dev/full: No space left on device");
}

TEST(FileSink, CannotBeMadeInAFolderThatIsNotThere) {
  const auto sink = FileSink::create("/nowhere/at/all");
  ASSERT_FALSE(sink.ok());
  EXPECT_EQ(sink.error().message(), "/nowhere/at/all: No such file or directory");
}

TEST(OwnExecutable, IsTheTestItself) {
  EXPECT_THAT(own_executable().value(), StartsWith("/"));
  EXPECT_THAT(own_executable().value(), HasSubstr("platform_test"));
}

}  // namespace
}  // namespace ajar::platform
