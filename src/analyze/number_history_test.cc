#include "analyze/number_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "analyze/fake_watch.h"

namespace ajar::analyze {
namespace {

using report::Answer;
using report::Closer;
using report::NumberEvent;
using report::NumberHistory;
using testing::ElementsAre;
using testing::IsEmpty;
using What = NumberEvent::What;

TEST(NumberHistory, SaysWhoOpenedAndWhoClosedWithThreadsAndNames) {
  Watched recording;
  recording.in_thread(11, "accepts");
  recording.opens(1, "serve");
  recording.in_thread(12, "cleans");
  recording.closes(2, "cleanup");
  const NumberHistory history = recording.only();
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::closed));
  EXPECT_EQ(history.events[0].name, "/etc/passwd");
  EXPECT_EQ(history.events[0].thread_name, "accepts");
  EXPECT_EQ(history.events[1].thread, 12);
  EXPECT_EQ(history.events[1].name, "/etc/passwd");
  EXPECT_EQ(history.events[1].closer, Closer::other);
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::closed));
  EXPECT_EQ(function_of(history, history.answers[0].opened), "serve");
  EXPECT_EQ(function_of(history, history.answers[0].closed), "cleanup");
}

TEST(NumberHistory, KeepsAllLivesOfTheNumber) {
  Watched recording;
  for (int i = 0; i < 1000; ++i) {
    recording.opens(1 + i, "serve");
    recording.closes(1.5 + i, "finish");
  }
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.events.size(), 2000U);
  EXPECT_EQ(history.opened, 1000U);
  EXPECT_EQ(history.closed, 1000U);
  EXPECT_EQ(history.events[1999].opening, 1998U);
  EXPECT_EQ(history.events[1999].closer, Closer::usual);
}

// What an answer is about is told, however long ago it was.
TEST(NumberHistory, OfAVeryLongOneTheOldestEventsAreOnlyCounted) {
  Watched recording;
  recording.opens(0.1, "opens_first");
  recording.closes(0.2, "closes_first");
  recording.fails_to_close(0.3, "closes_again");
  for (int i = 0; i < 20'000; ++i) {
    recording.opens(1 + i, "serve");
    recording.closes(1.5 + i, "finish");
  }
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.opened, 20'001U);
  EXPECT_EQ(history.events.size() + history.events_left_out, 40'003U);
  EXPECT_EQ(history.events.size(), 10'003U);
  ASSERT_THAT(kinds(history), ElementsAre(Answer::Kind::closed_twice, Answer::Kind::closed));
  EXPECT_EQ(function_of(history, history.answers[0].opened), "opens_first");
  EXPECT_EQ(function_of(history, history.answers[1].closed), "finish");
}

TEST(NumberHistory, PutsInOrderWhatArrivesOutOfOrder) {
  Watched recording;
  recording.opens(1, "first");
  recording.opens(3, "second");
  recording.closes(2, "finish");
  const NumberHistory history = recording.only();
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::closed, What::opened));
  EXPECT_THAT(kinds(history), ElementsAre(Answer::Kind::open));
}

TEST(NumberHistory, OfACloseOutOfTheOrdinaryTheUsualOneIsNamed) {
  Watched recording;
  for (int i = 0; i < 5; ++i) {
    recording.opens(1 + i, "open_journal", 9);
    recording.closes(1.5 + i, "close_journal", 9);
  }
  recording.opens(10, "open_journal");
  recording.closes(11, "cleanup");
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.events[1].closer, Closer::unusual);
  EXPECT_EQ(history.events[1].usual_closer, "shop-server!close_journal");
}

