#include "cli/distribution.h"

#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"

namespace ajar::cli {
namespace {

using platform::TempTree;

constexpr const char* kBookworm =
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n";

TEST(Distribution, IsReadFromOsRelease) {
  const TempTree tree{{"etc/os-release", kBookworm}};
  const Distribution debian = read_distribution(tree.root());
  EXPECT_EQ(debian.id, "debian");
  EXPECT_EQ(debian.codename, "bookworm");
  EXPECT_EQ(debug_archive(debian), "deb http://deb.debian.org/debian-debug bookworm-debug main");
  EXPECT_EQ(debuginfod_server(debian), "https://debuginfod.debian.net");
}

TEST(Distribution, TheVendorsFileIsReadWhereTheAdministratorHasNone) {
  const TempTree tree{{"usr/lib/os-release", "ID='opensuse-leap'\nID_LIKE=\"suse opensuse\"\n"}};
  EXPECT_EQ(debuginfod_server(read_distribution(tree.root())), "https://debuginfod.opensuse.org");
  EXPECT_EQ(debug_archive(read_distribution(tree.root())), "");
}

TEST(Distribution, OfAnUnknownOneTheServerThatAsksAllOthersIsNamed) {
  const TempTree tree{};
  EXPECT_EQ(debuginfod_server(read_distribution(tree.root())), "https://debuginfod.elfutils.org");
}

// Some of its packages are those of the other one, some its own.
TEST(Distribution, OneThatIsLikeAnotherGetsTheServerThatAsksAllOthersAndNoArchive) {
  const std::string mint =
      "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME=noble\n";
  const std::string raspbian = "ID=raspbian\nID_LIKE=debian\nVERSION_CODENAME=bookworm\n";
  const std::string arch_arm = "ID=archarm\nID_LIKE=arch\n";
  for (const std::string& release : {mint, raspbian, arch_arm}) {
    const TempTree tree{{"etc/os-release", release}};
    const Distribution found = read_distribution(tree.root());
    EXPECT_EQ(debuginfod_server(found), "https://debuginfod.elfutils.org") << found.id;
    EXPECT_EQ(debug_archive(found), "") << found.id;
  }
}

TEST(DebugPackage, IsNamedByDebiansRuleOrOlderThanIt) {
  EXPECT_EQ(debug_package("libssl3", "3.0.11-1").name, "libssl3-dbgsym");
  EXPECT_TRUE(debug_package("libssl3", "3.0.11-1").in_debug_archive);
  EXPECT_EQ(debug_package("libc6", "2.36-9").name, "libc6-dbg");
  EXPECT_FALSE(debug_package("libc6", "2.36-9").in_debug_archive);
  EXPECT_EQ(debug_package("libstdc++6", "12.2.0-14").name, "libstdc++6-12-dbg");
}

}  // namespace
}  // namespace ajar::cli
