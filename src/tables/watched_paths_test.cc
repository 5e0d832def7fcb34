#include "tables/watched_paths.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/owned_fd.h"
#include "platform/testing/temp_tree.h"
#include "tables/testing/child.h"

namespace ajar::tables {
namespace {

using base::OwnedFd;
using platform::ProcFs;
using platform::TempTree;

// As fdinfo has what lies at a path; with its file handle, if there is such and one is asked for.
WatchedObject object_at(const std::string& path, bool with_file_handle = false) {
  WatchedObject object;
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return object;
  object.inode = found.st_ino;
  object.device = (std::uint64_t{major(found.st_dev)} << 20U) | minor(found.st_dev);
  alignas(file_handle) std::byte room[sizeof(file_handle) + MAX_HANDLE_SZ]{};
  auto* handle = reinterpret_cast<file_handle*>(room);
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  if (!with_file_handle || ::name_to_handle_at(AT_FDCWD, path.c_str(), handle, &mount, 0) != 0) return object;
  object.file_handle_type = handle->handle_type;
  const auto* bytes = reinterpret_cast<const std::byte*>(handle->f_handle);
  object.file_handle.assign(bytes, bytes + handle->handle_bytes);
  return object;
}

WatchedPaths of_this_process() {
  return {ProcFs(), ::getpid()};
}

TEST(WatchedPaths, AreThoseThatAreKnownOfTheProcessAndTheFoldersAbove) {
  const TempTree tree{{"etc/app/app.conf", ""}};
  WatchedPaths paths = of_this_process();
  const WatchedObject folder = object_at(tree.path("etc"));
  EXPECT_EQ(paths.of(folder), object_words(folder)) << "nobody has told of it";
  paths.add_known(tree.path("etc/app/app.conf"));
  EXPECT_EQ(paths.of(folder), tree.path("etc"));
  EXPECT_EQ(paths.of(object_at(tree.path("etc/app/app.conf"))), tree.path("etc/app/app.conf"));
  EXPECT_EQ(paths.of(object_at("/proc")), "/proc") << "where something is mounted is known";
}

TEST(WatchedPaths, AreNotToldOfWhatLiesThereInstead) {
  const TempTree tree{{"a/file", ""}};
  WatchedPaths paths = of_this_process();
  paths.add_known(tree.path("a/file"));
  const WatchedObject watched = object_at(tree.path("a"));
  ASSERT_EQ(::rename(tree.path("a").c_str(), tree.path("b").c_str()), 0);
  tree.write("a/file", "");
  EXPECT_EQ(paths.of(watched), object_words(watched));
}

TEST(WatchedPaths, OfFileHandlesAreThoseOfNow) {
  const TempTree tree{{"a/file", ""}};
  const WatchedObject watched = object_at(tree.path("a"), true);
  if (watched.file_handle.empty()) GTEST_SKIP() << "no file handles on this file system";
  const WatchedPaths paths = of_this_process();
  if (paths.of(watched) == object_words(watched)) GTEST_SKIP() << "takes CAP_DAC_READ_SEARCH";
  EXPECT_EQ(paths.of(watched), tree.path("a"));
  ::rename(tree.path("a").c_str(), tree.path("b").c_str());
  EXPECT_EQ(paths.of(watched), tree.path("b"));
}

TEST(WatchedPaths, NonsenseForAFileHandleIsNoTrouble) {
  WatchedObject object = object_at("/");
  object.inode = 1'234'567'890;
  object.file_handle_type = 1;
  object.file_handle.assign(5, std::byte{0xff});
  const WatchedPaths paths = of_this_process();
  EXPECT_EQ(paths.of(object), object_words(object));
  object.file_handle.assign(1000, std::byte{0xff});
  EXPECT_EQ(paths.of(object), object_words(object));
}

// A process in a root of its own below `tree`: jail, where the folder part is mounted on /there.
bool enter_jail(const TempTree& tree) {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("", "/", "", MS_REC | MS_PRIVATE, "") == 0 &&
         ::mount(tree.path("part").c_str(), tree.path("jail/there").c_str(), "", MS_BIND, "") == 0 &&
         ::chroot(tree.path("jail").c_str()) == 0 && ::chdir("/") == 0;
}

TEST(WatchedPaths, OfAProcessInARootOfItsOwnAreThoseThatItCanReach) {
  const TempTree tree{{"part/x/file", ""}, {"beside/file", ""}, {"jail/there/hidden", ""}};
  const WatchedObject inside = object_at(tree.path("part/x"), true);
  const WatchedObject outside = object_at(tree.path("beside"), true);
  const OwnedFd jailed(::eventfd(0, 0));
  const Child child([&] {
    const std::uint64_t done = enter_jail(tree) ? 1 : 2;
    static_cast<void>(::write(jailed.get(), &done, sizeof done));
  });
  std::uint64_t done = 0;
  ASSERT_EQ(::read(jailed.get(), &done, sizeof done), ssize_t{sizeof done});
  if (done != 1) GTEST_SKIP() << "takes the right to mount";
  WatchedPaths paths(ProcFs(), child.pid());
  EXPECT_EQ(paths.of(outside), object_words(outside))
      << "of what lies outside a mount the kernel tells half a path";
  if (!inside.file_handle.empty()) {
    EXPECT_EQ(paths.of(inside), tree.path("jail/there/x"));
  }
  paths.add_known(tree.path("jail/there/x/file"));
  EXPECT_EQ(paths.of(object_at(tree.path("part/x/file"))), tree.path("jail/there/x/file"));
}

TEST(WatchedPaths, OfMountsAndFileSystemsAreTheirPlaces) {
  const WatchedPaths paths = of_this_process();
  WatchedObject system = object_at("/proc");
  system.inode.reset();
  EXPECT_EQ(paths.of(system), "file system of /proc");
  WatchedObject mount;
  mount.mount = 987'654'321;
  EXPECT_EQ(paths.of(mount), "mount 987654321");
}

}  // namespace
}  // namespace ajar::tables
