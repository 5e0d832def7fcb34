#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyze/fake_watch.h"
#include "analyze/number_history.h"

// What the history of a number says at its top.
namespace ajar::analyze {
namespace {

using report::Answer;
using report::Closer;
using report::NumberEvent;
using report::NumberHistory;
using testing::ElementsAre;
using What = NumberEvent::What;

TEST(NumberAnswers, AnothersHandleIsToldWithOwnerThiefAndProof) {
  Watched recording;
  recording.opens(1, "open_cache");
  recording.closes(2, "close_cache");
  recording.opens(3, "open_journal");
  recording.closes(4, "close_cache");
  recording.fails_to_close(5, "close_journal");
  const NumberHistory history = recording.only();
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::closes_anothers));
  const Answer& answer = history.answers[0];
  EXPECT_EQ(function_of(history, answer.opened), "open_journal");
  EXPECT_EQ(answer.closed, 3U);
  EXPECT_EQ(answer.owned, 1U);
  EXPECT_EQ(answer.noticed, 4U);
  EXPECT_EQ(history.events[3].closer, Closer::no_owner);
  EXPECT_EQ(history.events[1].closer, Closer::other);
}

TEST(NumberAnswers, WithoutAFailedCloseNobodyIsAccused) {
  Watched recording;
  recording.opens(1, "open_cache");
  recording.closes(2, "close_cache");
  recording.opens(3, "open_journal");
  recording.closes(4, "close_cache");
  EXPECT_THAT(kinds(recording.only()), ElementsAre(Answer::Kind::closed));
}

TEST(NumberAnswers, ASecondCloseIsToldOnceForTheSameCode) {
  Watched recording;
  for (int i = 0; i < 3; ++i) {
    recording.opens(1 + i, "opens");
    recording.closes(1.2 + i, "closes");
    recording.fails_to_close(1.4 + i, "closes_again");
  }
  const NumberHistory history = recording.only();
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::closed_twice));
  EXPECT_EQ(history.answers[0].count, 3U);
  EXPECT_EQ(history.answers[0].noticed, 8U);
  EXPECT_EQ(history.answers[0].closed, 7U);
  EXPECT_EQ(history.bad_closes, 3U);
}

TEST(NumberAnswers, AFailedCloseOfWhatNeverWasOpenIsToldWithoutAnOwner) {
  Watched recording;
  recording.fails_to_close(1, "closes");
  const NumberHistory history = recording.only();
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::not_open));
  EXPECT_EQ(history.answers[0].noticed, 0U);
  EXPECT_FALSE(history.answers[0].opened.has_value());
  EXPECT_EQ(history.events[0].error, "EBADF: bad descriptor");
}

TEST(NumberAnswers, AUseAfterTheCloseIsToldWithWhoHadClosedIt) {
  Watched recording;
  recording.opens(1, "opens");
  recording.closes(2, "closes");
  model::Event use = recording.event(model::EventKind::failed_open, 3, 0, recording.simple_stack("uses"));
  use.other = watched;
  use.error = 9;
  recording.happens(use);
  use.error = 24;  // at the limit: no fault of the number's
  recording.happens(use);
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.bad_uses, 1U);
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::used_closed));
  EXPECT_EQ(function_of(history, history.answers[0].closed), "closes");
  EXPECT_EQ(function_of(history, history.answers[0].noticed), "uses");
}

TEST(NumberAnswers, WhatTheKernelNoLongerHasIsGoneAndNobodyIsNamed) {
  Watched recording;
  recording.opens(1, "opens");
  recording.look(model::Snapshot::Taken::at_exit, 5, FakeRecording::streams());
  const NumberHistory history = recording.only();
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::vanished));
  EXPECT_THAT(kinds(history), ElementsAre(Answer::Kind::lost));
}

TEST(NumberAnswers, ASecondCloseBeforeExecIsOneAfterItToo) {
  Watched recording;
  recording.opens(1, "opens");
  recording.closes(2, "closes");
  recording.fails_to_close(3, "closes_again");
  recording.becomes("/bin/other", 5);
  recording.opens(6, "opens_later");
  const NumberHistory history = recording.only();
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::closed_twice, Answer::Kind::open));
  EXPECT_EQ(function_of(history, history.answers[0].opened), "opens");
  EXPECT_EQ(function_of(history, history.answers[0].closed), "closes");
  EXPECT_EQ(function_of(history, history.answers[0].noticed), "closes_again");
}

TEST(NumberAnswers, WhatTheProgramBeforeExecHadClosedIsNotClosedTwice) {
  Watched recording;
  recording.opens(1, "opens");
  recording.closes(2, "closes");
  recording.becomes("/bin/other", 3);
  recording.fails_to_close(4, "closes_again");
  recording.becomes("/bin/another", 5);
  const NumberHistory history = recording.only();
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::not_open, Answer::Kind::closed));
  EXPECT_FALSE(history.answers[0].opened.has_value());
}

// A loop over all numbers is no fault of whoever is closed by it, and no second close.
TEST(NumberAnswers, ASweepIsSaidToBeOne) {
  Watched recording;
  recording.opens(1, "opens");
  for (std::uint64_t fd = 3; fd < 40; ++fd) {
    fd == watched ? recording.closes(2, "daemonize", fd) : recording.fails_to_close(2, "daemonize", fd);
  }
  recording.fails_to_close(3, "daemonize");
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.events[1].closer, Closer::sweep);
  EXPECT_TRUE(history.events[2].noise);
  EXPECT_THAT(kinds(history), ElementsAre(Answer::Kind::closed));
}

}  // namespace
}  // namespace ajar::analyze
