#include "analyze/thefts.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

// A program's closes, told as one would tell a story: who opened a number and who closed it.
class Story {
 public:
  // An ordinary life of some other number.
  Story& elsewhere(const std::string& opener, const std::string& closer, int times = 1) {
    habits_.add(opener, closer, times);
    return *this;
  }

  // A life of the number that the story is about.
  Story& life(const std::string& opener, const std::string& closer, bool plain = true) {
    habits_.add(opener, closer);
    lives_.insert(lives_.begin(), {.opener = opener, .closer = closer, .plain = plain});
    return *this;
  }

  // A close of it that fails. Nothing is told of it, "own fault", or "THIEF takes OWNER's".
  std::string failing_close(const std::string& closer, int times = 1) {
    const Surprise surprise{.closer = closer, .lives = lives_};
    Habits surprised;
    for (const std::size_t robbed : follow(surprise, habits_).robbed)
      surprised.add(lives_[robbed].opener, lives_[robbed].closer, times);
    const std::optional<Theft> theft = find_theft(surprise, habits_, surprised);
    if (!theft.has_value()) return "own fault";
    EXPECT_LT(theft->owned, lives_.size());
    return lives_[theft->stolen].closer + " takes " + lives_[theft->stolen].opener + "'s";
  }

 private:
  Habits habits_;
  std::vector<PastLife> lives_;
};

TEST(Theft, TheSecondCloseOfANumberThatAnotherWasGivenMeanwhileIsOne) {
  EXPECT_EQ(
      Story().life("cache", "close_cache").life("journal", "close_cache").failing_close("close_journal"),
      "close_cache takes journal's");
}

TEST(Theft, IsClearestWhereEachClosesItsOwnOtherwise) {
  Story story;
  story.elsewhere("cache", "close_cache", 50).elsewhere("journal", "close_journal", 50);
  EXPECT_EQ(story.life("cache", "close_cache").life("journal", "close_cache").failing_close("close_journal"),
            "close_cache takes journal's");
}

TEST(Theft, MayComeLongAfterTheThiefHadTheNumber) {
  Story story;
  story.life("cache", "close_cache").life("mail", "close_mail").life("query", "close_query");
  EXPECT_EQ(story.life("journal", "close_cache").failing_close("close_journal"),
            "close_cache takes journal's");
}

TEST(Theft, IsTheFirstOfAChainInWhichTheRobbedRob) {
  Story story;
  story.elsewhere("journal", "close_journal", 5).elsewhere("mail", "close_mail", 5);
  story.life("cache", "close_cache").life("journal", "close_cache").life("mail", "close_journal");
  EXPECT_EQ(story.failing_close("close_mail"), "close_cache takes journal's");
}

// It opens and closes the number once more, rightly, before the one whom it had robbed comes to close it.
TEST(Theft, MayHaveBeenFollowedByTheThiefsNextLife) {
  Story story;
  story.elsewhere("cache", "close_cache", 20).elsewhere("mail", "close_mail", 20);
  story.life("cache", "close_cache").life("mail", "close_cache").life("cache", "close_cache");
  EXPECT_EQ(story.failing_close("close_mail"), "close_cache takes mail's");
}

// The one it had robbed takes the thief's next handle, unknowingly, and so the thief is the one who fails.
TEST(Theft, MayFallBackOnTheThiefWhoIsStillTheThief) {
  Story story;
  story.elsewhere("cache", "close_cache", 20).elsewhere("mail", "close_mail", 20);
  story.life("cache", "close_cache").life("mail", "close_cache").life("cache", "close_mail");
  EXPECT_EQ(story.failing_close("close_cache"), "close_cache takes mail's");
}

TEST(Theft, MayBeFromManyByOneThief) {
  Story story;
  story.elsewhere("cache", "close_cache", 100).elsewhere("mail", "close_mail", 20);
  for (const char* other : {"journal", "query", "log", "page"})
    story.elsewhere(other, "close_cache").elsewhere(other, "close_own", 20);
  EXPECT_EQ(story.life("cache", "close_cache").life("mail", "close_cache").failing_close("close_mail"),
            "close_cache takes mail's");
}

