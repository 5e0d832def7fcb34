#include "cli/check_machine.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ostream>

#include "cli/distribution.h"
#include "cli/machine.h"
#include "platform/debuginfod.h"

namespace ajar::cli {
namespace {

void print_machine(const Machine& machine, std::ostream& out) {
  out << "this machine:\n";
  out << fmt::format("  open files  {}\n",
                     machine.open_files_soft.empty()
                         ? "limit unknown"
                         : fmt::format("at most {} a process, can be raised to {}", machine.open_files_soft,
                                       machine.open_files_hard));
  out << fmt::format("  /dev/shm    {}\n", machine.shm_free ? in_bytes(*machine.shm_free) + " free"
                                                            : std::string("not there; mount a tmpfs on it"));
  std::string proc = machine.proc_readable ? "readable" : "not readable; mount it";
  if (!machine.hidepid.empty() && machine.hidepid != "0") {
    proc += fmt::format(", hidepid={}: other users' processes are hidden", machine.hidepid);
  }
  out << fmt::format("  /proc       {}\n", proc);
}

// Where `ajar symbols` gets debug information that is not on this machine.
void print_debuginfod(std::ostream& out) {
  const char* const urls = std::getenv("DEBUGINFOD_URLS");
  std::string words =
      platform::debuginfod_is_configured()
          ? fmt::format("asks {}", urls)
          : "not asked; to be asked, set DEBUGINFOD_URLS to " + debuginfod_server(read_distribution());
  if (!platform::debuginfod_is_there()) words += "; needs libdebuginfod (on Debian: libdebuginfod1)";
  out << fmt::format("  debuginfod  {}\n", words);
}

}  // namespace

void print_machine(std::ostream& out) {
  print_machine(read_machine("/"), out);
  print_debuginfod(out);
}

}  // namespace ajar::cli
