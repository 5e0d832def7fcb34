#include "tables/handle_type.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ajar::tables {
namespace {

TEST(TypeOfLink, IsTheKernelsWordOrOurs) {
  EXPECT_EQ(type_of_link("/var/log/x.log"), "file");
  EXPECT_EQ(type_of_link("/var/log/x.log (deleted)"), "file");
  EXPECT_EQ(type_of_link("/odd:[name]"), "file");
  EXPECT_EQ(type_of_link("socket:[123]"), "socket");
  EXPECT_EQ(type_of_link("pipe:[5]"), "pipe");
  EXPECT_EQ(type_of_link("net:[4026531840]"), "namespace");
  EXPECT_EQ(type_of_link("pidfd:[7]"), "pidfd");
  EXPECT_EQ(type_of_link("anon_inode:[eventpoll]"), "epoll");
  EXPECT_EQ(type_of_link("anon_inode:inotify"), "inotify");
  EXPECT_EQ(type_of_link("anon_inode:[io_uring]"), "io_uring");
  EXPECT_EQ(type_of_link("anon_inode:[something new]"), "something new");
  EXPECT_EQ(type_of_link("/memfd:cache (deleted)"), "memfd");
  EXPECT_EQ(type_of_link("/dev/pts/3"), "tty");
  EXPECT_EQ(type_of_link("/dev/tty"), "tty");
  EXPECT_EQ(type_of_link("/dev/null"), "device");
  EXPECT_EQ(type_of_link("/dev/shm/queue"), "file");
  EXPECT_EQ(type_of_link("/dev/ptmx"), "pty");
  EXPECT_EQ(type_of_link("/dev/pts/ptmx"), "pty");
  EXPECT_EQ(type_of_link("/secretmem (deleted)"), "secret memory");
  EXPECT_EQ(type_of_link(""), "file");
}

TEST(TypeOfLink, IsThatOfTheKindWhereTheKernelNumbersItsObjects) {
  EXPECT_EQ(type_of_link("anon_inode:kvm-vcpu:3"), "kvm-vcpu");
  EXPECT_EQ(type_of_link("anon_inode:kvm-vcpu-stats:12"), "kvm-vcpu-stats");
  EXPECT_EQ(type_of_link("anon_inode:iio:event"), "iio:event");
  EXPECT_EQ(type_of_link("anon_inode:3"), "3");
  EXPECT_EQ(type_of_link("anon_inode:"), "");
}

TEST(TypeOfLink, AFileThatIsOnlyCalledLikeAMemfdIsAFile) {
  EXPECT_EQ(type_of_link("/memfd:notes"), "file");
  EXPECT_EQ(type_of_link("/secretmem"), "file");
  EXPECT_EQ(type_of_link("/srv/memfd:notes (deleted)"), "file");
}

}  // namespace
}  // namespace ajar::tables
