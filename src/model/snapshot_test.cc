#include "model/snapshot.h"

#include <gtest/gtest.h>

namespace ajar::model {
namespace {

TEST(Handle, AnInodeIsReadFromAKernelsNameAndFromNoOther) {
  EXPECT_EQ(inode_in_name("socket:[4711]"), 4711U);
  EXPECT_EQ(inode_in_name("pipe:[18446744073709551615]"), UINT64_MAX);
  for (const char* name : {"", "/tmp/socket:[4711]", "anon_inode:[eventfd]", "socket:[]", "socket:[4711",
                           "socket:[47 11]", "socket:[18446744073709551616]", "10.0.0.4:443 -> [::1]"}) {
    EXPECT_EQ(inode_in_name(name), std::nullopt) << name;
  }
}

TEST(Handle, ItsInodeIsTheFactWhereThereIsOneAsASocketsNameTellsItsEndpoints) {
  Handle handle{.value = 3, .type = "tcp socket", .name = "10.0.0.4:443 -> 10.0.0.9:5", .facts = {}};
  EXPECT_EQ(inode_of(handle), std::nullopt);
  handle.facts = {{.key = FactKey::inode, .number = 12, .text = {}}};
  EXPECT_EQ(inode_of(handle), 12U);
  handle.facts.clear();
  handle.name = "socket:[4711]";
  EXPECT_EQ(inode_of(handle), 4711U);
}

TEST(Snapshot, FindsAHandleByItsNumber) {
  Snapshot table;
  EXPECT_EQ(table.find(3), nullptr);
  for (const std::uint64_t value : {0U, 3U, 9U})
    table.handles.push_back({.value = value, .type = "file", .name = "", .facts = {}});
  EXPECT_EQ(table.find(3), &table.handles[1]);
  EXPECT_EQ(table.find(4), nullptr);
  EXPECT_EQ(table.find(10), nullptr);
}

}  // namespace
}  // namespace ajar::model
