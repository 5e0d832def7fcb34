#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "top/testing/example.h"

namespace ajar::top {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(TopTest, EnterShowsTheHandlesByTypeAndWhatCameSince) {
  machine_.handles = table(20, {handle(3, "file", "/var/log/gateway.log"),
                                handle(4, "tcp socket", "10.0.0.4:443 -> 10.0.0.9:51544", {"close_wait"})});
  press(Code::enter);
  EXPECT_EQ(machine_.table_of, FakeMachine::id_of(812));
  machine_.handles = table(22.5, {handle(3, "file", "/var/log/gateway.log"),
                                  handle(4, "tcp socket", "10.0.0.4:443 -> 10.0.0.9:51544", {"close_wait"}),
                                  handle(17, "tcp socket", "10.0.0.4:443 -> 10.0.0.9:51588", {"close_wait"}),
                                  handle(18, "tcp socket", "10.0.0.4:443 -> 10.0.0.9:51590")});
  press(Code::end);
  top_.refresh();
  EXPECT_EQ(picture({.columns = 80, .lines = 14}),
            R"(|  gateway (pid 812), up 61.0 s: 4 of 1,024 handles (under 1 %)
|! growing +13.0/s for 90.0 s, full in 1.7 s
|   TYPE       HANDLES    GROWTH  IN 2.5 s   FORGOTTEN?
|   file             1
|!  tcp socket       3   +13.0/s        +2   ==> 2 in CLOSE_WAIT
|   FD  TYPE        NAME
|!   3  file        /var/log/gateway.log
|!   4  tcp socket  10.0.0.4:443 -> 10.0.0.9:51544  ==> close wait
|!+ 17  tcp socket  10.0.0.4:443 -> 10.0.0.9:51588  ==> close wait
>!+ 18  tcp socket  10.0.0.4:443 -> 10.0.0.9:51590
|
|
|  fd 18: 10.0.0.4:443 -> 10.0.0.9:51590  (+: came since you look)
|  ? help   q back   t who opens?   / filter   Space freeze
)");
  EXPECT_EQ(picture({.columns = 40, .lines = 10}), R"(|  gateway (pid 812), up 61.0 s: 4 of 1,0…
|! growing +13.0/s for 90.0 s, full in 1.…
|   TYPE       HANDLES    GROWTH  IN 2.5 …
|   file             1
|!  tcp socket       3   +13.0/s        +2
|   FD  TYPE        NAME
|!+ 17  tcp socket  10.0.…  ==> close wait
>!+ 18  tcp socket  10.0.0.4:443 -> 10.0.…
|  fd 18: 10.0.0.4:443 -> 10.0.0.9:51590 …
|  ? help   q back   t who opens?
)");
  type("/close w");
  EXPECT_THAT(picture(), Not(HasSubstr("51590")));
  EXPECT_THAT(picture(), HasSubstr("51588"));
  press(Code::escape);
  EXPECT_THAT(picture(), HasSubstr("51590"));
  type("q");
  EXPECT_EQ(order(), "gateway postgres worker sh");
}

TEST_F(TopTest, AFileThatIsDeletedMeanwhileHasNotCome) {
  machine_.handles = table(20, {handle(3, "file", "/tmp/spool")});
  press(Code::enter);
  machine_.handles = table(22.5, {handle(3, "file", "/tmp/spool (deleted)", {"deleted"}),
                                  handle(4, "file", "/tmp/other (deleted)", {"deleted"})});
  top_.refresh();
  EXPECT_THAT(picture(), Not(HasSubstr("+  3  file")));
  EXPECT_THAT(picture(), HasSubstr("+  4  file"));
}

TEST_F(TopTest, OfAProcessThatEndedTheLastTableStays) {
  machine_.handles = table(20, {handle(3, "file", "/var/log/gateway.log")});
  press(Code::enter);
  machine_.handles = base::Error("the process has ended");
  top_.refresh();
  EXPECT_THAT(picture(), HasSubstr(" the process has ended"));
  EXPECT_THAT(picture(), HasSubstr("/var/log/gateway.log"));
}

TEST_F(TopTest, WhatCanNotBeLookedIntoSaysWhy) {
  machine_.handles = base::Error("may not look into process 812; run ajar as its user");
  press(Code::enter);
  EXPECT_EQ(picture({.columns = 40, .lines = 8}), R"(|  gateway (pid 812)
|  may not look into process 812; run ajar
|  as its user
|
|
|
|
|  ? help   q back   t who opens?
)");
}

}  // namespace
}  // namespace ajar::top
