#include <fmt/format.h>

#include "capture/ways.h"
#include "cli/check_machine.h"
#include "cli/command.h"

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

class Check : public Action {
 public:
  std::vector<Option> options() override { return {}; }

  std::expected<int, Failure> run(std::span<const std::string> /*operands*/, Console& console) override {
    const int working = print_ways(console.out);
    print_machine(console.out);
    return working > 0 ? 0 : 1;
  }
};

}  // namespace

std::unique_ptr<Action> make_check() {
  return std::make_unique<Check>();
}

}  // namespace ajar::cli