TEST(NoTheft, IsSaidOfOthersLivesWhereTheOneThatWasMeantIsForgotten) {
  Story story;
  story.elsewhere("mail", "close_mail", 20);
  EXPECT_EQ(story.life("cache", "close_cache").life("query", "close_cache").failing_close("close_mail"),
            "own fault");
}

TEST(NoTheft, IsAHandleThatItsOwnerClosesTwice) {
  EXPECT_EQ(Story().life("cache", "close_cache").failing_close("close_cache_again"), "own fault");
  EXPECT_EQ(Story().life("cache", "close_cache").failing_close("close_cache"), "own fault");
}

TEST(NoTheft, IsWhatIsClosedTwiceAfterTheSameCodeHadTheNumberBefore) {
  EXPECT_EQ(Story().life("cache", "close_cache").life("cache", "close_cache").failing_close("~Cache"),
            "own fault");
}

TEST(NoTheft, IsACloseOfAnUnopenedNumber) {
  EXPECT_EQ(Story().failing_close("close_cache"), "own fault");
}

// A worker closes what the acceptor opened, as always, and a reaper closes some of them again.
TEST(NoTheft, IsAThreadPoolThatClosesWhatItWasHanded) {
  Story story;
  story.elsewhere("accept", "worker", 500).elsewhere("open_page", "worker", 500);
  EXPECT_EQ(story.life("open_page", "worker").life("accept", "worker").failing_close("reaper", 3),
            "own fault");
}

TEST(NoTheft, IsAConnectionPoolWhoseNumbersComeBack) {
  Story story;
  story.elsewhere("connect", "pool_shrink", 40);
  story.life("open_config", "close_config").life("connect", "pool_shrink").life("connect", "pool_shrink");
  EXPECT_EQ(story.failing_close("~Connection"), "own fault");
}

TEST(NoTheft, IsOneHelperThatClosesForEverybody) {
  Story story;
  story.elsewhere("socket", "close_fd").elsewhere("open_log", "close_fd").elsewhere("epoll", "close_fd");
  EXPECT_EQ(story.life("open_log", "close_fd").life("connect", "close_fd").failing_close("~Connection"),
            "own fault");
}

TEST(NoTheft, IsAFileThatIsClosedByItsNumberAndThenByItsStream) {
  Story story;
  story.elsewhere("fopen", "fclose", 20);
  EXPECT_EQ(story.life("fopen", "fclose").life("fopen", "close").failing_close("fclose"), "own fault");
}

TEST(NoTheft, IsWhatADup2OverTheNumberClosed) {
  Story story;
  story.life("open_log", "redirect").life("pipe", "redirect", false);
  EXPECT_EQ(story.failing_close("close_pipe"), "own fault");
  Story before;
  before.life("open_log", "redirect", false).life("pipe", "redirect");
  EXPECT_EQ(before.failing_close("close_pipe"), "own fault");
}

// os.close() on the descriptor of a file object, which then closes it once more, in a program that always
// does.
TEST(NoTheft, IsAnInterpretersCloseOfWhatItsObjectsOpenedWhereThatIsUsual) {
  Story story;
  story.elsewhere("FileIO", "os_close", 30).elsewhere("os_open", "os_close", 100);
  EXPECT_EQ(story.life("os_open", "os_close").life("FileIO", "os_close").failing_close("FileIO_dealloc"),
            "own fault");
}

// The lives that a forked child was born with were opened by others, and closing them is its business.
TEST(NoTheft, IsAChildThatClosesWhatItInherited) {
  Story story;
  story.life("parent", "close_inherited", false).life("open_log", "close_inherited");
  EXPECT_EQ(story.failing_close("close_log"), "own fault");
}

TEST(NoTheft, IsAnErrorPathThatClosesForTwoOfWhichOneForgot) {
  Story story;
  story.elsewhere("connect", "give_up", 9).elsewhere("connect", "close_connection", 90);
  EXPECT_EQ(story.life("open_log", "give_up").life("connect", "give_up").failing_close("close_connection"),
            "own fault");
}

TEST(NoTheft, IsSaidWhereWhatIsUsualIsNotKnown) {
  const Surprise surprise{.closer = "close_journal",
                          .lives = {{.opener = "journal", .closer = "close_cache"},
                                    {.opener = "cache", .closer = "close_cache"}}};
  EXPECT_FALSE(find_theft(surprise, {}, {}).has_value());
}

}  // namespace
}  // namespace ajar::analyze
