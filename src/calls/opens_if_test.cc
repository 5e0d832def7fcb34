#include "calls/opens_if.h"

#include <gtest/gtest.h>

#include <linux/bpf.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

namespace ajar::calls {
namespace {

bool opens(uint16_t number, uint64_t a, uint64_t b = 0, uint64_t c = 0) {
  const uint64_t arguments[6] = {a, b, c};
  return opens_result(number, arguments);
}

TEST(OpensIf, ASignalfdOpensUnlessItChangesOneThatIsOpen) {
  EXPECT_TRUE(opens(SYS_signalfd4, static_cast<uint64_t>(-1)));
  EXPECT_TRUE(opens(SYS_signalfd, 0xffffffffU));  // the kernel looks at half of the register
  EXPECT_FALSE(opens(SYS_signalfd4, 5));
}

TEST(OpensIf, ASeccompFilterOpensOnlyWithAListener) {
  EXPECT_TRUE(opens(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER));
  EXPECT_FALSE(opens(SYS_seccomp, SECCOMP_SET_MODE_FILTER));
  EXPECT_FALSE(opens(SYS_seccomp, SECCOMP_SET_MODE_STRICT, SECCOMP_FILTER_FLAG_NEW_LISTENER));
}

TEST(OpensIf, ARulesetOpensUnlessItIsAskedForTheVersion) {
  EXPECT_TRUE(opens(SYS_landlock_create_ruleset, 1, 8, 0));
  EXPECT_FALSE(opens(SYS_landlock_create_ruleset, 0, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

TEST(OpensIf, BpfOpensByItsCommand) {
  for (const int command : {BPF_MAP_CREATE, BPF_PROG_LOAD, BPF_OBJ_GET, BPF_PROG_GET_FD_BY_ID,
                            BPF_MAP_GET_FD_BY_ID, BPF_RAW_TRACEPOINT_OPEN, BPF_BTF_LOAD, BPF_BTF_GET_FD_BY_ID,
                            BPF_LINK_CREATE, BPF_LINK_GET_FD_BY_ID, BPF_ENABLE_STATS, BPF_ITER_CREATE}) {
    EXPECT_TRUE(opens(SYS_bpf, static_cast<uint64_t>(command))) << command;
  }
  for (const int command : {BPF_MAP_LOOKUP_ELEM, BPF_OBJ_PIN, BPF_PROG_ATTACH, BPF_PROG_TEST_RUN,
                            BPF_OBJ_GET_INFO_BY_FD, BPF_LINK_UPDATE, BPF_PROG_BIND_MAP}) {
    EXPECT_FALSE(opens(SYS_bpf, static_cast<uint64_t>(command))) << command;
  }
}

TEST(OpensIf, CloneAndClone3SayWhereThePidfdGoes) {
  int fd = -1;
  const uint64_t clone[6] = {CLONE_PIDFD, 0, reinterpret_cast<uint64_t>(&fd)};
  EXPECT_EQ(clone_request(SYS_clone, clone).pidfd, &fd);
  const uint64_t asked[11] = {CLONE_PIDFD | CLONE_VM, reinterpret_cast<uint64_t>(&fd)};
  const uint64_t clone3[6] = {reinterpret_cast<uint64_t>(asked), sizeof(asked)};
  EXPECT_EQ(clone_request(SYS_clone3, clone3).pidfd, &fd);
  EXPECT_EQ(clone_request(SYS_clone3, clone3).flags, uint64_t{CLONE_PIDFD | CLONE_VM});
  const uint64_t none[6] = {};
  EXPECT_EQ(clone_request(SYS_fork, none).flags, 0U);
  EXPECT_EQ(clone_request(SYS_vfork, none).flags, uint64_t{CLONE_VM | CLONE_VFORK});
}

}  // namespace
}  // namespace ajar::calls
