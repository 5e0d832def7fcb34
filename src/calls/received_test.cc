#include "calls/received.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <span>
#include <vector>

namespace ajar::calls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int> received(const void* messages, unsigned count) {
  std::vector<int> descriptors;
  each_received(messages, count, [&](int fd) { descriptors.push_back(fd); });
  return descriptors;
}

class Received : public testing::Test {
 protected:
  Received() { message_.msg_control = space_.data(); }

  // A control message as the kernel writes one.
  void add(int level, int type, std::span<const int> descriptors) {
    cmsghdr header{};
    header.cmsg_len = CMSG_LEN(descriptors.size_bytes());
    header.cmsg_level = level;
    header.cmsg_type = type;
    char* at = space_.data() + message_.msg_controllen;
    std::memcpy(at, &header, sizeof(header));
    std::memcpy(at + CMSG_LEN(0), descriptors.data(), descriptors.size_bytes());
    message_.msg_controllen += CMSG_SPACE(descriptors.size_bytes());
  }

  [[nodiscard]] std::vector<int> received_here() const { return received(&message_, 1); }

  alignas(cmsghdr) std::array<char, 256> space_{};
  msghdr message_{};
};

constexpr int kPidfd = 4;  // SCM_PIDFD

TEST_F(Received, AreAllDescriptorsOfAllControlMessages) {
  add(SOL_SOCKET, SCM_RIGHTS, std::array{7, 8, 9});
  add(SOL_SOCKET, kPidfd, std::array{10});
  add(SOL_SOCKET, SCM_RIGHTS, std::array{11});
  EXPECT_THAT(received_here(), ElementsAre(7, 8, 9, 10, 11));
}

TEST_F(Received, IsNotWhatElseComesAlong) {
  add(SOL_SOCKET, SCM_CREDENTIALS, std::array{100, 0, 0});
  add(IPPROTO_IP, SCM_RIGHTS, std::array{5});
  add(SOL_SOCKET, SCM_RIGHTS, std::array{7});
  EXPECT_THAT(received_here(), ElementsAre(7));
}

TEST_F(Received, IsNothingWithoutRoomForIt) {
  EXPECT_THAT(received_here(), IsEmpty());
  message_.msg_control = nullptr;
  message_.msg_controllen = 64;
  EXPECT_THAT(received_here(), IsEmpty());
}

TEST_F(Received, IsNothingBeyondTheLengthThatCameBack) {
  add(SOL_SOCKET, SCM_RIGHTS, std::array{7, 8});
  add(SOL_SOCKET, SCM_RIGHTS, std::array{9});
  message_.msg_controllen = CMSG_SPACE(2 * sizeof(int)) + CMSG_LEN(0) - 1;  // the second header is cut
  EXPECT_THAT(received_here(), ElementsAre(7, 8));
}

TEST_F(Received, EndsAtAHeaderWhoseLengthMakesNoSense) {
  for (const std::size_t length : {std::size_t{0}, std::size_t{15}, std::size_t{4096}, ~std::size_t{0}}) {
    message_.msg_controllen = 0;
    add(SOL_SOCKET, SCM_RIGHTS, std::array{7});
    std::memcpy(space_.data(), &length, sizeof(length));
    EXPECT_THAT(received_here(), IsEmpty());
  }
}

TEST_F(Received, IsNoNumberThatIsNoDescriptor) {
  add(SOL_SOCKET, kPidfd, std::array{-22});  // the kernel could not make one
  EXPECT_THAT(received_here(), IsEmpty());
}

TEST_F(Received, MayComeWithSeveralMessages) {
  add(SOL_SOCKET, SCM_RIGHTS, std::array{7});
  const std::array<mmsghdr, 3> messages{{{message_, 1}, {msghdr{}, 1}, {message_, 1}}};
  EXPECT_THAT(received(messages.data(), 3), ElementsAre(7, 7));
}

// Lengths of 4 bytes, on multiples of 4.
TEST(ReceivedIn32Bits, AreAllDescriptorsOfAllControlMessages) {
  struct Message32 {
    Control32 header;
    std::array<int, 2> descriptors;
  };
  const std::array<Message32, 2> control = {{
      {{sizeof(Message32), SOL_SOCKET, SCM_RIGHTS}, {7, 8}},
      {{sizeof(Control32) + sizeof(int), SOL_SOCKET, SCM_RIGHTS}, {9, 10}},
  }};
  const auto descriptors_in_first = [&](std::size_t bytes) {
    std::vector<int> descriptors;
    each_in_control<Control32>(reinterpret_cast<const uint8_t*>(control.data()), bytes,
                               [&](int fd) { descriptors.push_back(fd); });
    return descriptors;
  };
  constexpr std::size_t kAll = sizeof(control) - sizeof(int);
  EXPECT_THAT(descriptors_in_first(kAll), ElementsAre(7, 8, 9));
  EXPECT_THAT(descriptors_in_first(kAll - 1), ElementsAre(7, 8)) << "the second one is cut off";
  EXPECT_THAT(descriptors_in_first(sizeof(Control32) - 1), IsEmpty());
}

}  // namespace
}  // namespace ajar::calls
