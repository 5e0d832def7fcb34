#include <fcntl.h>

#include <iostream>
#include <string>
#include <vector>

#include "cli/application.h"

#ifdef _WIN32
#include <io.h>
#endif

namespace {

#ifdef _WIN32
// The same bytes as elsewhere: no carriage returns.
void prepare_streams() {
  _setmode(1, _O_BINARY);
  _setmode(2, _O_BINARY);
}
#else
// A standard stream that ajar was started without must not become the number of a file that it opens, or
// output would go into that file. The placeholder answers EBADF to a write, as nothing would, and a program
// that ajar starts doesn't inherit it.
void prepare_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1) static_cast<void>(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
}
#endif

}  // namespace

int main(int argc, char** argv) {
  prepare_streams();
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  ajar::cli::Console console{std::cout, std::cerr};
  return ajar::cli::run_application(arguments, console);
}
