#include "control/dialogue.h"

#include <gtest/gtest.h>

namespace ajar::control {
namespace {

const Description kShop{.ajar = 811,
                        .program = "shop-server",
                        .recording = "/tmp/a b.ajar",
                        .processes = {{.pid = 812, .start_ticks = 77}, {.pid = 900, .start_ticks = 0}}};

TEST(Dialogue, QuestionsAndAnswersComeOutAsTheyWentIn) {
  for (const auto kind :
       {Question::Kind::describe, Question::Kind::mark, Question::Kind::write_down, Question::Kind::end}) {
    const Question question{.kind = kind, .label = "before login"};
    EXPECT_EQ(to_question(to_message(question)).value(), question);
  }
  EXPECT_EQ(to_description(to_message(kShop)).value(), kShop);
  const Marked marked{
      .label = "x", .time = std::chrono::nanoseconds(12'300'000'000), .handles = 812, .processes = 2};
  EXPECT_EQ(to_marked(to_message(marked)).value(), marked);
  EXPECT_TRUE(to_done(done()).ok());
}

TEST(Dialogue, FieldsOfALaterAjarArePassedOver) {
  Message message = to_message(kShop);
  message.fields["colour"] = "green";
  EXPECT_EQ(to_description(message).value(), kShop);
}

TEST(Dialogue, ARefusalIsToldInItsOwnWords) {
  const Message refusal = to_message(base::Error("not now"));
  EXPECT_EQ(to_done(refusal).error().message(), "not now");
  EXPECT_EQ(to_marked(refusal).error().message(), "not now");
  EXPECT_EQ(to_description(refusal).error().message(), "not now");
}

TEST(Dialogue, AnotherVersionIsNamedAndTheWayOut) {
  Message message = done();
  message.version = 0;
  EXPECT_EQ(to_done(message).error().message(),
            "an older version of ajar records it (protocol 0, this one speaks 1): ask with that version");
  message.version = 2;
  EXPECT_EQ(to_marked(message).error().message(),
            "a later version of ajar records it (protocol 2, this one speaks 1): ask with that version");
}

TEST(Dialogue, AQuestionOfALaterAjarIsRefused) {
  Message message;
  message.fields["question"] = "dance";
  EXPECT_FALSE(to_question(message).ok());
  EXPECT_FALSE(to_question(Message()).ok());
}

TEST(Dialogue, OfVeryManyProcessesTheLatestAreTold) {
  Description many = kShop;
  for (std::int64_t pid = 1000; pid < 101'000; ++pid)
    many.processes.push_back({.pid = pid, .start_ticks = 1});
  const Description told = to_description(to_message(many)).value();
  ASSERT_EQ(told.processes.size(), 4096U);
  EXPECT_EQ(told.processes.back().pid, 100'999);
}

TEST(Dialogue, WhatIsNoNumberIsNone) {
  Message message = to_message(kShop);
  message.fields["ajar"] = "many";
  message.fields["processes"] = "x 12:y -:- 7:8:9 :5 13";
  const Description told = to_description(message).value();
  EXPECT_EQ(told.ajar, 0);
  EXPECT_EQ(told.processes, (std::vector<Recorded>{{.pid = 12}, {.pid = 7}, {.pid = 13}}));
}

TEST(Label, IsOneShortLine) {
  EXPECT_TRUE(check_label("before login: größer").ok());
  EXPECT_FALSE(check_label("a\nb").ok());
  EXPECT_FALSE(check_label("\033[31m").ok());
  EXPECT_TRUE(check_label(std::string(100, 'x')).ok());
  EXPECT_FALSE(check_label(std::string(101, 'x')).ok());
}

}  // namespace
}  // namespace ajar::control
