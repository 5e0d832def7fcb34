#include "control/door.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <span>
#include <thread>

#include "control/connection.h"
#include "control/sessions.h"
#include "platform/testing/temp_tree.h"

namespace ajar::control {
namespace {

using namespace std::chrono_literals;
using State = Session::State;

// In a folder of its own, so that no other session is in sight (but root's).
class DoorTest : public testing::Test {
 protected:
  DoorTest() { ::setenv("XDG_RUNTIME_DIR", tree_.root().c_str(), 1); }
  ~DoorTest() override { ::unsetenv("XDG_RUNTIME_DIR"); }

  std::unique_ptr<Door> open() {
    auto door = Door::open(about_);
    if (!door.ok()) ADD_FAILURE() << door.error().message();
    return std::move(door).value();
  }

  // Lets the door answer until the work of another thread is done.
  template <typename Work>
  static auto meanwhile(Door& door, const std::function<Message(const Question&)>& answer, Work work) {
    auto result = std::async(std::launch::async, work);
    while (result.wait_for(1ms) != std::future_status::ready) {
      if (const auto asked = door.next()) door.answer(asked->caller, answer(asked->question));
    }
    return result.get();
  }

  Message describing(const Question& question) const {
    return question.kind == Question::Kind::describe ? to_message(about_) : done();
  }

  // Of this test's folder.
  std::vector<Session> sessions() const {
    std::vector<Session> found = find_sessions();
    std::erase_if(found, [&](const Session& one) { return !one.socket.starts_with(folder_); });
    return found;
  }

  std::vector<Session> sessions_while(Door& door) {
    return meanwhile(
        door, [&](const Question& question) { return describing(question); }, [&] { return sessions(); });
  }

  std::vector<std::string> files() const { return files_in({.path = folder_, .owner = own_user()}); }

