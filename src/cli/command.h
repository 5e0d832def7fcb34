#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ajar::cli {

struct Console {
  std::ostream& out;
  std::ostream& err;
};

// Why a command could not do its work: one line, and what ajar exits with.
struct Failure {
  std::string message;
  int exit_status = 2;
};

struct Option {
  std::string names;                      // "-o,--output"
  std::string value = "";                 // what stands for the value in help: "FILE"; empty for a switch
  std::string help;                       // one sentence without a full stop
  std::vector<std::string> choices = {};  // the values that there are; empty: anything that `set` takes
  bool repeatable = false;
  bool value_is_optional = false;  // without it `set` gets ""; what stands behind the option is taken for it
  // Called with each value that was given, in order ("" for a switch). An error rejects the command line.
  std::function<base::Result<void>(const std::string& value)> set = {};
};

// One call of a command: its options write into it, then it is run.
class Action {
 public:
  virtual ~Action() = default;
  virtual std::vector<Option> options() = 0;
  // The exit status. Prints nothing about its own failure.
  virtual std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) = 0;
};

// `tables`: any number of what has a handle table, the action says how many; `processes`: one or more;
// `any_processes`: or none; `number_in_file`: a handle's number and the file; `mark`: a process, and perhaps
// a label; `table`: one thing that has handle tables.
enum class Operands : unsigned char {
  none,
  file,
  program,
  tables,
  processes,
  any_processes,
  number_in_file,
  mark,
  table
};

// A row of the list of commands; help, manual and completion come from it.
struct Command {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view about;    // what else one has to know, for the command's own help
  Operands operands;
  std::string_view example;
  // Null where this build cannot do it.
  std::unique_ptr<Action> (*make)();
};

std::span<const Command> commands();

// Null where there is none of this name.
const Command* find_command(std::string_view name);

// One for each row, in a file of its own each.
std::unique_ptr<Action> make_run();
std::unique_ptr<Action> make_attach();
std::unique_ptr<Action> make_report();
std::unique_ptr<Action> make_handles();
std::unique_ptr<Action> make_snapshot();
std::unique_ptr<Action> make_watch();
std::unique_ptr<Action> make_top();
std::unique_ptr<Action> make_dump();
std::unique_ptr<Action> make_diff();
std::unique_ptr<Action> make_who_closed();
std::unique_ptr<Action> make_mark();
std::unique_ptr<Action> make_console();
std::unique_ptr<Action> make_symbols();
std::unique_ptr<Action> make_check();

}  // namespace ajar::cli
