#include "objfile/unpack_xz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lzma.h>

#include <algorithm>
#include <string>

#include "objfile/testing/fake_elf.h"

namespace ajar::objfile {
namespace {

using testing::HasSubstr;

std::string packed(const std::string& text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  const auto status = lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, nullptr,
                                              reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                              reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  EXPECT_EQ(status, LZMA_OK);
  out.resize(size);
  return out;
}

TEST(UnpackXz, GivesWhatWasPacked) {
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 65'537U, 3'000'000U}) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * i / 7);
    const auto raw = unpack_xz(bytes_of(packed(text)));
    ASSERT_TRUE(raw.ok()) << size << ": " << raw.error().message();
    EXPECT_TRUE(std::ranges::equal(raw.value(), bytes_of(text))) << size;
  }
}

TEST(UnpackXz, RefusesWhatIsNotWholeOrDamaged) {
  const std::string whole = packed(std::string(100'000, 'a') + "b");
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1})
    EXPECT_FALSE(unpack_xz(bytes_of(whole.substr(0, size))).ok()) << size;
  std::string damaged = whole;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ '\x10');
  EXPECT_FALSE(unpack_xz(bytes_of(damaged)).ok());
}

TEST(UnpackXz, RefusesWhatUnpacksToMoreThanIsCredible) {
  const auto raw = unpack_xz(bytes_of(packed(std::string(std::size_t{257} << 20U, '\0'))));
  ASSERT_FALSE(raw.ok());
  EXPECT_THAT(raw.error().message(), HasSubstr("256 MiB"));
}

}  // namespace
}  // namespace ajar::objfile
