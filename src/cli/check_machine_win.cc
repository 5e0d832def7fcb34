#include <fmt/format.h>

#include <cstdlib>
#include <ostream>

#include "cli/check_machine.h"
#include "platform/win_nt.h"
#include "platform/win_privileges.h"
#include "session/origin.h"

namespace ajar::cli {

void print_machine(std::ostream& out) {
  const std::string wine = platform::win::wine_version();
  out << "this machine:\n";
  out << fmt::format("  system      {}{}\n", session::describe_recorder().system,
                     wine.empty() ? "" : fmt::format(" (Wine {})", wine));
  out << fmt::format("  rights      {}\n",
                     platform::win::ask_for_debug_privilege()
                         ? "an administrator's: all processes but protected ones"
                         : "a user's: one's own processes; for others run ajar as administrator");
  const char* const symbols = std::getenv("_NT_SYMBOL_PATH");
  out << fmt::format("  symbols     {}\n",
                     symbols != nullptr
                         ? fmt::format("_NT_SYMBOL_PATH is {}", symbols)
                         : "only what lies beside the modules; for Microsoft's set _NT_SYMBOL_PATH to "
                           "srv*C:\\symbols*https://msdl.microsoft.com/download/symbols");
}

}  // namespace ajar::cli
