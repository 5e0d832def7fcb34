#include "tables/holders.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <cstring>
#include <string>
#include <vector>

#include "platform/testing/temp_tree.h"
#include "tables/proc_fd.h"
#include "tables/sockets/testing/sockets.h"
#include "tables/testing/child.h"

// What one child of the test holds is looked at from the test, which itself holds it too, but is not looked
// through: it is the one that asks.
namespace ajar::tables {
namespace {

using base::OwnedFd;
using model::FactKey;
using platform::ProcFs;
using platform::TempTree;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Texts = std::vector<std::string>;

bool has_kcmp() {
  std::size_t questions = 1;
  OpenFiles files(questions);
  return files.add({.pid = ::getpid(), .handle = 0}).has_value();
}

class TablesOfChildren : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_kcmp()) GTEST_SKIP() << "no kcmp here";
  }

  // All that is known of the child's handle.
  static model::Handle look(const Child& child, int fd) {
    SocketTables sockets(SocketDepth::packets);
    auto table = read_fd_table(ProcFs(), child.pid(), {.detail = Detail::all, .sockets = &sockets});
    if (!table.has_value()) return {};
    Holders::read(ProcFs()).add_facts(child.pid(), table->handles, sockets.of(ProcFs(), child.pid()));
    for (const model::Handle& handle : table->handles) {
      if (handle.value == static_cast<std::uint64_t>(fd)) return handle;
    }
    return {};
  }

  static Texts texts(const model::Handle& handle, FactKey key) {
    Texts texts;
    for (const model::Fact& fact : handle.facts) {
      if (fact.key == key) texts.push_back(fact.text.value_or(std::to_string(fact.number)));
    }
    return texts;
  }

  static Texts also_held_by(const Child& child, int fd) {
    return texts(look(child, fd), FactKey::also_held_by);
  }
  static Texts other_end(const Child& child, int fd) {
    const model::Handle handle = look(child, fd);
    return model::find_fact(handle.facts, FactKey::other_end_gone) != nullptr
               ? Texts{"gone"}
               : texts(handle, FactKey::other_end);
  }

  static std::string words(const Child& child, int fd) {
    return ProcFs().process(child.pid())->name + " " + std::to_string(child.pid()) + " (fd " +
           std::to_string(fd) + ")";
  }
  static std::string itself(int fd) { return "this process (fd " + std::to_string(fd) + ")"; }
};

// A pipe of this test; its numbers are those of the children, too.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    static_cast<void>(::pipe(ends.data()));
    reads = ends[0];
    writes = ends[1];
  }
  ~Pipe() { close(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close() {
    if (open) ::close(reads);
    if (open) ::close(writes);
    open = false;
  }

  int reads = -1, writes = -1;
  bool open = true;
};

void send_handle(const OwnedFd& socket, int handle) {
  char byte = 'x';
  iovec part{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof handle)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof handle);
  std::memcpy(CMSG_DATA(rights), &handle, sizeof handle);
  ASSERT_EQ(::sendmsg(socket.get(), &message, 0), 1);
}

TEST_F(TablesOfChildren, AreHeldByThoseThatInheritedThemToo) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const OwnedFd event(::eventfd(0, 0));
  const OwnedFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  const Child one;
  const Child two;
  for (const int fd : {file.get(), event.get(), socket.get()}) {
    EXPECT_THAT(also_held_by(one, fd), ElementsAre(words(two, fd)));
  }
}

TEST_F(TablesOfChildren, AreNotSharedByOpeningTheSamePathOrTheSameKind) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const OwnedFd event(::eventfd(0, 0));
  const Child one;
  const Child two([&] {  // puts others in their place
    ::close(file.get());
    ::close(event.get());
    ::dup2(::open("/etc/passwd", O_RDONLY), file.get());
    ::dup2(::eventfd(0, 0), event.get());
  });
  EXPECT_THAT(also_held_by(one, file.get()), IsEmpty());
  EXPECT_THAT(also_held_by(one, event.get()), IsEmpty());
}

