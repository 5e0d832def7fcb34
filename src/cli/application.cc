#include "cli/application.h"

#include <variant>

#include "cli/parse.h"

namespace ajar::cli {
namespace {

std::expected<int, Failure> carry_out(Invocation& invocation, Console& console) {
  std::expected<int, Failure> status = invocation.action->run(invocation.operands, console);
  if (status && !console.out.flush()) {
    status = std::unexpected(Failure{"cannot write to standard output (closed, or the disk is full)"});
  }
  if (!status) status.error().message.insert(0, std::string(invocation.command->name) + ": ");
  return status;
}

int fail(const Failure& failure, Console& console) {
  console.out.flush();
  console.err << "ajar: " << failure.message << '\n' << std::flush;
  return failure.exit_status;
}

}  // namespace

int run_application(std::span<const std::string> arguments, Console& console) {
  auto parsed = parse(arguments);
  if (const auto* failure = std::get_if<Failure>(&parsed)) return fail(*failure, console);
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    console.out << answer->text << std::flush;
    return console.out ? 0 : fail(Failure{"cannot write to standard output"}, console);
  }
  const std::expected<int, Failure> status = carry_out(std::get<Invocation>(parsed), console);
  return status ? *status : fail(status.error(), console);
}

}  // namespace ajar::cli
