#include <gtest/gtest.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "capture/kernel/module_table.h"
#include "capture/testing/module_image.h"

// A program of musl, which has no call-frame information, step by step: at each instruction the table's rule
// is compared with the calls and returns that were made.
namespace ajar::capture::testing {
namespace {

using kernel::ModuleTable;

struct Module {
  std::string path;
  std::string bytes;
  std::unique_ptr<ModuleTable> table;
  std::uint64_t begin = 0, end = 0, bias = 0;
  std::size_t steps = 0, without_rule = 0;
};

// A frame of which nobody but the caller knows what it must find again.
struct Call {
  std::uint64_t cfa, returns_to, bp;
};

class SteppedProgram {
 public:
  explicit SteppedProgram(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      personality(ADDR_NO_RANDOMIZE);
      ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      if (chdir(folder_.c_str()) != 0) _exit(126);
      static_cast<void>(std::freopen("/dev/null", "w", stdout));
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    waits();
  }
  SteppedProgram(const SteppedProgram&) = delete;
  SteppedProgram& operator=(const SteppedProgram&) = delete;
  ~SteppedProgram() {
    if (running_) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
  }

  bool step() {
    ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr);
    return waits();
  }
  [[nodiscard]] user_regs_struct registers() const {
    user_regs_struct registers{};
    ptrace(PTRACE_GETREGS, pid_, nullptr, &registers);
    return registers;
  }
  [[nodiscard]] std::uint64_t word_at(std::uint64_t address) const {
    return static_cast<std::uint64_t>(ptrace(PTRACE_PEEKDATA, pid_, address, nullptr));
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  // False when the program has ended, or is told something that would lead it elsewhere.
  bool waits() {
    int status = 0;
    waitpid(pid_, &status, 0);
    running_ = !WIFEXITED(status) && !WIFSIGNALED(status);
    return WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP;
  }

  static std::string new_folder() {
    std::string path = ::testing::TempDir() + "stepped_XXXXXX";
    return mkdtemp(path.data()) == nullptr ? std::string() : path;
  }

  const std::string folder_ = new_folder();  // for what the program leaves behind
  pid_t pid_ = -1;
  bool running_ = false;
};

class Steps {
 public:
  explicit Steps(const std::vector<std::string>& command) : program_(command) {}

  void run(std::size_t most_steps) {
    user_regs_struct before = program_.registers();
    check(before);
    for (std::size_t steps = 0; steps < most_steps && program_.step(); ++steps) {
      const user_regs_struct now = program_.registers();
      follow(before, now);
      check(now);
      if (wrong > 20) return;
      before = now;
    }
  }

  std::vector<Module> modules;
  std::size_t wrong = 0;

 private:
  // Calls are known by their bytes and by what they push, returns by what they leave.
  void follow(const user_regs_struct& before, const user_regs_struct& now) {
    const std::uint64_t bytes = program_.word_at(before.rip);
    const bool is_call = (bytes & 0xffU) == 0xe8 || is_indirect_call(bytes);
    const std::uint64_t pushed = is_call && now.rsp == before.rsp - 8 ? program_.word_at(now.rsp) : 0;
    if (pushed > before.rip && pushed - before.rip < 16) {
      calls_.push_back({now.rsp + 8, pushed, now.rbp});
      return;
    }
    while (!calls_.empty() && calls_.back().cfa <= now.rsp) calls_.pop_back();
  }

  static bool is_indirect_call(std::uint64_t bytes) {
    if ((bytes & 0xf0U) == 0x40 || (bytes & 0xffU) == 0x3e) bytes >>= 8U;
    if ((bytes & 0xf0U) == 0x40) bytes >>= 8U;
    return (bytes & 0x38ffU) == 0x10ff;
  }

  void check(const user_regs_struct& at) {
    Module* const module = module_at(at.rip);
    if (module == nullptr || module->table == nullptr) return;
    ++module->steps;
    const ajar_unwind_table table = module->table->table();
    const ajar_rule rule = ajar_unwind_rule(&table, at.rip - module->bias);
    if (rule.cfa == AJAR_CFA_NONE) {
      ++module->without_rule;
    } else if (rule.cfa > AJAR_CFA_BP) {
      return;  // call-frame information's
    } else if (!is_true(rule, at)) {
      ++wrong;
      ADD_FAILURE() << module->path << " " << std::hex << at.rip - module->bias << ": cfa " << int{rule.cfa}
                    << " + " << rule.offset << ", bp " << int{rule.bp} << " " << rule.bp_offset;
    }
  }