TEST_F(TablesOfChildren, HaveDuplicatesUnderOtherNumbers) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const OwnedFd same(::dup(file.get()));
  const OwnedFd another(::open("/etc/passwd", O_RDONLY));
  const Child child;
  EXPECT_THAT(also_held_by(child, file.get()), ElementsAre(itself(same.get())));
  EXPECT_THAT(also_held_by(child, same.get()), ElementsAre(itself(file.get())));
  EXPECT_THAT(also_held_by(child, another.get()), IsEmpty());
}

TEST_F(TablesOfChildren, AreToldApartAmongMany) {
  std::vector<OwnedFd> events;
  for (int i = 0; i < 100; ++i) events.emplace_back(::eventfd(0, 0));
  const Child one;
  const Child two([&] { ::dup2(events[70].get(), events[3].get()); });
  EXPECT_THAT(also_held_by(one, events[3].get()), IsEmpty());
  EXPECT_THAT(also_held_by(one, events[50].get()), ElementsAre(words(two, events[50].get())));
  EXPECT_THAT(also_held_by(one, events[70].get()),
              ElementsAre(words(two, events[3].get()), words(two, events[70].get())));
}

TEST_F(TablesOfChildren, NameOthersFirstAndNoMoreThanSixteen) {
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  std::vector<OwnedFd> duplicates;
  for (int i = 0; i < 20; ++i) duplicates.emplace_back(::dup(file.get()));
  const Child one;
  const Child two([&] {
    for (OwnedFd& fd : duplicates) fd.reset();
  });
  const Texts named = also_held_by(one, file.get());
  ASSERT_THAT(named, SizeIs(17));
  EXPECT_EQ(named.front(), words(two, file.get()));
  EXPECT_EQ(named[1], itself(duplicates[0].get()));
  EXPECT_EQ(named.back(), "5 more");
}

TEST_F(TablesOfChildren, KnowWhoHasTheOtherEndOfAPipe) {
  const Pipe pipe;
  const Child reader([&] { ::close(pipe.writes); });
  const Child writer([&] { ::close(pipe.reads); });
  EXPECT_THAT(other_end(reader, pipe.reads), ElementsAre(words(writer, pipe.writes)));
  EXPECT_THAT(other_end(writer, pipe.writes), ElementsAre(words(reader, pipe.reads)));
  EXPECT_THAT(also_held_by(reader, pipe.reads), IsEmpty()) << "the other end is another open file";
}

TEST_F(TablesOfChildren, HaveBothEndsOfAPipe) {
  const Pipe pipe;
  const Child child;
  EXPECT_THAT(other_end(child, pipe.reads), ElementsAre(itself(pipe.writes)));
  EXPECT_THAT(other_end(child, pipe.writes), ElementsAre(itself(pipe.reads)));
}

TEST_F(TablesOfChildren, OfAPipeWhoseOtherEndNobodyHasSaySo) {
  Pipe pipe;
  const Child reader([&] { ::close(pipe.writes); });
  Child writer([&] { ::close(pipe.reads); });
  EXPECT_THAT(other_end(reader, pipe.reads), ElementsAre(words(writer, pipe.writes)));
  writer.end();
  EXPECT_THAT(other_end(reader, pipe.reads), IsEmpty()) << "this test has it, and is not looked through";
  pipe.close();
  EXPECT_THAT(other_end(reader, pipe.reads), ElementsAre("gone"));
}

TEST_F(TablesOfChildren, KnowThatNobodyReadsAPipeAnyMore) {
  Pipe pipe;
  const Child writer([&] { ::close(pipe.reads); });
  EXPECT_THAT(other_end(writer, pipe.writes), IsEmpty());
  pipe.close();
  EXPECT_THAT(other_end(writer, pipe.writes), ElementsAre("gone"));
}

// An end in a message that nobody has received is in no table.
TEST_F(TablesOfChildren, DoNotCallAnEndGoneThatIsUnderWay) {
  Pipe pipe;
  const Child reader([&] { ::close(pipe.writes); });
  const auto [from, to] = unix_pair(SOCK_DGRAM);
  send_handle(from, pipe.writes);
  pipe.close();
  EXPECT_THAT(other_end(reader, pipe.reads), IsEmpty());
}

