#include "import/lsof/lsof_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recording/reader.h"

namespace ajar::import::lsof {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class Tables : public model::Observer {
 public:
  explicit Tables(std::string_view text) {
    const auto made = as_recording({.name = "lsof.txt", .bytes = std::as_bytes(std::span(text))});
    EXPECT_TRUE(made.ok() && made.value().has_value());
    if (!made.ok() || !made.value()) return;
    auto reader = recording::Reader::open(*made.value());
    model::Cursor cursor;
    reader.value()->read(cursor, *this);
    for (const model::Process& process : reader.value()->world().processes) pids.push_back(process.pid);
    for (const model::Image& image : reader.value()->world().images) names.push_back(image.name());
  }

  void on_events(const model::World& /*world*/, std::span<const model::Event> /*some*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) override {
    tables.push_back(snapshot);
  }

  // "3 file /etc/passwd", of each.
  [[nodiscard]] std::vector<std::string> words(std::size_t table) const {
    std::vector<std::string> all;
    for (const model::Handle& handle : tables.at(table).handles)
      all.push_back(std::to_string(handle.value) + " " + handle.type + " " + handle.name);
    return all;
  }

  std::vector<model::Snapshot> tables;
  std::vector<std::int64_t> pids;
  std::vector<std::string> names;
};

constexpr std::string_view kTable =
    "COMMAND   PID USER   FD      TYPE DEVICE SIZE/OFF     NODE NAME\n"
    "gateway   812 shop  cwd       DIR  254,0     4096  5308438 /opt/shop\n"
    "gateway   812 shop  txt       REG  254,0  1265648   247101 /opt/shop/gateway\n"
    "gateway   812 shop    0r      CHR    1,3      0t0        4 /dev/null\n"
    "gateway   812 shop    1w      REG  254,0      120   353616 /var/log/my app.log\n"
    "gateway   812 shop    3u  a_inode   0,14        0     1057 [eventpoll:4,5]\n"
    "gateway   812 shop    4u     IPv4 112233      0t0      TCP 127.0.0.1:80->127.0.0.1:5000 (CLOSE_WAIT)\n"
    "gateway   812 shop    5r     FIFO   0,13      0t0   112234 pipe\n"
    "gateway   812 shop    6uW    unix 0xffff      0t0   112235 /run/x.sock type=STREAM (CONNECTED)\n"
    "helper    813 shop   10u     sock    0,8      0t0   112236 protocol: TCP\n"
    "helper    813 shop   11r      REG  254,0      120   353617 /tmp/gone (deleted)\n";

void expect_both(const Tables& read) {
  EXPECT_THAT(read.pids, ElementsAre(812, 813));
  EXPECT_THAT(read.names, ElementsAre("gateway", "helper"));
  ASSERT_THAT(read.tables, SizeIs(2));
  EXPECT_THAT(read.words(0),
              ElementsAre("0 device /dev/null", "1 file /var/log/my app.log", "3 epoll [eventpoll:4,5]",
                          "4 tcp socket 127.0.0.1:80 -> 127.0.0.1:5000", "5 pipe pipe",
                          "6 unix stream socket /run/x.sock type=STREAM (CONNECTED)"));
  EXPECT_EQ(fact_text(read.tables[0].handles[3].facts, model::FactKey::socket_state), "CLOSE_WAIT");
  EXPECT_EQ(fact_text(read.tables[0].handles[3].facts, model::FactKey::local_address), "127.0.0.1:80");
  EXPECT_THAT(read.words(1), ElementsAre("10 tcp socket protocol: TCP", "11 file /tmp/gone (deleted)"));
  EXPECT_EQ(fact_number(read.tables[1].handles[1].facts, model::FactKey::deleted), 1U);
}

TEST(LsofTable, HasTheDescriptorsOfEachProcess) {
  expect_both(Tables(kTable));
}

TEST(LsofTable, IsFoundBehindOtherWords) {
  expect_both(Tables("$ sudo lsof -nP -p 812,813\nlsof: WARNING: can't stat() fuse\n" + std::string(kTable)));
}

TEST(LsofTable, IsReadWhereItsColumnsWereLost) {
  const Tables read(
      "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n"
      "gateway 812 shop 7u IPv4 112233 0t0 TCP 127.0.0.1:80->127.0.0.1:5000 (CLOSE_WAIT)\n");
  ASSERT_THAT(read.tables, SizeIs(1));
  EXPECT_THAT(read.words(0), ElementsAre("7 tcp socket 127.0.0.1:80 -> 127.0.0.1:5000"));
}

TEST(LsofTable, MayHaveEmptyColumns) {
  const Tables read(
      "COMMAND     PID   TID TASKCMD   USER   FD      TYPE DEVICE SIZE/OFF     NODE NAME\n"
      "gateway     812                 shop    7r      REG  254,0      120   353616 /var/log/a\n"
      "gateway     812   815 worker    shop    7r      REG  254,0      120   353616 /var/log/a\n");
  ASSERT_THAT(read.tables, SizeIs(1));
  EXPECT_THAT(read.words(0), ElementsAre("7 file /var/log/a"));
}

TEST(LsofFields, SayTheSame) {
  expect_both(Tables(
      "p812\ncgateway\nfcwd\ntDIR\nn/opt/shop\nf0\ntCHR\nn/dev/null\nf1\ntREG\nn/var/log/my app.log\n"
      "f3\nta_inode\nn[eventpoll:4,5]\nf4\ntIPv4\nPTCP\nn127.0.0.1:80->127.0.0.1:5000\nTST=CLOSE_WAIT\n"
      "f5\ntFIFO\nnpipe\nf6\ntunix\nn/run/x.sock type=STREAM (CONNECTED)\n"
      "p813\nchelper\nf10\ntsock\nnprotocol: TCP\nf11\ntREG\nn/tmp/gone (deleted)\n"));
}

TEST(Lsof, IsNotTakenForOtherTexts) {
  for (const std::string_view text : {"p812\nq\n", "COMMAND PID\nx 1\n", "please\nforward\n", "p1\n"})
    EXPECT_FALSE(is_list(std::as_bytes(std::span(text)))) << text;
}

}  // namespace
}  // namespace ajar::import::lsof
