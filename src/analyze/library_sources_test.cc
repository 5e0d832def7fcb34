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
           "/home/me/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.1.linux-amd64/src/os/file_unix.go",
           "net/http/server.go",
           "runtime/asm_amd64.s",
           "node:internal/fs/utils",
       }) {
    EXPECT_TRUE(is_library_source(file)) << file;
  }
}

TEST(LibrarySources, what_people_wrote_themselves_is_not_taken_for_one) {
  for (const char* file : {"", "main.c", "/srv/node:fs.js", "/home/me/include/shop.h", "/src/library/std.rs",
                           "/usr/src/app/main.cpp", "/usr/local/src/shop/go-fast.c", "/work/rustc/main.rs",
                           "shop/net/server.go", "github.com/shop/os/file.go", "net.go", "net/server.c"}) {
    EXPECT_FALSE(is_library_source(file)) << file;
  }
}

TEST(LibrarySources, pythons_library_is_known_wherever_it_was_installed) {
  for (const char* file : {
           "/usr/lib/python3.11/socket.py",
           "/usr/lib64/python3.12/asyncio/events.py",
           "/usr/local/lib/python3.13/subprocess.py",
           "/opt/python3.11/lib/python3.11/socket.py",
           "/opt/python3.11/lib64/python3.11/socket.py",
           "/opt/lib/python3/lib/python3.11/socket.py",
           "/home/me/.pyenv/versions/3.11.4/lib/python3.11/socket.py",
           "/usr/lib/python311.zip/socket.py",
           "/opt/python3.9/lib64/python39.zip/encodings/utf_8.py",
           "<frozen os>",
           "<frozen importlib._bootstrap_external>",
       }) {
    EXPECT_TRUE(is_library_source(file)) << file;
  }
}

TEST(LibrarySources, what_was_added_to_python_is_not_its_library) {
  for (const char* file : {
           "/usr/lib/python3.11/site-packages/requests/api.py",
           "/opt/python3.11/lib/python3.11/site-packages/requests/api.py",
           "/srv/venv/lib64/python3.12/site-packages/shop/db.py",
           "/usr/lib/python3.11/dist-packages/apt/cache.py",
           "/usr/lib/python3/dist-packages/apt/cache.py",
           "/opt/python3.11/app.py",
           "/srv/lib/python3/shop.py",
           "/srv/lib/python3zip/shop.py",
           "/srv/lib/python3.zip/shop.py",
           "/srv/lib/python311/shop.py",
           "/srv/lib/python311.zip",
           "<string>",
           "frozen.py",
       }) {
    EXPECT_FALSE(is_library_source(file)) << file;
  }
}

}  // namespace
}  // namespace ajar::analyze
