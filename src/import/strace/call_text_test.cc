#include "import/strace/call_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "import/strace/constants.h"
#include "import/strace/descriptor_words.h"

namespace ajar::import::strace {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::string> arguments(std::string_view text) {
  const auto call = parse_call(text);
  EXPECT_TRUE(call) << text;
  std::vector<std::string> all;
  for (std::size_t i = 0; call && i < call->count; ++i) all.emplace_back(call->argument(i));
  return all;
}

TEST(CallText, IsCutAtTheCommasBetweenArguments) {
  EXPECT_THAT(arguments("AT_FDCWD</tmp/a, b>, \"x, \\\"y) = 3\", O_RDONLY|O_CLOEXEC) = 4</tmp/x>"),
              ElementsAre("AT_FDCWD</tmp/a, b>", "\"x, \\\"y) = 3\"", "O_RDONLY|O_CLOEXEC"));
  EXPECT_THAT(
      arguments("3<UNIX-STREAM:[29501->29502, \"/run/x\"]>, {sa_family=AF_UNIX, sun_path=\"/a\"}, 110) = 0"),
      ElementsAre("3<UNIX-STREAM:[29501->29502, \"/run/x\"]>", "{sa_family=AF_UNIX, sun_path=\"/a\"}",
                  "110"));
  EXPECT_THAT(arguments(")       = 10759"), ElementsAre());
  EXPECT_THAT(arguments("[3<pipe:[5]>, 4<pipe:[5]>], O_CLOEXEC) = 0"),
              ElementsAre("[3<pipe:[5]>, 4<pipe:[5]>]", "O_CLOEXEC"));
  EXPECT_THAT(arguments("1</dev/null<char 1:3>>, \"x\"..., 5) = 5"),
              ElementsAre("1</dev/null<char 1:3>>", "\"x\"...", "5"));
  EXPECT_THAT(arguments("5, SOL_SOCKET, 0x4d /* SO_???, (x) */, [16], [4]) = 0"),
              ElementsAre("5", "SOL_SOCKET", "0x4d /* SO_???, (x) */", "[16]", "[4]"));
}

TEST(CallText, ThatWasCutIsNone) {
  for (const char* text : {"", "3", "3, \"ab", "3)", "3) ", "3</tmp/x", "3, {a=[1, 2"})
    EXPECT_FALSE(parse_call(text)) << text;
}

Result result(std::string_view text) {
  const auto call = parse_call(text);
  EXPECT_TRUE(call) << text;
  return call ? call->result : Result();
}

TEST(Result, IsANumberADescriptorAnErrorOrNotKnown) {
  EXPECT_EQ(result("1) = 7").value, 7);
  EXPECT_EQ(result("1) = 3<TCP:[127.0.0.1:5->1.2.3.4:80]> <0.000012>").value, 3);
  EXPECT_EQ(result("1) = 3<TCP:[127.0.0.1:5->1.2.3.4:80]> <0.000012>").decoration,
            "TCP:[127.0.0.1:5->1.2.3.4:80]");
  EXPECT_EQ(result("1) = 3<TCP:[127.0.0.1:5->1.2.3.4:80]> <0.000012>").took, 12us);
  EXPECT_EQ(result("1) = 0x7f01 <0.5>").value, 0x7f01);
  EXPECT_EQ(result("1) = 0x7f01 <0.5>").took, 500ms);
  EXPECT_EQ(result("1) = -1 EMFILE (Too many open files)").error, 24);
  EXPECT_EQ(result("1) = -1 ESHOP (No such error)").error, Result::kOtherError);
  EXPECT_EQ(result("1) = 813<shop server>").value, 813);
  EXPECT_FALSE(result("1) = ?").known);
  EXPECT_FALSE(result("1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)").known);
  EXPECT_EQ(result("1) = 12 (in [3], left {tv_sec=1, tv_usec=2})").value, 12);
}

TEST(Descriptor, HasItsDecorationWhereThereIsOne) {
  EXPECT_EQ(parse_descriptor("3")->number, 3);
  EXPECT_EQ(parse_descriptor("-1")->number, -1);
  EXPECT_EQ(parse_descriptor("3</etc/passwd>")->decoration, "/etc/passwd");
  EXPECT_TRUE(parse_descriptor("12</memfd:x>(deleted)")->deleted);
  EXPECT_EQ(parse_descriptor("AT_FDCWD</tmp>"), std::nullopt);
  EXPECT_EQ(parse_descriptor("0x7f01"), std::nullopt);
  EXPECT_EQ(decorated_descriptor("812<shop>, SIGTERM"), std::nullopt) << "a process";
  EXPECT_EQ(decorated_descriptor("3<anon_inode:[eventpoll]>, x")->number, 3);
}

TEST(Descriptor, HasATypeAndAName) {
  const auto words = [](std::string_view text) {
    const auto descriptor = parse_descriptor(text);
    return type_of(*descriptor) + "|" + name_of(*descriptor);
  };
  EXPECT_EQ(words("3"), "|");
  EXPECT_EQ(words("3</etc/my\\40file>"), "file|/etc/my file");
  EXPECT_EQ(words("3<pipe:[4711]>"), "pipe|pipe:[4711]");
  EXPECT_EQ(words("3<socket:[4711]>"), "socket|socket:[4711]");
  EXPECT_EQ(words("3<TCP:[4711]>"), "tcp socket|socket:[4711]");
  EXPECT_EQ(words("3<TCPv6:[[::1]:80->[::1]:5000]>"), "tcp socket|[::1]:80 -> [::1]:5000");
  EXPECT_EQ(words("3<UNIX-STREAM:[29501->29502]>"), "unix stream socket|socket:[29501]");
  EXPECT_EQ(words("3<NETLINK:[ROUTE:4711]>"), "netlink socket|ROUTE:4711");
  EXPECT_EQ(words("3<anon_inode:[eventpoll]>"), "epoll|anon_inode:[eventpoll]");
  EXPECT_EQ(words("3<signalfd:[INT]>"), "signalfd|signalfd:[INT]");
  EXPECT_EQ(words("3<pid:812>"), "pidfd|pid:812");
  EXPECT_EQ(words("3</dev/pts/0<char 136:0>>"), "tty|/dev/pts/0");
  EXPECT_EQ(words("3</memfd:x>(deleted)"), "memfd|/memfd:x (deleted)");
}

TEST(Address, IsWrittenAsPeopleWriteIt) {
  EXPECT_EQ(words_of_address("{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}"),
            "127.0.0.1:80");
  EXPECT_EQ(words_of_address("{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
                             "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}"),
            "[::1]:80");
  EXPECT_EQ(words_of_address("{sa_family=AF_UNIX, sun_path=\"/run/x, y.sock\"}"), "/run/x, y.sock");
  EXPECT_EQ(words_of_address("{sa_family=AF_UNIX, sun_path=@\"abstract\"}"), "@abstract");
  EXPECT_EQ(words_of_address("NULL"), "");
  EXPECT_EQ(type_of_accepted("{sa_family=AF_INET, sin_port=htons(80)}"), "tcp socket");
  EXPECT_EQ(type_of_accepted("{sa_family=AF_UNIX}"), "unix stream socket");
  EXPECT_EQ(type_of_accepted("NULL"), "");
}

TEST(Constants, AreNumbersNamesOrSeveral) {
  EXPECT_EQ(number_of("SOCK_STREAM|SOCK_CLOEXEC"), 02000001U);
  EXPECT_EQ(number_of("0x4d /* SO_??? */"), 77U);
  EXPECT_EQ(number_of("0666"), 0666U);
  EXPECT_EQ(number_of("PF_INET"), 2U);
  EXPECT_EQ(number_of("O_RDONLY|O_CLOEXEC"), 02000000U);
  EXPECT_EQ(number_of("AF_MARS"), 0xffffffffU);
  EXPECT_EQ(static_cast<std::int32_t>(number_of("-1")), -1);
}

TEST(Text, IsUnquoted) {
  EXPECT_EQ(unquoted("\"a\\tb\\\"c\\\\d\\177\\x41\"..."), "a\tb\"c\\d\177A");
  EXPECT_EQ(unquoted("0x7f00"), "");
}

}  // namespace
}  // namespace ajar::import::strace
