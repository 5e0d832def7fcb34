#include <fmt/format.h>

#include <cstdlib>

#include "capture/ways.h"
#include "cli/command.h"
#include "cli/distribution.h"
#include "cli/machine.h"
#include "platform/debuginfod.h"

namespace ajar::cli {
namespace {

// How many of the ways work.
int print_ways(std::ostream& out) {
  int working = 0;
  out << "ways to watch a program:\n";
  for (const capture::Way& way : capture::ways()) {
    const base::Result<void> usable = way.usable();
    working += usable.ok() ? 1 : 0;
    out << fmt::format("  {:9} {:6} sees {}\n", way.name, usable.ok() ? "works" : "no", way.sees);
    if (!usable.ok()) out << fmt::format("  {:16} {}\n", "", usable.error().message());
  }
  return working;
}

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

class Check : public Action {
 public:
  std::vector<Option> options() override { return {}; }

  std::expected<int, Failure> run(std::span<const std::string> /*operands*/, Console& console) override {
    const int working = print_ways(console.out);
    print_machine(read_machine("/"), console.out);
    print_debuginfod(console.out);
    return working > 0 ? 0 : 1;
  }
};

}  // namespace

std::unique_ptr<Action> make_check() {
  return std::make_unique<Check>();
}

}  // namespace ajar::cli
