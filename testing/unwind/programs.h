#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace ajar::unwinding {

// A program that is not ours, doing what it is there for.
struct Program {
  std::string name;
  // What has to be installed: a program and its Debian package.
  struct Need {
    std::string program, package;
  };
  std::vector<Need> needs;
  // A script of the folder `programs` and its arguments, for sh, in an empty folder. $UNWOUND has our own
  // programs, $SOURCES their sources and the scripts, $VICTIMS ajar's victims; $TURNS says how much is to be
  // done. It prints "done".
  std::string script;
  bool only_long = false;
  bool optional = false;  // where it is not installed it is left out
};

const std::vector<Program>& programs();

std::ostream& operator<<(std::ostream& out, const Program& program);

// The first program that is not installed; nullptr: all are.
const Program::Need* missing(const Program& program);

std::string oracle_library();
std::string unwound_folder();
std::string sources_folder();
std::string victims_folder();

}  // namespace ajar::unwinding
