#include "import/strace/strace_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recording/reader.h"

// What a log becomes: its events in words.
namespace ajar::import::strace {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Kind = model::EventKind;

class Told : public model::Observer {
 public:
  explicit Told(std::string_view text, std::string name = "shop.strace") {
    auto made = as_recording({.name = std::move(name), .bytes = std::as_bytes(std::span(text))});
    if (!made.ok()) {
      error = made.error().message();
      return;
    }
    if (!made.value()) {
      error = "not a log";
      return;
    }
    bytes_ = std::move(*std::move(made).value());
    auto reader = recording::Reader::open(bytes_);
    EXPECT_TRUE(reader.ok());
    reader_ = std::move(reader).value();
    model::Cursor cursor;
    reader_->read(cursor, *this);
    EXPECT_EQ(reader_->damage(), model::Damage());
  }

  void on_events(const model::World& world, std::span<const model::Event> some) override {
    for (const model::Event& event : some) {
      all.push_back(event);
      events.push_back(words(world, event));
    }
  }
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) override {
    tables.push_back(snapshot);
  }
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}

  [[nodiscard]] const model::World& world() const { return reader_->world(); }

  // "f < g", innermost first, of the event at that place.
  [[nodiscard]] std::string stack(std::size_t event) const {
    std::string text;
    for (const model::Frame& frame : world().frames(all.at(event).stack)) {
      const model::SymbolChain* chain = world().symbol(frame);
      text += (text.empty() ? "" : " < ") + (chain == nullptr ? std::string("?") : chain->front().function);
    }
    return text;
  }

  std::string error;
  std::vector<model::Event> all;
  std::vector<std::string> events;
  std::vector<model::Snapshot> tables;

 private:
  static std::string words(const model::World& world, const model::Event& event) {
    constexpr const char* kKinds[] = {"",    "open",   "close", "dup",   "inherit",
                                      "bad", "failed", "peer",  "range", "used"};
    const model::Image* image = world.images.find(event.image);
    std::string text = std::to_string(world.processes.find(image->process)->pid) + " ";
    text += kKinds[static_cast<std::size_t>(event.kind)];
    text += (event.implied ? " implied " : " ") + std::to_string(event.handle);
    if (event.kind == Kind::duplicate || event.kind == Kind::close_range)
      text += " " + std::to_string(event.other);
    for (const std::string_view part : {world.text(event.type), world.text(event.text)})
      if (!part.empty()) text += " " + std::string(part);
    if (event.error != 0) text += " error " + std::to_string(event.error);
    return text;
  }

  std::vector<std::byte> bytes_;
  std::unique_ptr<recording::Reader> reader_;
};

constexpr std::string_view kBegin =
    "812   10:00:00.000000 execve(\"/opt/shop/shop-server\", [\"shop-server\", \"-v\"], 0x7ffc /* 3 vars */) "
    "= 0\n";

std::string log(std::string_view lines) {
  return std::string(kBegin) + std::string(lines);
}

TEST(StraceLog, TellsWhoRanAndWhatItOpenedAndClosed) {
  const Told told(log(
      "812   10:00:01.000000 openat(AT_FDCWD</>, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>\n"
      "812   10:00:02.000000 close(3</etc/passwd>) = 0\n"
      "812   10:00:03.000000 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n"
      "812   10:00:04.000000 connect(3, {sa_family=AF_INET, sin_port=htons(80), "
      "sin_addr=inet_addr(\"1.2.3.4\")}, 16) = -1 EINPROGRESS (Operation now in progress)\n"
      "812   10:00:05.000000 close(9) = -1 EBADF (Bad file descriptor)\n"
      "812   10:00:06.000000 openat(AT_FDCWD</>, \"/etc/shadow\", O_RDONLY) = -1 EACCES (Permission denied)\n"
      "812   10:00:07.000000 exit_group(3) = ?\n"
      "812   10:00:08.000000 +++ exited with 3 +++\n"));
  EXPECT_THAT(told.events,
              ElementsAre("812 inherit 0", "812 inherit 1", "812 inherit 2", "812 open 3 file /etc/passwd",
                          "812 close 3", "812 open 3 tcp socket", "812 peer 3 1.2.3.4:80",
                          "812 bad 9 error 9", "812 failed 0 file /etc/shadow error 13"));
  EXPECT_EQ(std::chrono::floor<std::chrono::microseconds>(told.all[3].time), std::chrono::seconds(1));
  ASSERT_THAT(told.world().images, SizeIs(1));
  const model::Image& image = *told.world().images.begin();
  EXPECT_EQ(image.path, "/opt/shop/shop-server");
  EXPECT_THAT(image.command, ElementsAre("shop-server", "-v"));
  const model::Process& process = *told.world().processes.begin();
  EXPECT_EQ(process.exit_status, 3);
  EXPECT_EQ(process.ended, std::chrono::seconds(8));
  ASSERT_THAT(told.tables, SizeIs(1));
  EXPECT_EQ(told.tables[0].taken, model::Snapshot::Taken::at_exit);
  EXPECT_THAT(told.tables[0].handles, SizeIs(4));
  EXPECT_EQ(told.tables[0].find(3)->name, "1.2.3.4:80");
}

