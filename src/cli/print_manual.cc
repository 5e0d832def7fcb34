// Prints what is installed beside ajar: `ajar_manual man` the manual page, `ajar_manual bash` the completion.
// Part of the build only.

#include <iostream>
#include <string_view>

#include "cli/manual.h"

int main(int argc, char** argv) {
  const std::string_view which = argc == 2 ? argv[1] : "";
  if (which == "man") {
    std::cout << ajar::cli::man_page();
  } else if (which == "bash") {
    std::cout << ajar::cli::bash_completion();
  } else {
    std::cerr << "usage: ajar_manual man|bash\n";
    return 2;
  }
  return std::cout.flush() ? 0 : 1;
}