TEST(NumberHistory, ADuplicateOverTheNumberEndsItAndSaysWhatTookItsPlace) {
  Watched recording;
  recording.opens(1, "opens");
  recording.opens(2, "opens_other", 7);
  recording.duplicates(3, 7, watched, "redirects");
  recording.duplicates(4, watched, 8, "copies");
  const NumberHistory history = recording.only();
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::closed_over, What::duplicated, What::copied));
  EXPECT_EQ(history.events[1].other, 7U);
  EXPECT_EQ(history.events[2].other, 7U);
  EXPECT_EQ(history.events[3].other, 8U);
}

// dup2() onto a free number closes nothing.
TEST(NumberHistory, ADuplicateOntoAFreeNumberIsNoClose) {
  Watched recording;
  recording.duplicates(3, 1, watched, "redirects");
  EXPECT_THAT(whats(recording.only()), ElementsAre(What::duplicated));
}

TEST(NumberHistory, ACloseOfARangeCountsOnlyWhereTheNumberIsOpen) {
  Watched recording;
  const auto close_range = [&](double time) {
    model::Event range = recording.event(model::EventKind::close_range, time, 3, {});
    range.other = 100;
    recording.happens(range);
  };
  close_range(1);
  recording.opens(2, "opens");
  close_range(3);
  close_range(4);
  const NumberHistory history = recording.only();
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::closed_in_range));
  EXPECT_EQ(history.events[1].other, 100U);
}

TEST(NumberHistory, IsNamedAsTheLastTableHasIt) {
  Watched recording;
  recording.opens(1, "opens");
  std::vector<model::Handle> handles = FakeRecording::streams();
  handles.push_back(FakeRecording::handle(watched, "file", "/srv/data"));
  recording.look(model::Snapshot::Taken::periodic, 2, handles);
  recording.closes(3, "closes");
  recording.opens(4, "opens", watched, "/etc/group");
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.events[0].name, "/srv/data");
  EXPECT_EQ(history.events[2].name, "/etc/group");
}

TEST(NumberHistory, ExecEndsWhatItClosesAndKeepsWhatCameBefore) {
  Watched recording;
  recording.opens(1, "opens");
  recording.closes(2, "closes");
  recording.opens(3, "opens_again");
  recording.new_image("/bin/other", model::Image::Started::exec, 5);
  recording.look(model::Snapshot::Taken::at_start, 5, FakeRecording::streams());
  const NumberHistory history = recording.only();
  EXPECT_EQ(history.name, "other");
  EXPECT_THAT(whats(history), ElementsAre(What::opened, What::closed, What::opened, What::closed_at_exec));
  EXPECT_THAT(kinds(history), ElementsAre(Answer::Kind::lost));
}

TEST(NumberHistory, AChildThatOnlyInheritedTheNumberIsCountedUnlessAskedFor) {
  Watched recording;
  recording.opens(1, "opens");
  const model::TableId parents = recording.table();
  recording.new_process("/opt/helper", 4200, model::Image::Started::fork, 2, parents);
  std::vector<model::Handle> handles = FakeRecording::streams();
  handles.push_back(FakeRecording::handle(watched, "file", "/etc/passwd"));
  recording.look(model::Snapshot::Taken::at_start, 2, handles);
  EXPECT_EQ(recording.only().pid, 4121);
  EXPECT_EQ(recording.all().only_inherited, 1U);
  for (const char* name : {"helper", "4200"}) {
    const report::NumberHistories asked = recording.all(name);
    ASSERT_EQ(asked.processes.size(), 1U) << name;
    EXPECT_THAT(whats(asked.processes[0]), ElementsAre(What::inherited));
    EXPECT_EQ(function_of(asked.processes[0], 0), "opens");
  }
}

TEST(NumberHistory, OfANumberThatNeverWasOpenTheNearestAreNamed) {
  Watched recording;
  recording.opens(1, "opens", 17);
  EXPECT_THAT(recording.all().processes, IsEmpty());
  EXPECT_EQ(numbers_nearby(recording.watch(), recording.world, ""),
            "4 numbers were, of which 2 and 17 are the nearest");
}