TEST(StraceLog, TellsTheUseOfWhatWasClosed) {
  const Told told(
      log("812   10:00:01 openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
          "812   10:00:01 write(3, \"x\", 1) = -1 EBADF (Bad file descriptor)\n"  // open, but not for that
          "812   10:00:01 close(3) = 0\n"
          "812   10:00:02 write(3, \"x\", 1) = -1 EBADF (Bad file descriptor)\n"
          " > /usr/lib/libc.so.6(write+0x10) [0x100]\n"
          " > /opt/shop/shop-server(log_it+0x5) [0x2005]\n"
          "812   10:00:03 connect(3, {sa_family=AF_UNIX, sun_path=\"/x\"}, 110) = -1 EBADF (Bad file "
          "descriptor)\n"
          "812   10:00:04 copy_file_range(0, NULL, 3, NULL, 1, 0) = -1 EBADF (Bad file descriptor)\n"
          "812   10:00:05 epoll_ctl(4, EPOLL_CTL_DEL, 3, 0x7ffc) = -1 EBADF (Bad file descriptor)\n"
          "812   10:00:05 fstat(3, 0x7ffc) = -1 EBADF (Bad file descriptor)\n"
          "812   10:00:06 write(77, \"x\", 1) = -1 EBADF (Bad file descriptor)\n"));  // who knows
  EXPECT_THAT(told.events,
              ElementsAre("812 inherit 0", "812 inherit 1", "812 inherit 2", "812 open 3 file /a",
                          "812 close 3", "812 used 3 error 9", "812 used 3 error 9", "812 used 3 error 9"));
  EXPECT_THAT(told.world().frames(told.all[5].stack), SizeIs(2));
  EXPECT_TRUE(told.all[6].stack.none());
  EXPECT_EQ(told.world().text(told.all[7].call), "copy_file_range");
}

TEST(StraceLog, HasTheStackBehindItsCallAndBehindTheSecondPartOfAnInterruptedOne) {
  const Told told(
      log("812   10:00:01 openat(AT_FDCWD, \"/a\", O_RDONLY <unfinished ...>\n"
          "813   10:00:01 futex(0x7f, FUTEX_WAKE, 1) = 0\n"
          " > /usr/lib/libc.so.6(pthread_cond_signal+0x10) [0x900]\n"
          "812   10:00:01 <... openat resumed>) = 3\n"
          " > /usr/lib/libc.so.6(__open64+0x51) [0xf8011]\n"
          " > /opt/shop/libpricing.so(fetch_rate+0x10) [0x1110]\n"
          " > /opt/shop/shop-server(main+0x44) [0x1184]\n"
          "812   10:00:02 close(3) = 0\n"
          " > /opt/shop/shop-server() [0x4444]\n"
          " > unexpected_backtracing_error [0x7f0000001000]\n"
          "812   10:00:03 openat(AT_FDCWD, \"/b\", O_RDONLY) = 3\n"));
  ASSERT_THAT(told.events, SizeIs(6));
  EXPECT_EQ(told.stack(3), "__open64 < fetch_rate < main");
  EXPECT_EQ(told.stack(4), "? < ?");
  EXPECT_TRUE(told.all[5].stack.none());
}

TEST(StraceLog, HasWhatWasOpenBeforeTheProcessWasAttachedTo) {
  const Told told(
      "812   read(5</etc/hosts>, \"\"..., 100) = 0\n"
      "812   openat(AT_FDCWD, \"/a\", O_RDONLY) = 4</a>\n"
      "812   write(9<TCP:[1.2.3.4:5->6.7.8.9:80]>, \"x\", 1) = 1\n"
      "812   close(7<socket:[4711]>) = 0\n");
  EXPECT_THAT(told.events, ElementsAre("812 inherit 5 file /etc/hosts", "812 inherit 0", "812 inherit 1",
                                       "812 inherit 2", "812 inherit 3", "812 open 4 file /a",
                                       "812 inherit 9 tcp socket 1.2.3.4:5 -> 6.7.8.9:80",
                                       "812 inherit 7 socket socket:[4711]", "812 close 7"));
  EXPECT_EQ(told.world().images.begin()->how, model::Image::Started::attached);
  EXPECT_FALSE(told.world().origin.events_have_times());
}