  bool is_true(const ajar_rule& rule, const user_regs_struct& at) {
    if (rule.cfa == AJAR_CFA_END || calls_.empty()) return (rule.cfa == AJAR_CFA_END) == calls_.empty();
    const auto offset = static_cast<std::uint64_t>(std::int64_t{rule.offset});
    const std::uint64_t cfa = (rule.cfa == AJAR_CFA_BP ? at.rbp : at.rsp) + offset;
    const auto place = cfa + static_cast<std::uint64_t>(std::int64_t{rule.bp_offset});
    const std::uint64_t bp = rule.bp == AJAR_BP_AT_CFA ? program_.word_at(place) : at.rbp;
    const Call& call = calls_.back();
    return cfa == call.cfa && bp == call.bp && program_.word_at(cfa - 8) == call.returns_to;
  }

  Module* module_at(std::uint64_t pc) {
    for (Module& module : modules) {
      if (pc >= module.begin && pc < module.end) return &module;
    }
    return add_module(pc);
  }

  Module* add_module(std::uint64_t pc) {
    std::ifstream maps("/proc/" + std::to_string(program_.pid()) + "/maps");
    for (std::string line; std::getline(maps, line);) {
      Module module;
      char dash = 0;
      std::string flags, device;
      std::uint64_t offset = 0, inode = 0;
      std::istringstream(line) >> std::hex >> module.begin >> dash >> module.end >> flags >> offset >>
          device >> std::dec >> inode >> module.path;
      if (pc < module.begin || pc >= module.end) continue;
      if (module.path.starts_with('/')) read(module, offset);
      modules.push_back(std::move(module));
      return &modules.back();
    }
    return nullptr;
  }

  static void read(Module& module, std::uint64_t offset) {
    module.bytes = file_bytes(module.path);
    const auto elf = objfile::ElfFile::parse(std::as_bytes(std::span(module.bytes)));
    for (const objfile::ElfSegment& segment : elf.value().segments()) {
      if (segment.kind == objfile::ElfSegment::load && segment.offset / 4096 == offset / 4096)
        module.bias = module.begin - segment.address / 4096 * 4096;
    }
    module.table = std::make_unique<ModuleTable>(ModuleTable::make(elf.value()).value());
  }

  SteppedProgram program_;
  std::vector<Call> calls_;
};

class SteppedVictim : public ::testing::TestWithParam<const char*> {};

TEST_P(SteppedVictim, HasAtEachInstructionNoRuleOrTheTrueOne) {
  std::vector<std::string> command;
  std::istringstream words(GetParam());
  for (std::string word; words >> word;) command.push_back(word);
  command[0] = AJAR_MUSL_VICTIMS + command[0];
  if (!std::filesystem::exists(command[0])) GTEST_SKIP() << command[0] << " isn't there";
  Steps steps(command);
  // Each costs some 30 us; AJAR_STEPS may ask for more.
  const char* const most = std::getenv("AJAR_STEPS");
  steps.run(most == nullptr ? 50'000 : std::stoul(most));
  std::size_t all = 0, without_rule = 0;
  for (const Module& module : steps.modules) {
    if (module.table == nullptr) continue;
    std::printf("%s: %zu instructions, %zu of them without a rule\n", module.path.c_str(), module.steps,
                module.without_rule);
    all += module.steps;
    without_rule += module.without_rule;
  }
  EXPECT_EQ(steps.wrong, 0U);
  EXPECT_GT(all, 1000U);
  EXPECT_LT(without_rule * 2, all);
}

std::string name_of(const ::testing::TestParamInfo<const char*>& each) {
  std::string name = each.param;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(FollowedRules, SteppedVictim,
                         ::testing::Values("leak_files", "kept_users users_kept", "connections accept_one",
                                           "posix_spawn_victim", "successors_static open_two"),
                         name_of);

}  // namespace
}  // namespace ajar::capture::testing
