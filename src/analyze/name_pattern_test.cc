#include "analyze/name_pattern.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

TEST(NamePattern, NumbersInAPathAreStars) {
  EXPECT_EQ(name_pattern("file", "/var/log/app-17.log"), "/var/log/app-*.log");
  EXPECT_EQ(name_pattern("file", "/var/log/2026-11-25/app.17.log"), "/var/log/*/app.*.log");
}

TEST(NamePattern, HexadecimalNumbersAndUuidsAreOneStarEach) {
  EXPECT_EQ(name_pattern("file", "/tmp/upload-3fa85f64-5717-4562-b3fc-2c963f66afa6.part"),
            "/tmp/upload-*.part");
  EXPECT_EQ(name_pattern("file", "/cache/9d41c0ffee00/x"), "/cache/*/x");
}

TEST(NamePattern, WordsThatHaveOnlyHexadecimalLettersStay) {
  EXPECT_EQ(name_pattern("file", "/srv/facade/deadbeef/added"), "/srv/facade/deadbeef/added");
}

TEST(NamePattern, TheInodesOfWhatHasNoNameAreStars) {
  EXPECT_EQ(name_pattern("pipe", "pipe:[48151]"), "pipe:[*]");
  EXPECT_EQ(name_pattern("tcp socket", "socket:[48151]"), "socket:[*]");
  EXPECT_EQ(name_pattern("eventfd", "anon_inode:[eventfd]"), "anon_inode:[eventfd]");
}

TEST(NamePattern, PortsThatTheSystemChoseAreStarsAndThoseOfServicesStay) {
  EXPECT_EQ(name_pattern("tcp socket", "10.0.0.4:443 -> 10.0.0.9:51544"), "10.0.0.4:443 -> 10.0.0.9:*");
  EXPECT_EQ(name_pattern("tcp socket", "[::1]:40000 -> [::1]:5432"), "[::1]:* -> [::1]:5432");
  EXPECT_EQ(name_pattern("udp socket", "0.0.0.0:53"), "0.0.0.0:53");
}

TEST(NamePattern, PatternsOfPatternsAreThemselves) {
  for (const char* name : {"/var/log/app-17.log", "/tmp/3fa85f64-5717-4562-b3fc-2c963f66afa6"}) {
    const std::string once = name_pattern("file", name);
    EXPECT_EQ(name_pattern("file", once), once);
  }
}

}  // namespace
}  // namespace ajar::analyze
