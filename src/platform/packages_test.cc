#include "platform/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* kStatus =
    "Package: libc6\n"
    "Status: install ok installed\n"
    "Architecture: i386\n"
    "Version: 2.36-9\n"
    "\n"
    "Package: libc6\n"
    "Status: install ok installed\n"
    "Architecture: amd64\n"
    "Version: 2.36-9+deb12u7\n"
    "Description: GNU C Library\n"
    " Version: not a field, since it is indented\n"
    "\n"
    "Package: nginx\n"
    "Architecture: amd64\n"
    "Version: 1.22.1-9\n";

TEST(OwningPackages, KnowsTheOwnerOfEachFile) {
  const TempTree tree{{"var/lib/dpkg/status", kStatus},
                      {"var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/x/libc.so.6\n"},
                      {"var/lib/dpkg/info/libc6:i386.list", "/.\n/lib\n/lib/y/libc.so.6\n"},
                      {"var/lib/dpkg/info/nginx.list", "/usr/sbin/nginx\n/usr/lib/nginx/m.so"}};
  const std::vector<std::string> paths = {"/lib/x/libc.so.6", "/usr/sbin/nginx", "/usr/lib/nginx/m.so",
                                          "/opt/own"};
  EXPECT_THAT(owning_packages(paths, tree.root()),
              UnorderedElementsAre(Pair("/lib/x/libc.so.6", Package{"libc6", "2.36-9+deb12u7"}),
                                   Pair("/usr/sbin/nginx", Package{"nginx", "1.22.1-9"}),
                                   Pair("/usr/lib/nginx/m.so", Package{"nginx", "1.22.1-9"})));
}

TEST(OwningPackages, DoesNotMindWhereTheFoldersWereMerged) {
  const TempTree tree{{"var/lib/dpkg/status", kStatus},
                      {"var/lib/dpkg/info/libc6:amd64.list", "/lib/x/libc.so.6\n"},
                      {"var/lib/dpkg/info/nginx.list", "/usr/sbin/nginx\n"}};
  const std::vector<std::string> paths = {"/usr/lib/x/libc.so.6", "/sbin/nginx"};
  EXPECT_THAT(owning_packages(paths, tree.root()),
              UnorderedElementsAre(Pair("/usr/lib/x/libc.so.6", Package{"libc6", "2.36-9+deb12u7"}),
                                   Pair("/sbin/nginx", Package{"nginx", "1.22.1-9"})));
}

TEST(OwningPackages, AreNoneWhereThereIsNoDatabase) {
  const TempTree tree{};
  const std::vector<std::string> paths = {"/usr/sbin/nginx"};
  EXPECT_THAT(owning_packages(paths, tree.root()), IsEmpty());
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string output;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) output += static_cast<char>(c);
  return output;
}

TEST(OwningPackages, AgreeWithDpkgAboutThisSystem) {
  const std::string version = output_of("dpkg-query -W -f '${Version}' coreutils 2>/dev/null");
  if (version.empty()) GTEST_SKIP() << "no dpkg here";
  const std::vector<std::string> paths = {"/usr/bin/env", "/bin/true"};
  EXPECT_THAT(owning_packages(paths),
              UnorderedElementsAre(Pair("/usr/bin/env", Package{"coreutils", version}),
                                   Pair("/bin/true", Package{"coreutils", version})));
}

}  // namespace
}  // namespace ajar::platform
