#include "cli/command.h"
#include "cli/setters.h"

namespace ajar::cli {
namespace {

class Dump : public Action {
 public:
  std::vector<Option> options() override {
    return {{.names = "-o,--output",
             .value = "FILE",
             .help = "write it into this file (NAME.PID.dmp in the working directory if not given)",
             .set = add_to(ignored_)}};
  }
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& /*console*/) override {
    return std::unexpected(
        Failure{"a minidump is of a Windows process, and made there; the handle table of a process here is "
                "kept by: ajar snapshot " +
                operands.front()});
  }

 private:
  std::vector<std::string> ignored_;
};

}  // namespace

std::unique_ptr<Action> make_dump() {
  return std::make_unique<Dump>();
}

}  // namespace ajar::cli
