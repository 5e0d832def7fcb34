#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "console/subject.h"

namespace ajar::console {

// Carries out what is typed. Errors are one line.
class Interpreter {
 public:
  Interpreter(Subject& subject, std::ostream& out, std::ostream& err)
      : subject_(subject), out_(out), err_(err) {}

  // A line of commands with ';' between them. False where one is unknown or fails; the others are carried
  // out.
  bool run(std::string_view line);

  // Whether `q` was among them.
  [[nodiscard]] bool has_ended() const { return has_ended_; }

  // "0:000> "
  [[nodiscard]] std::string prompt() const;

 private:
  using Done = base::Result<void>;
  struct Row;
  static const std::vector<Row>& rows();

  Done carry_out(std::string_view command);
  Done handle(std::string_view rest);
  Done htrace(std::string_view rest);
  Done htrace_option(std::string_view option, std::string_view rest);
  Done diff(std::string_view label);
  Done time(std::string_view rest);
  Done modules(std::string_view rest);
  Done process(std::string_view rest);
  Done help(std::string_view rest);
  Done quit(std::string_view rest);

  base::Result<std::uint64_t> number(std::string_view word) const;

  Subject& subject_;
  std::ostream& out_;
  std::ostream& err_;
  std::size_t process_ = 0;
  bool has_ended_ = false;
};

}  // namespace ajar::console