TEST(StraceLog, CloseThatAnotherThreadOvertakesStandsBeforeTheOpenThatGotItsNumber) {
  const Told told(
      log("812   10:00:01 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f} => "
          "{parent_tid=[813]}, 88) = 813\n"
          "812   10:00:01 openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
          "812   10:00:02 close(3 <unfinished ...>\n"
          "813   10:00:02 openat(AT_FDCWD, \"/b\", O_RDONLY) = 3\n"
          "812   10:00:02 <... close resumed>) = 0\n"
          " > /opt/shop/shop-server(done+0x1) [0x11]\n"));
  EXPECT_THAT(told.events, ElementsAre("812 inherit 0", "812 inherit 1", "812 inherit 2",
                                       "812 open 3 file /a", "812 close 3", "812 open 3 file /b"));
  EXPECT_EQ(told.stack(4), "done");
  EXPECT_EQ(told.all[5].table, told.all[3].table);
  EXPECT_NE(told.all[5].thread, told.all[3].thread);
  EXPECT_THAT(told.world().origin.notes, IsEmpty());
}

TEST(StraceLog, ForkedChildHasACopyAndAnExecClosesWhatIsMarked) {
  const Told told(
      log("812   10:00:01 openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
          "812   10:00:01 openat(AT_FDCWD, \"/b\", O_RDONLY|O_CLOEXEC) = 4\n"
          "812   10:00:01 fcntl(3, F_DUPFD_CLOEXEC, 10) = 10\n"
          "812   10:00:01 fcntl(4, F_SETFD, 0) = 0\n"
          "812   10:00:02 vfork( <unfinished ...>\n"
          "813   10:00:02 close(3) = 0\n"
          "813   10:00:03 execve(\"/bin/true\", [\"true\"], 0x7f /* 3 vars */ <unfinished ...>\n"
          "812   10:00:03 <... vfork resumed>) = 813\n"
          "813   10:00:03 <... execve resumed>) = 0\n"
          "813   10:00:04 openat(AT_FDCWD, \"/c\", O_RDONLY) = 3\n"
          "813   10:00:05 +++ killed by SIGKILL +++\n"));
  EXPECT_THAT(told.events, Contains("813 close 3"));
  EXPECT_THAT(told.events, Contains("813 open 3 file /c"));
  ASSERT_THAT(told.tables, SizeIs(4)) << "fork, exec, both ends";
  EXPECT_THAT(told.tables[0].handles, SizeIs(6));
  EXPECT_NE(told.tables[1].find(4), nullptr) << "not marked any more";
  EXPECT_EQ(told.tables[1].find(3), nullptr);
  EXPECT_EQ(told.tables[1].find(10), nullptr);
  ASSERT_THAT(told.world().processes, SizeIs(2));
  const model::Process& child = *std::next(told.world().processes.begin());
  EXPECT_EQ(child.parent_pid, 812);
  EXPECT_EQ(child.killed_by_signal, 9);
  ASSERT_THAT(told.world().images, SizeIs(3));
}

TEST(StraceLog, PartsTheTableOfAThreadThatLeavesIt) {
  const Told told(
      log("812   clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 813\n"
          "812   openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
          "813   unshare(CLONE_FILES) = 0\n"
          "813   close(3) = 0\n"
          "812   close(3) = 0\n"));
  ASSERT_THAT(told.events, SizeIs(6));
  EXPECT_NE(told.all[4].table, told.all[5].table);
  EXPECT_EQ(told.all[5].table, told.all[3].table);
}

TEST(StraceLog, PartsTheTableAlsoFromAThreadOfWhichNoLineHasComeYet) {
  const Told told(
      log("812   openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
          "812   clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 813\n"
          "812   unshare(CLONE_FILES) = 0\n"
          "813   close(3) = 0\n"
          "812   close(3) = 0\n"));
  ASSERT_THAT(told.events, SizeIs(6));
  EXPECT_NE(told.all[4].table, told.all[5].table);
  EXPECT_EQ(told.all[5].table, told.all[3].table) << "the process's is the main thread's";
}

