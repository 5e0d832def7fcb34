#include "platform/apart.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <vector>

namespace ajar::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Outcome {
  ApartEnd end{};
  std::vector<std::string> told;
};

Outcome apart(std::function<bool(const Tell&)> work, milliseconds limit = seconds(60)) {
  Outcome outcome;
  const ApartRequest request{.work = std::move(work),
                             .limit = limit,
                             .most_memory = std::uint64_t{256} << 20U,
                             .most_message = std::size_t{1} << 20U};
  outcome.end = work_apart(request, [&](std::string_view message) { outcome.told.emplace_back(message); });
  return outcome;
}

TEST(Apart, ToldMessagesComeWholeAndInOrder) {
  const Outcome outcome = apart([](const Tell& tell) {
    return tell("one") && tell("") && tell(std::string(700'000, 'x')) && tell("four");
  });
  EXPECT_EQ(outcome.end, ApartEnd::well);
  EXPECT_EQ(outcome.told, (std::vector<std::string>{"one", "", std::string(700'000, 'x'), "four"}));
}

TEST(Apart, ChangesNothingHere) {
  int number = 1;
  EXPECT_EQ(apart([&](const Tell&) { return ++number == 2; }).end, ApartEnd::well);
  EXPECT_EQ(number, 1);
}

TEST(Apart, FailsByItsOwnWord) {
  const Outcome outcome = apart([](const Tell& tell) { return tell("as far as it came") && false; });
  EXPECT_EQ(outcome.end, ApartEnd::failed);
  EXPECT_EQ(outcome.told, std::vector<std::string>{"as far as it came"});
}

TEST(Apart, ACrashIsItsEndAndWhatWasToldBeforeStays) {
  const Outcome outcome = apart([](const Tell& tell) {
    tell("before");
    return ::raise(SIGSEGV) == 0;
  });
  EXPECT_NE(outcome.end, ApartEnd::well);
  EXPECT_EQ(outcome.told, std::vector<std::string>{"before"});
}

TEST(Apart, WhatLoopsIsEnded) {
  const Outcome outcome = apart(
      [](const Tell& tell) {
        tell("before");
        for (volatile bool on = true; on;) continue;
        return true;
      },
      milliseconds(200));
  EXPECT_EQ(outcome.end, ApartEnd::took_long);
  EXPECT_EQ(outcome.told, std::vector<std::string>{"before"});
}

TEST(Apart, WhatTellsWithoutEndIsEnded) {
  const ApartRequest request{.work =
                                 [](const Tell& tell) {
                                   while (tell("more")) continue;
                                   return true;
                                 },
                             .limit = milliseconds(200),
                             .most_memory = std::uint64_t{64} << 20U,
                             .most_message = 16};
  EXPECT_EQ(work_apart(request, [](std::string_view) {}), ApartEnd::took_long);
}

TEST(Apart, HasOnlySoMuchMemory) {
  const Outcome outcome = apart([](const Tell&) {
    for (std::size_t held = 0; held < std::size_t{4096}; ++held) {
      void* volatile some = std::malloc(std::size_t{1} << 20U);
      if (some == nullptr) return false;
      *static_cast<volatile char*>(some) = 1;
    }
    return true;
  });
  EXPECT_NE(outcome.end, ApartEnd::well);
}

TEST(Apart, CanOpenNothingAndStartNothing) {
  const Outcome outcome = apart([](const Tell& tell) {
    tell(::open("/etc/passwd", O_RDONLY) < 0 ? "no file" : "a file");
    tell(::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? "no socket" : "a socket");
    tell(::fork() < 0 ? "no process" : "a process");
    tell(::kill(::getpid(), SIGKILL) < 0 ? "no signal" : "a signal");
    return true;
  });
  EXPECT_EQ(outcome.end, ApartEnd::well);
  EXPECT_EQ(outcome.told, (std::vector<std::string>{"no file", "no socket", "no process", "no signal"}));
}

TEST(Apart, AMessageThatIsTooLongIsNotTold) {
  const ApartRequest request{.work = [](const Tell& tell) { return tell("four") && tell("12345"); },
                             .limit = seconds(60),
                             .most_memory = std::uint64_t{64} << 20U,
                             .most_message = 4};
  std::string told;
  EXPECT_EQ(work_apart(request, [&](std::string_view message) { told += message; }), ApartEnd::failed);
  EXPECT_EQ(told, "four");
}

}  // namespace
}  // namespace ajar::platform
