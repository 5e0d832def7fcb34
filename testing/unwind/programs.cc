#include "unwind/programs.h"

#include <ostream>

#include "harness/command.h"

namespace ajar::unwinding {

const std::vector<Program>& programs() {
  static const std::vector<Program> kPrograms = {
      {"exceptions", {}, "unwound.sh O2"},
      {"exceptions -O3 -flto", {}, "unwound.sh O3_lto"},
      {"exceptions -O0", {}, "unwound.sh O0"},
      {"victims", {}, "victims.sh"},
      {"python3", {{"python3", "python3"}}, "python3.sh"},
      {"git", {{"git", "git"}}, "git.sh"},
      {"g++", {{"g++", "g++"}}, "g++.sh"},
      {"nginx", {{"nginx", "nginx-light"}, {"curl", "curl"}}, "nginx.sh"},
      {"redis", {{"redis-server", "redis-server"}, {"redis-benchmark", "redis-tools"}}, "redis.sh"},
      {"perl", {{"perl", "perl"}}, "perl.sh"},
      {"bash", {{"bash", "bash"}}, "bash.sh"},
      {"packers", {{"xz", "xz-utils"}}, "packers.sh"},
      {"sqlite3", {{"sqlite3", "sqlite3"}}, "sqlite3.sh", true},
      {"gdb", {{"gdb", "gdb"}}, "gdb.sh", true},
      {"openssl", {{"openssl", "openssl"}}, "openssl.sh", true},
      {"node", {{"node", "nodejs"}}, "node.sh", true, true},
      {"java", {{"javac", "default-jdk-headless"}}, "java.sh", true, true},
  };
  return kPrograms;
}

std::ostream& operator<<(std::ostream& out, const Program& program) {
  return out << program.name;
}

const Program::Need* missing(const Program& program) {
  for (const Program::Need& need : program.needs) {
    if (harness::find_program(need.program).empty()) return &need;
  }
  return nullptr;
}

std::string oracle_library() {
  return AJAR_UNWIND_ORACLE;
}

std::string unwound_folder() {
  return AJAR_UNWOUND_DIR;
}

std::string victims_folder() {
  return AJAR_VICTIM_DIR;
}

std::string sources_folder() {
  return AJAR_UNWOUND_SOURCES;
}

}  // namespace ajar::unwinding