TEST(StraceLog, TakesDescriptorsOutOfListsMessagesAndStructures) {
  const Told told(
      log("812   pipe2([3, 4], O_CLOEXEC) = 0\n"
          "812   socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0\n"
          "812   recvmsg(5, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"cmsg_type=SCM_RIGHTS, "
          "cmsg_data=[99]\", iov_len=1}], msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, "
          "cmsg_type=SCM_RIGHTS, cmsg_data=[7</etc/passwd>, 8</etc/passwd>]}], msg_controllen=24, "
          "msg_flags=0}, 0) = 1\n"
          "812   recvmmsg(5, [{msg_hdr={msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, "
          "cmsg_type=SCM_RIGHTS, cmsg_data=[9]}], msg_flags=0}, msg_len=1}], 1, 0, NULL) = 1\n"
          "812   getsockopt(5, SOL_SOCKET, 0x4d /* SO_??? */, [10], [4]) = 0\n"
          "812   clone(child_stack=NULL, flags=CLONE_PIDFD|SIGCHLD, parent_tid=[11<pid:813>]) = 813\n"
          "812   clone3({flags=CLONE_PIDFD, pidfd=0x7f, exit_signal=SIGCHLD} => {pidfd=[12]}, 88) = 814\n"
          "812   ioctl(5, TIOCGPTPEER, O_RDWR) = 13\n"
          "812   accept4(5, NULL, NULL, SOCK_CLOEXEC) = 14\n"
          "812   signalfd4(-1, [INT], 8, SFD_CLOEXEC) = 15\n"
          "812   signalfd4(15<anon_inode:[signalfd]>, [INT], 8, 0) = 15<anon_inode:[signalfd]>\n"
          "812   memfd_create(\"x\", 0) = 16</memfd:x>(deleted)\n"
          "812   bpf(BPF_PROG_TEST_RUN, {test={prog_fd=3}}, 128) = 0\n"
          "812   dup2(3, 20) = 20\n"
          "812   close_range(3, 4294967295, 0) = 0\n"));
  EXPECT_THAT(std::vector(told.events.begin() + 3, told.events.end()),
              ElementsAre("812 open 3 pipe", "812 open 4 pipe", "812 open 5 unix stream socket",
                          "812 open 6 unix stream socket", "812 open 7 file", "812 open 8 file", "812 open 9",
                          "812 open 10 pidfd", "812 open 11 pidfd", "812 open 12 pidfd", "812 open 13",
                          "812 open 14 unix stream socket", "812 open 15 signalfd", "812 open 16 memfd x",
                          "812 close implied 20", "812 dup 20 3", "812 range 3 4294967295"));
  EXPECT_THAT(told.world().origin.notes, Each(Not(HasSubstr("open still"))));
}

TEST(StraceLog, OfTheTerminalHasPidsOnlyWhereThereAreSeveral) {
  const Told told(
      "execve(\"/bin/sh\", [\"sh\"], 0x7f /* 3 vars */) = 0\n"
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
      "vfork(strace: Process 813 attached\n"
      " <unfinished ...>\n"
      "[pid 813] close(3) = 0\n"
      "[pid 812] <... vfork resumed>) = 813\n"
      "[pid 813] +++ exited with 0 +++\n"
      "close(3) = 0\n"
      "+++ exited with 0 +++\n");
  EXPECT_THAT(told.events, ElementsAre("812 inherit 0", "812 inherit 1", "812 inherit 2",
                                       "812 open 3 file /a", "813 close 3", "812 close 3"));
}

TEST(StraceLog, ThatBreaksOffIsReadAsFarAsItGoes) {
  const Told told(
      log("812   openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n812   close(3) = 0\n812   openat(AT_FDCWD, \"/et"));
  EXPECT_THAT(told.events, SizeIs(5));
  EXPECT_FALSE(told.world().processes.begin()->ended);
}

TEST(StraceLog, WithoutAnyCloseIsRefused) {
  const Told told(
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n");
  EXPECT_THAT(told.error, AllOf(HasSubstr("none that closes any"), HasSubstr("-e trace=%desc")));
}

TEST(StraceLog, SaysWhatItLacks) {
  const Told told(
      "execve(\"/bin/sh\", [\"sh\"], 0x7f /* 3 vars */) = 0\n"
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
      "close(3) = 0\n"
      "write(3</a>, \"x\", 1) = 1\n"
      "openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\n"
      "clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f}, 88) = 813\n"
      "clone(child_stack=NULL, flags=SIGCHLD) = 814\n");
  EXPECT_THAT(told.world().origin.notes,
              ElementsAre(HasSubstr("no stacks"), HasSubstr("no times"),
                          HasSubstr("1 descriptor was opened under"), HasSubstr("1 descriptor was used that"),
                          HasSubstr("1 thread that it made"), HasSubstr("1 process that it made")));
}

TEST(StraceLog, OfOneOfSeveralFilesHasItsPidInItsName) {
  const Told told("openat(AT_FDCWD, \"/a\", O_RDONLY) = 3\nclose(3) = 0\n", "shop.812");
  EXPECT_THAT(told.events, Contains("812 open 3 file /a"));
}

TEST(StraceLog, IsToldFromOtherTexts) {
  for (const char* text : {"", "hello\n", "int fd = open(\"/a\", O_RDONLY);\nclose(fd);\n",
                           "COMMAND   PID USER   FD      TYPE DEVICE SIZE/OFF     NODE NAME\n",
                           "a\nb\nc\nd\nopen(\"/a\", O_RDONLY) = 3\n"})
    EXPECT_EQ(Told(text).error, std::string(text).starts_with("COMMAND") ? "" : "not a log") << text;
}

}  // namespace
}  // namespace ajar::import::strace