TEST_F(TablesOfChildren, KnowWhoHasTheOtherEndOfAFifo) {
  const TempTree tree{};
  const std::string path = tree.path("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const OwnedFd both(::open(path.c_str(), O_RDWR));
  const OwnedFd reading(::open(path.c_str(), O_RDONLY));
  const OwnedFd writing(::open(path.c_str(), O_WRONLY));
  const Child reader([&] {
    ::close(both.get());
    ::close(writing.get());
  });
  const Child writer([&] {
    ::close(both.get());
    ::close(reading.get());
  });
  EXPECT_THAT(other_end(reader, reading.get()), ElementsAre(words(writer, writing.get())));
}

TEST_F(TablesOfChildren, DoNotTakeAnotherFifoOfThatPathForTheirs) {
  const TempTree tree{};
  const std::string path = tree.path("fifo");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  OwnedFd reading(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
  const Child reader;
  reading.reset();
  ::unlink(path.c_str());
  // "fifo (deleted)" is what links say of the first one, and the name of the second.
  const std::string other_path = path + " (deleted)";
  ASSERT_EQ(::mkfifo(other_path.c_str(), 0600), 0);
  const OwnedFd other_reading(::open(other_path.c_str(), O_RDONLY | O_NONBLOCK));
  const OwnedFd other_writing(::open(other_path.c_str(), O_WRONLY));
  const Child writer;
  EXPECT_THAT(texts(look(reader, other_reading.get()), FactKey::path), IsEmpty());
  EXPECT_EQ(look(reader, other_reading.get()).type, "fifo");
  EXPECT_THAT(other_end(reader, other_reading.get()), IsEmpty())
      << "a fifo that nobody has opened for writing may still be";
}

TEST_F(TablesOfChildren, KnowWhoHasTheOtherEndOfAUnixSocket) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    auto pair = unix_pair(type);
    const int first = pair.first.get();
    const int second = pair.second.get();
    const Child one([&] { pair.second.reset(); });
    Child two([&] { pair.first.reset(); });
    pair = {};
    EXPECT_THAT(other_end(one, first), ElementsAre(words(two, second))) << type;
    two.end();
    EXPECT_THAT(other_end(one, first), ElementsAre("gone")) << type;
  }
}

TEST_F(TablesOfChildren, KnowWhoHasTheOtherEndOfATcpConnection) {
  const OwnedFd server = listening_inet(1);
  const OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  ASSERT_TRUE(accepted.valid());
  const Child one([&] { ::close(accepted.get()); });
  const Child two([&] { ::close(client.get()); });
  EXPECT_THAT(other_end(one, client.get()), ElementsAre(words(two, accepted.get())));
  EXPECT_THAT(other_end(two, accepted.get()), ElementsAre(words(one, client.get())));
  EXPECT_THAT(also_held_by(one, server.get()), ElementsAre(words(two, server.get())));
}

TEST_F(TablesOfChildren, ThatShareATableAreToldAsThatAndNotForEachHandle) {
  const Pipe pipe;
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const Child one([&] {
    const Child* sharing = new Child([] {}, CLONE_FILES);  // ends with it
    static_cast<void>(sharing);
  });
  const Child other;
  const Holders holders = Holders::read(ProcFs());
  const auto shared = holders.sharing(one.pid());
  ASSERT_THAT(shared, SizeIs(1));
  EXPECT_THAT(holders.sharing(shared[0]), ElementsAre(one.pid()));
  EXPECT_THAT(holders.sharing(other.pid()), IsEmpty());
  EXPECT_THAT(also_held_by(one, file.get()), ElementsAre(words(other, file.get())));
  EXPECT_THAT(other_end(one, pipe.reads), ElementsAre(words(other, pipe.writes), itself(pipe.writes)));
  ::kill(static_cast<pid_t>(shared[0]), SIGKILL);
}

}  // namespace
}  // namespace ajar::tables