TEST(NumberHistory, OfAProcessThatBecameAnUntracedProgramSaysUntilWhen) {
  Watched recording;
  recording.opens(1, "opens");
  recording.new_image("/bin/static", model::Image::Started::exec, 2);
  recording.process().not_traced = "statically linked";
  const report::NumberHistories histories = recording.all();
  ASSERT_EQ(histories.processes.size(), 1U);
  EXPECT_EQ(histories.processes[0].traced_until_s, 2.0);
  EXPECT_THAT(histories.warnings, ElementsAre(testing::HasSubstr("1 process was not traced")));
}

bool is_open_in(const report::Process& process) {
  const auto has = [](const report::Handle& handle) { return handle.value == watched; };
  const auto inherited = [&](const report::InheritedHandle& handle) { return has(handle.handle); };
  return std::ranges::any_of(
             process.groups,
             [&](const report::Group& group) { return std::ranges::any_of(group.handles, has); }) ||
         std::ranges::any_of(process.coverage.unseen_handles, has) ||
         std::ranges::any_of(process.coverage.inherited_handles, inherited);
}

void expect_sound(const NumberHistory& history, unsigned seed) {
  EXPECT_TRUE(std::ranges::is_sorted(history.events, {}, &NumberEvent::at_s)) << seed;
  for (const NumberEvent& event : history.events) {
    if (!event.opening.has_value()) continue;
    EXPECT_LE(history.events.at(*event.opening).what, What::seen_open) << seed;
  }
  for (const Answer& answer : history.answers) {
    for (const auto& place : {answer.opened, answer.closed, answer.owned, answer.noticed}) {
      EXPECT_LT(place.value_or(0), history.events.size()) << seed;
    }
  }
}

// Whatever is told, in whatever order, and with programs that become others: it is open at the end if the
// report has it open.
TEST(NumberHistory, AgreesWithTheReportWhateverIsTold) {
  using Taken = model::Snapshot::Taken;
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random(seed);
    Watched recording(false);
    const auto look = [&](Taken taken, double time) {
      std::vector<model::Handle> table;
      for (std::uint64_t fd = 0; fd < 6; ++fd) {
        if (random() % 2 == 0)
          table.push_back(FakeRecording::handle(fd, random() % 2 == 0 ? "file" : "pipe"));
      }
      const bool complete = random() % 4 != 0;
      recording.look(taken, time, table, complete);
      recording.snapshot(taken, time, table, complete);
    };
    if (seed % 3 != 0) look(Taken::at_start, 0);
    for (int i = 0; i < 300; ++i) {
      const double time = static_cast<double>(random() % 1000) / 100;
      model::Event event = recording.event(static_cast<model::EventKind>(1 + random() % 8), time,
                                           random() % 6, recording.code(random() % 2 == 0 ? "a" : "b"));
      event.other = random() % 6;
      event.error = static_cast<std::int32_t>(random() % 12);
      event.implied = random() % 4 == 0;
      event.type = recording.text(random() % 2 == 0 ? "file" : "pipe");
      if (random() % 50 == 0) event.time = model::Time(static_cast<std::int64_t>(random()));
      recording.happens(event);
      recording.tell(event);
      if (random() % 20 == 0) look(static_cast<Taken>(2 + random() % 3), time);
      if (random() % 100 != 0) continue;
      recording.new_image("/bin/other", model::Image::Started::exec, time);
      look(Taken::at_start, time);
    }
    const report::NumberHistories all = recording.all();
    const NumberHistory history = all.processes.empty() ? NumberHistory() : all.processes.front();
    expect_sound(history, seed);
    const auto says_open = [](const Answer& answer) { return answer.kind == Answer::Kind::open; };
    const bool is_open = std::ranges::any_of(history.answers, says_open);
    EXPECT_EQ(is_open, is_open_in(recording.only_process(10))) << seed;
  }
}

}  // namespace
}  // namespace ajar::analyze
