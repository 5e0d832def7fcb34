#include "objfile/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::objfile {
namespace {

using testing::HasSubstr;

std::vector<std::byte> packed_by_zlib(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::vector<std::byte> packed(size);
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           text.size());
  packed.resize(size);
  return packed;
}

std::vector<std::byte> packed_by_zstd(std::string_view text) {
  std::vector<std::byte> packed(ZSTD_compressBound(text.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

std::string text_of(const base::Result<UnpackedBytes>& unpacked) {
  if (!unpacked.ok()) return "error: " + unpacked.error().message();
  const auto bytes = unpacked.value().bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Unpack, gives_what_was_packed) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(text_of(unpack(Packing::zlib, packed_by_zlib(text), text.size())), text);
  EXPECT_EQ(text_of(unpack(Packing::zstd, packed_by_zstd(text), text.size())), text);
  EXPECT_EQ(text_of(unpack(Packing::zlib, packed_by_zlib(""), 0)), "");
}

TEST(Unpack, a_stream_of_another_size_than_it_claims_is_damaged) {
  for (const std::uint64_t size : {9U, 11U}) {
    EXPECT_THAT(text_of(unpack(Packing::zlib, packed_by_zlib("0123456789"), size)), HasSubstr("damaged"));
    EXPECT_THAT(text_of(unpack(Packing::zstd, packed_by_zstd("0123456789"), size)), HasSubstr("damaged"));
  }
}

TEST(Unpack, a_stream_that_was_cut_is_damaged) {
  auto packed = packed_by_zlib("some words that are not all the same");
  packed.resize(packed.size() / 2);
  EXPECT_THAT(text_of(unpack(Packing::zlib, packed, 36)), HasSubstr("damaged"));
  EXPECT_THAT(text_of(unpack(Packing::zlib, {}, 36)), HasSubstr("damaged"));
  EXPECT_THAT(text_of(unpack(Packing::zstd, {}, 36)), HasSubstr("damaged"));
}

TEST(Unpack, a_claim_that_nothing_shrinks_to_is_refused_before_memory_is_taken) {
  const std::vector<std::byte> packed(100);
  EXPECT_THAT(text_of(unpack(Packing::zlib, packed, std::uint64_t{1} << 60U)), HasSubstr("not credible"));
}

TEST(Unpack, another_way_of_packing_is_named) {
  EXPECT_THAT(text_of(unpack(Packing{77}, {}, 0)), HasSubstr("number 77"));
}

}  // namespace
}  // namespace ajar::objfile
