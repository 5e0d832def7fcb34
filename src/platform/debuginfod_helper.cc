// ajar-debuginfod debuginfo|executable BUILD-ID
// ajar-debuginfod --check
//
// Prints the path of the file that libdebuginfod found. A program of its own, since ajar is linked statically
// to be carried anywhere, which rules out loading a library, and since the many libraries behind this one are
// better kept out of ajar's process. Exit status 0: found; 1: no server has it; 2: trouble, which it prints;
// 3: there is no libdebuginfod.
#include <dlfcn.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// As in elfutils' debuginfod.h, which says that they stay.
using Begin = void* (*)();
using End = void (*)(void* client);
using Find = int (*)(void* client, const unsigned char* build_id, int length, char** path);

constexpr int kNoServerHasIt = 1;
constexpr int kTrouble = 2;
constexpr int kNoLibrary = 3;

int find(void* library, const char* kind, const char* build_id) {
  const auto begin = reinterpret_cast<Begin>(::dlsym(library, "debuginfod_begin"));
  const auto end = reinterpret_cast<End>(::dlsym(library, "debuginfod_end"));
  const char* const name =
      std::strcmp(kind, "executable") == 0 ? "debuginfod_find_executable" : "debuginfod_find_debuginfo";
  const auto find = reinterpret_cast<Find>(::dlsym(library, name));
  if (begin == nullptr || end == nullptr || find == nullptr) return kNoLibrary;
  void* const client = begin();
  if (client == nullptr) return kNoLibrary;
  char* path = nullptr;
  // A length of 0: the build-id is text in hex.
  const int fd = find(client, reinterpret_cast<const unsigned char*>(build_id), 0, &path);
  end(client);
  if (fd >= 0 && path != nullptr) {
    const bool said = std::puts(path) >= 0;
    std::free(path);
    return said ? 0 : kTrouble;
  }
  if (fd == -ENOENT) return kNoServerHasIt;
  std::puts(std::strerror(-fd));
  return kTrouble;
}

}  // namespace

int main(int argc, char** argv) {
  void* const library = ::dlopen("libdebuginfod.so.1", RTLD_NOW);
  if (library == nullptr) return kNoLibrary;
  if (argc == 2 && std::strcmp(argv[1], "--check") == 0) return 0;
  return argc == 3 ? find(library, argv[1], argv[2]) : kTrouble;
}
