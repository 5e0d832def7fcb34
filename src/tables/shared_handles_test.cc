#include "tables/shared_handles.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tables/proc_fd.h"
#include "tables/same_file.h"
#include "tables/sockets/testing/sockets.h"
#include "tables/testing/child.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;

bool has_kcmp() {
  std::size_t questions = 1;
  OpenFiles files(questions);
  return files.add({.pid = ::getpid(), .handle = 0}).has_value();
}

// What the first of two children shares with the second, and the second with the first, by type.
struct Shared {
  std::map<std::string, std::uint64_t> first, second;
};

Shared shared_by(const Child& one, const Child& two) {
  const platform::ProcFs proc;
  SocketTables sockets;
  std::vector<FdTable> read;
  for (const Child* child : {&one, &two}) {
    auto table = read_fd_table(proc, child->pid(), {.sockets = &sockets});
    if (table.has_value()) read.push_back(*std::move(table));
  }
  if (read.size() != 2) return {};
  const std::array tables = {
      OpenTable{.pid = one.pid(), .handles = read[0].handles, .sockets = &sockets.of(proc, one.pid())},
      OpenTable{.pid = two.pid(), .handles = read[1].handles, .sockets = &sockets.of(proc, two.pid())}};
  Shared shared;
  for (const SharedHandles& row : shared_handles(tables))
    (row.of == 0 ? shared.first : shared.second)[row.type] = row.count;
  return shared;
}

TEST(SharedHandles, AreConnectionsOfWhichEachHasAnEnd) {
  const OwnedFd server = listening_inet(8);
  std::vector<std::pair<OwnedFd, OwnedFd>> pairs;
  for (int i = 0; i < 3; ++i) pairs.push_back(unix_pair(SOCK_STREAM));
  for (int i = 0; i < 2; ++i) {
    OwnedFd client = connected_to(server);
    pairs.emplace_back(std::move(client), accepted_by(server));
  }
  const Child one([&] {
    ::close(server.get());
    for (const auto& pair : pairs) ::close(pair.second.get());
  });
  const Child two([&] {
    ::close(server.get());
    for (const auto& pair : pairs) ::close(pair.first.get());
    ::close(pairs[0].second.get());  // of the first pair it has nothing
  });
  const Shared shared = shared_by(one, two);
  EXPECT_EQ(shared.first.at("unix stream socket"), 2U);
  EXPECT_EQ(shared.second.at("unix stream socket"), 2U);
  EXPECT_EQ(shared.first.at("tcp socket"), 2U);
  EXPECT_EQ(shared.second.at("tcp socket"), 2U);
}

TEST(SharedHandles, AreOpenFilesThatBothHaveAndNoOthersOfTheSameName) {
  if (!has_kcmp()) GTEST_SKIP() << "no kcmp here";
  const OwnedFd file(::open("/etc/passwd", O_RDONLY));
  const OwnedFd event(::eventfd(0, 0));
  const Child one([&] { static_cast<void>(::dup(event.get())); });
  const Child two([&] {
    ::dup2(::open("/etc/passwd", O_RDONLY), file.get());
    static_cast<void>(::eventfd(0, 0));
  });
  const Shared shared = shared_by(one, two);
  EXPECT_EQ(shared.first.at("eventfd"), 2U) << "both its handles of it";
  EXPECT_EQ(shared.second.at("eventfd"), 1U);
  EXPECT_FALSE(shared.first.contains("file") && shared.first.at("file") > 3)
      << "but for what a test begins with";
  const Child three;
  EXPECT_EQ(shared_by(one, three).first["file"],
            shared.first.contains("file") ? shared.first.at("file") + 1 : 1);
}

TEST(SharedHandles, ArePipesWhicheverEndEachHas) {
  std::array<int, 2> ends{-1, -1};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const Child one([&] { ::close(ends[0]); });
  const Child two([&] { ::close(ends[1]); });
  const Child none([&] {
    ::close(ends[0]);
    ::close(ends[1]);
  });
  EXPECT_EQ(shared_by(one, two).first["pipe"], shared_by(one, none).first["pipe"] + 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

// A leak of duplicates: by comparing each with each it would take hours.
TEST(SharedHandles, OfWhichThereAreManyDuplicatesAreCountedInNoTime) {
  const model::Handle pipe{.value = 3, .type = "pipe", .name = "pipe:[7]", .facts = {}};
  const std::vector<model::Handle> many(1'000'000, pipe), one(1, pipe);
  const auto shared =
      shared_handles(std::array{OpenTable{.pid = 1, .handles = many}, OpenTable{.pid = 2, .handles = one}});
  ASSERT_EQ(shared.size(), 2U);
  EXPECT_EQ(shared[0].count, many.size());
  EXPECT_EQ(shared[1].count, 1U);
}

TEST(SharedHandles, OfOneTableAreNone) {
  const model::Handle pipe{.value = 3, .type = "pipe", .name = "pipe:[7]", .facts = {}};
  const std::vector<model::Handle> handles = {pipe, pipe};
  EXPECT_TRUE(shared_handles(std::array{OpenTable{.pid = 1, .handles = handles}}).empty());
  EXPECT_TRUE(shared_handles({}).empty());
}

}  // namespace
}  // namespace ajar::tables
