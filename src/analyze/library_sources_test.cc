#include "analyze/library_sources.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

TEST(LibrarySources, headers_of_the_system_and_of_the_languages_are_known) {
  for (const char* file : {
           "/usr/include/x86_64-linux-gnu/bits/fcntl2.h",
           "/usr/include/c++/12/fstream",
           "/usr/lib/gcc/x86_64-linux-gnu/12/../../../../include/c++/12/bits/basic_string.h",
           "/opt/llvm/include/c++/v1/fstream",
           "/opt/sysroot/usr/include/unistd.h",
           "/rustc/90b35a623/library/std/src/fs.rs",
           "/root/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/ops/function.rs",
           "/usr/lib/go-1.19/src/os/file_unix.go",
           "node:internal/fs/utils",
       }) {
    EXPECT_TRUE(is_library_source(file)) << file;
  }
}

TEST(LibrarySources, what_people_wrote_themselves_is_not_taken_for_one) {
  for (const char* file : {"", "main.c", "/srv/node:fs.js", "/home/me/include/shop.h", "/src/library/std.rs",
                           "/usr/src/app/main.cpp", "/usr/local/src/shop/go-fast.c", "/work/rustc/main.rs"}) {
    EXPECT_FALSE(is_library_source(file)) << file;
  }
}

}  // namespace
}  // namespace ajar::analyze
