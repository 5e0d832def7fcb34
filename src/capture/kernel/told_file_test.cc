#include "capture/kernel/told_file.h"

#include <gtest/gtest.h>

#include <cstring>

namespace ajar::capture::kernel {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kDisk = 0xef53, kTerminals = 0x1cd1, kPipes = 0x50495045, kSockets = 0x534f434b,
                        kAnonymous = 0x09041934, kMemory = 0x01021994;

ajar_file of(std::uint64_t mode, std::uint64_t file_system, std::uint64_t inode = 0) {
  ajar_file file{};
  file.mode = mode;
  file.file_system = file_system;
  file.inode = inode;
  return file;
}

model::Handle told(const ajar_file& file, std::string_view components) {
  ajar_call call{};
  call.other = 7;
  std::memcpy(call.arguments, &file, sizeof(file));
  return told_handle(call, components);
}

TEST(ToldPath, IsPutTogetherFromItsLastComponentOn) {
  EXPECT_EQ(told_path("libc.so.6\0lib\0usr\0"sv), "/usr/lib/libc.so.6");
  EXPECT_EQ(told_path(""), "");
  EXPECT_EQ(told_path("cut off"), "/cut off");
}

TEST(ToldHandle, IsNamedAsTheKernelsOwnListNamesIt) {
  const model::Handle file = told(of(0100644, kDisk), "passwd\0etc\0"sv);
  EXPECT_EQ(file.value, 7U);
  EXPECT_EQ(file.type, "file");
  EXPECT_EQ(file.name, "/etc/passwd");
  EXPECT_EQ(told(of(0040755, kDisk), "etc\0"sv).type, "directory");
  EXPECT_EQ(told(of(0020620, kTerminals), "3\0pts\0dev\0"sv).type, "tty");
  EXPECT_EQ(told(of(0010600, kDisk), "queue\0tmp\0"sv).type, "fifo");

  const model::Handle pipe = told(of(0010600, kPipes, 81), "\0"sv);
  EXPECT_EQ(pipe.type, "pipe");
  EXPECT_EQ(pipe.name, "pipe:[81]");

  ajar_file tcp = of(0140777, kSockets, 82);
  tcp.family = 2;
  tcp.socket_type = 1;
  tcp.protocol = 6;
  EXPECT_EQ(told(tcp, "TCP\0"sv).type, "tcp socket");
  EXPECT_EQ(told(tcp, "TCP\0"sv).name, "socket:[82]");
}

TEST(ToldHandle, OfAnAnonymousObjectIsCalledByItsName) {
  EXPECT_EQ(told(of(0600, kAnonymous), "[eventpoll]\0"sv).type, "epoll");
  EXPECT_EQ(told(of(0600, kAnonymous), "bpf-map\0"sv).type, "bpf map");
  EXPECT_EQ(told(of(0100600, kMemory), "memfd:cache\0"sv).type, "memfd");
}

}  // namespace
}  // namespace ajar::capture::kernel
