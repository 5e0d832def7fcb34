#include "platform/privileges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

TEST(OwnPrivileges, AreReadFromTheKernelsStatus) {
  const TempTree proc{{"self/status", "Name:\tx\nCapEff:\t000000c000080004\nNoNewPrivs:\t1\n"}};
  const Privileges own = own_privileges(proc.root()).value();
  EXPECT_TRUE(own.has(Capability::sys_ptrace));
  EXPECT_TRUE(own.has(Capability::bpf));
  EXPECT_TRUE(own.has(Capability::perfmon));
  EXPECT_TRUE(own.has(Capability::dac_read_search));
  EXPECT_FALSE(own.has(Capability::sys_admin));
  EXPECT_TRUE(own.no_new_privileges);
  EXPECT_EQ(own.user, ::getuid());
}

TEST(OwnPrivileges, CanBeReadHere) {
  EXPECT_TRUE(own_privileges().ok());
}

TEST(YamaScope, IsNothingWithoutYama) {
  const TempTree proc{{"sys/kernel/yama/ptrace_scope", "2\n"}};
  EXPECT_EQ(yama_scope(proc.root()), 2);
  const TempTree without{};
  EXPECT_EQ(yama_scope(without.root()), std::nullopt);
}

TEST(FilePrivileges, KnowTheBitsOfAFile) {
  const TempTree tree{{"a", ""}};
  const std::string path = tree.path("a");
  ASSERT_EQ(::chmod(path.c_str(), 06711), 0);
  const FilePrivileges both = file_privileges(path).value();
  EXPECT_TRUE(both.setuid);
  EXPECT_TRUE(both.setgid);
  EXPECT_EQ(both.owner, ::geteuid());
  ASSERT_EQ(::chmod(path.c_str(), 02700), 0);
  EXPECT_FALSE(file_privileges(path).value().setgid) << "nobody in the group may execute it";
  EXPECT_EQ(file_privileges(tree.path("b")).error().message(),
            tree.path("b") + ": No such file or directory");
}

TEST(FilePrivileges, MakeAProgramSecureOnlyForThoseWhoGainByThem) {
  const Privileges user{.user = 1000, .effective_user = 1000, .group = 100, .effective_group = 100};
  const Privileges root{};
  EXPECT_FALSE((FilePrivileges{.owner = 0}.secure_for(user)));
  EXPECT_TRUE((FilePrivileges{.owner = 0, .setuid = true}.secure_for(user)));
  EXPECT_FALSE((FilePrivileges{.owner = 0, .setuid = true}.secure_for(root)));
  EXPECT_FALSE((FilePrivileges{.owner = 1000, .setuid = true}.secure_for(user)));
  EXPECT_TRUE((FilePrivileges{.group = 5, .setgid = true}.secure_for(user)));
  EXPECT_TRUE((FilePrivileges{.capabilities = true}.secure_for(user)));
  EXPECT_FALSE((FilePrivileges{.capabilities = true}.secure_for(root)));
  EXPECT_FALSE((FilePrivileges{.setuid = true, .mounted_nosuid = true}.secure_for(user)));
  Privileges bound = user;
  bound.no_new_privileges = true;
  EXPECT_FALSE((FilePrivileges{.setuid = true}.secure_for(bound)));
}

}  // namespace
}  // namespace ajar::platform
