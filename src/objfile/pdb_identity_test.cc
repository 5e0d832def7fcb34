#include "objfile/pdb_identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "objfile/testing/fake_pdb.h"

namespace ajar::objfile {
namespace {

std::optional<PdbIdentity> identity_of(const std::string& file) {
  return read_pdb_identity(std::as_bytes(std::span(file)));
}

TEST(PdbIdentity, IsTheGuidAndTheAgeThatTheLinkerSet) {
  const auto identity = identity_of(FakePdb().build());
  ASSERT_TRUE(identity.has_value());
  EXPECT_TRUE(std::ranges::all_of(identity->guid, [](std::byte byte) { return byte == std::byte{'g'}; }));
  EXPECT_EQ(identity->age, 1U);
}

TEST(PdbIdentity, WithoutADbiStreamTheAgeIsTheInfoStreams) {
  const auto identity = identity_of(FakePdb{.has_dbi = false}.build());
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->age, 3U);
}

TEST(PdbIdentity, BlocksMayBeOfAnySizeThatLinkersWrite) {
  for (const std::uint32_t size : {512U, 4096U, 32768U}) {
    EXPECT_TRUE(identity_of(FakePdb{.block_size = size}.build()).has_value()) << size;
  }
}

TEST(PdbIdentity, WhatIsNoPdbHasNone) {
  EXPECT_EQ(identity_of(""), std::nullopt);
  EXPECT_EQ(identity_of("BSJB, as portable PDBs begin"), std::nullopt);
  std::string odd = FakePdb().build();
  odd[32] = 3;  // the size of blocks
  EXPECT_EQ(identity_of(odd), std::nullopt);
}

// Up to the end of the info stream.
TEST(PdbIdentity, OfAFileThatWasCutThereIsNone) {
  const std::string whole = FakePdb{.has_dbi = false}.build();
  constexpr std::size_t kInfoEnd = 5 * 512 + 28;
  EXPECT_TRUE(identity_of(whole.substr(0, kInfoEnd)).has_value());
  for (std::size_t length = 0; length < kInfoEnd; ++length)
    ASSERT_EQ(identity_of(whole.substr(0, length)), std::nullopt) << length;
}

}  // namespace
}  // namespace ajar::objfile
