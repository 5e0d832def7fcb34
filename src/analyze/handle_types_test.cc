#include "analyze/handle_types.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

TEST(HandleTypes, AnOpenedPathMayBeAnythingThatHasAPath) {
  for (const char* found : {"file", "directory", "device", "tty", "fifo", "char device", "shared memory"}) {
    EXPECT_TRUE(compatible_types("file", found)) << found;
  }
  for (const char* found : {"pipe", "tcp socket", "unix socket", "epoll", "eventfd"}) {
    EXPECT_FALSE(compatible_types("file", found)) << found;
  }
}

TEST(HandleTypes, WhatACallDoesNotTellMatchesAnything) {
  EXPECT_TRUE(compatible_types("", "tcp socket"));
  EXPECT_TRUE(compatible_types("pipe", ""));
  EXPECT_TRUE(compatible_types("pipe", "fifo"));
  EXPECT_TRUE(compatible_types("memfd", "file"));
}

TEST(HandleTypes, SocketsAreToldApartByProtocolOnlyWhereBothNameOne) {
  EXPECT_TRUE(compatible_types("socket", "tcp socket"));
  EXPECT_TRUE(compatible_types("tcp socket", "tcp6 socket"));
  EXPECT_TRUE(compatible_types("unix socket", "unix stream socket"));
  EXPECT_FALSE(compatible_types("tcp socket", "udp socket"));
  EXPECT_FALSE(compatible_types("tcp socket", "file"));
  EXPECT_FALSE(compatible_types("eventfd", "epoll"));
}

}  // namespace
}  // namespace ajar::analyze