  const platform::TempTree tree_{};
  const std::string folder_ = tree_.path("ajar");
  const Description about_{.ajar = ::getpid(),
                           .program = "shop-server",
                           .recording = "/x/shop.ajar",
                           .processes = {{.pid = 4711, .start_ticks = 5}}};
};

TEST_F(DoorTest, IsFoundAndSaysWhatTheSessionRecords) {
  const auto door = open();
  const std::vector<Session> found = sessions_while(*door);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::answers);
  EXPECT_EQ(found[0].about, about_);
}

TEST_F(DoorTest, PassesQuestionsOnAndAnswersBack) {
  const auto door = open();
  const std::vector<Session> found = sessions_while(*door);
  ASSERT_EQ(found.size(), 1U);
  Question heard;
  const auto marked = meanwhile(
      *door,
      [&](const Question& question) {
        heard = question;
        return to_message(Marked{.label = "from it", .time = 5ns, .handles = 3, .processes = 1});
      },
      [&] { return mark(found[0], "before"); });
  ASSERT_TRUE(marked.ok()) << marked.error().message();
  EXPECT_EQ(marked.value().label, "from it");
  EXPECT_EQ(heard, (Question{.kind = Question::Kind::mark, .label = "before"}));
}

TEST_F(DoorTest, IsInAFolderForItsOwnerOnly) {
  const auto door = open();
  struct stat status{};
  ASSERT_EQ(::stat(folder_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  EXPECT_EQ(status.st_uid, ::geteuid());
}

TEST_F(DoorTest, IsNeverInAFolderThatOthersCanLookInto) {
  std::filesystem::create_directory(folder_);
  ::chmod(folder_.c_str(), 0755);
  const base::Result<Folder> own = own_folder();
  EXPECT_TRUE(!own.ok() || own.value().path != folder_);
}

TEST_F(DoorTest, IsNeverInALinkToAFolder) {
  const std::string elsewhere = tree_.path("elsewhere");
  std::filesystem::create_directory(elsewhere);
  ::chmod(elsewhere.c_str(), 0700);
  std::filesystem::create_directory_symlink(elsewhere, folder_);
  const base::Result<Folder> own = own_folder();
  EXPECT_TRUE(!own.ok() || own.value().path != folder_);
}

// Somebody else who has come in all the same: by a descriptor that was handed on, say.
TEST_F(DoorTest, RefusesAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const auto door = open();
  const std::vector<Session> found = sessions_while(*door);
  ASSERT_EQ(found.size(), 1U);
  for (const std::string& path : {tree_.root(), folder_, found[0].socket}) ::chmod(path.c_str(), 0777);
  const pid_t other = ::fork();
  if (other == 0) {
    if (::setuid(65'534) != 0) ::_exit(2);
    auto connected = connect_to(found[0].socket);
    if (!connected) ::_exit(3);
    std::string question = encoded(to_message(Question{}));
    static_cast<void>(connected->send(question));
    std::string answer;
    while (connected->receive(answer, kMaxMessage) == Transfer::none_now) ::usleep(1000);
    const auto message = parse_message(std::as_bytes(std::span(answer)));
    const bool refused = message.ok() && message.value() && message.value()->fields.size() == 1 &&
                         message.value()->field("error").find("another user's") != std::string::npos;
    ::_exit(refused ? 0 : 4);
  }
  int status = 0;
  while (::waitpid(other, &status, WNOHANG) == 0) {
    EXPECT_FALSE(door->next().has_value());
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(DoorTest, LeavesWhatIsKnownOfASessionThatEnded) {
  open().reset();
  const std::vector<Session> found = sessions();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::ended);
  EXPECT_EQ(found[0].about, about_);
}

TEST_F(DoorTest, SaysWhenASessionWroteLast) {
  open().reset();
  const auto earlier = sessions().at(0).wrote;
  EXPECT_LE(earlier, std::filesystem::file_time_type::clock::now());
  EXPECT_GT(earlier, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
}

TEST_F(DoorTest, ClearsAwayTheSocketOfASessionThatWasKilled) {
  open().reset();
  const std::string socket = sessions().at(0).socket;
  static_cast<void>(Listener::at(socket));  // closed at once, and there
  ASSERT_TRUE(std::filesystem::exists(socket));
  EXPECT_EQ(sessions().at(0).state, State::ended);
  const auto door = open();
  EXPECT_FALSE(std::filesystem::exists(socket));
  EXPECT_EQ(sessions_while(*door).size(), 2U) << "what is known of it stays";
}

TEST_F(DoorTest, ClearsAwayWhatASessionThatWasKilledHadHalfWritten) {
  const auto alive = open();
  const std::string socket = sessions_while(*alive).at(0).socket;
  const std::string half = folder_ + "/4711-5.about.new";
  const std::string of_alive = socket.substr(0, socket.rfind('.')) + ".about.new";
  for (const std::string& path : {half, of_alive}) std::ofstream(path) << "half";
  const auto door = open();
  EXPECT_FALSE(std::filesystem::exists(half));
  EXPECT_TRUE(std::filesystem::exists(of_alive)) << "it may be at it";
}

TEST_F(DoorTest, KeepsWhatIsKnownOfTheLatestSessionsOnly) {
  open().reset();
  const std::string first = folder_ + "/" + files().at(0);
  for (int i = 0; i < 100; ++i) open().reset();
  EXPECT_LE(files().size(), 64U);
  EXPECT_GE(files().size(), 32U);
  EXPECT_FALSE(std::filesystem::exists(first));
}

TEST_F(DoorTest, RefusesNonsenseAndGoesOn) {
  const auto door = open();
  const std::string socket = sessions_while(*door).at(0).socket;
  const std::string garbage[] = {"GET / HTTP/1.1\r\n\r\n", std::string(10'000, '\0'), encoded(Message()),
                                 std::string("\x00\x10\x00\x00", 4) + std::string(5000, 'x')};
  for (const std::string& bytes : garbage) {
    auto connected = connect_to(socket);
    ASSERT_TRUE(connected.has_value());
    std::string out = bytes;
    static_cast<void>(connected->send(out));
    std::string in;
    while (connected->receive(in, kMaxMessage) == Transfer::none_now) EXPECT_FALSE(door->next().has_value());
    const auto answer = parse_message(std::as_bytes(std::span(in)));
    ASSERT_TRUE(answer.ok() && answer.value()) << bytes.substr(0, 20);
    EXPECT_NE(answer.value()->field("error"), "");
  }
  EXPECT_EQ(sessions_while(*door).at(0).state, State::answers);
}

TEST_F(DoorTest, GoesOnWhenCallersSayNothingOrHangUp) {
  const auto door = open();
  const std::string socket = sessions_while(*door).at(0).socket;
  {
    std::vector<Connection> silent;
    for (int i = 0; i < 10; ++i) {
      auto connected = connect_to(socket);
      ASSERT_TRUE(connected.has_value());
      silent.push_back(std::move(*connected));
      EXPECT_FALSE(door->next().has_value());
    }
    EXPECT_EQ(sessions_while(*door).at(0).state, State::answers) << "others get their answers";
  }
  auto gone = connect_to(socket);
  ASSERT_TRUE(gone.has_value());
  std::string question = encoded(to_message(Question{}));
  static_cast<void>(gone->send(question));
  const auto asked = door->next();
  ASSERT_TRUE(asked.has_value());
  {
    auto last = connect_to(socket);
    ASSERT_TRUE(last.has_value());
    std::string half = encoded(to_message(Question{})).substr(0, 9);
    static_cast<void>(last->send(half));
    EXPECT_FALSE(door->next().has_value());
  }
  door->answer(asked->caller, done());
  door->answer(asked->caller, done());  // it has been shown out by now
  EXPECT_EQ(sessions_while(*door).at(0).state, State::answers);
}

TEST_F(DoorTest, ASessionThatDoesNotAnswerIsToldAsSuch) {
  const auto door = open();  // and nobody looks
  const std::vector<Session> found = sessions();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::silent);
  EXPECT_EQ(found[0].about, about_) << "as it was written down";
  EXPECT_NE(found[0].words.find("does not answer"), std::string::npos);
}

TEST_F(DoorTest, ASessionOfAnotherVersionIsToldAsSuch) {
  const auto door = open();
  const std::vector<Session> found = meanwhile(
      *door,
      [&](const Question&) {
        Message message = to_message(about_);
        message.version = 0;
        return message;
      },
      [&] { return sessions(); });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, State::refuses);
  EXPECT_NE(found[0].words.find("an older version of ajar"), std::string::npos);
}

TEST_F(DoorTest, ASessionThatEndsOverAQuestionIsToldAsSuch) {
  auto door = open();
  const Session session = sessions_while(*door).at(0);
  auto result = std::async(std::launch::async, [&] { return write_down(session); });
  while (!door->next()) std::this_thread::sleep_for(1ms);
  door.reset();
  const base::Result<void> written = result.get();
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().message().find("has just ended; its recording: /x/shop.ajar"), std::string::npos);
}

}  // namespace
}  // namespace ajar::control
