#include <gtest/gtest.h>
#include <ucontext.h>

#include <memory>
#include <vector>

#include "agent/testing/libunwinds_frames.h"
#include "agent/testing/trie_harness.h"
#include "capture/kernel/module_table.h"
#include "capture/testing/module_image.h"
#include "exotic_frames.h"
#include "unwind/full_step.h"

// A walk through this process by the tables of its modules' files, as another process would do it, against
// libunwind.
namespace ajar::capture::testing {
namespace {

using kernel::ModuleTable;

using agent::testing::libunwinds_frames;

struct LoadedModule {
  std::string bytes;
  std::unique_ptr<ModuleTable> table;
  std::uint64_t begin = 0, end = 0, bias = 0;
};

std::vector<LoadedModule> loaded_modules() {
  std::vector<LoadedModule> modules;
  for (const agent::testing::Module& each : agent::testing::modules_of_this_process()) {
    if (!each.path.starts_with('/')) continue;
    LoadedModule& module = modules.emplace_back();
    module.bytes = file_bytes(each.path);
    module.bias = each.bias;
    module.begin = each.code.begin;
    module.end = each.code.end;
  }
  // Where the bytes stay from now on.
  for (LoadedModule& module : modules) {
    const auto elf = objfile::ElfFile::parse(std::as_bytes(std::span(module.bytes)));
    module.table = std::make_unique<ModuleTable>(ModuleTable::make(elf.value()).value());
  }
  return modules;
}

const LoadedModule* module_at(std::uint64_t pc) {
  static const std::vector<LoadedModule> modules = loaded_modules();
  for (const LoadedModule& module : modules) {
    if (pc >= module.begin && pc < module.end) return &module;
  }
  return nullptr;
}

unwind::FullRegisters registers_of(const ucontext_t& context) {
  constexpr int kPlaces[unwind::kRegisters] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                                               REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                               REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  unwind::FullRegisters registers;
  for (std::uint64_t number = 0; number < unwind::kRegisters; ++number)
    registers.set(number, static_cast<std::uint64_t>(context.uc_mcontext.gregs[kPlaces[number]]));
  return registers;
}

// With the table's rule alone, where it says enough; otherwise with all registers. `exotic` counts the
// latter.
std::vector<std::uint64_t> frames_by_tables(const ucontext_t& context, unsigned& exotic) {
  unwind::FullRegisters registers = registers_of(context);
  unwind::StackMemory memory{registers.get(unwind::kRsp), agent::testing::stack_end(), nullptr};
  std::vector<std::uint64_t> pcs;
  for (;;) {
    const std::uint64_t pc = registers.get(unwind::kReturn);
    pcs.push_back(pc);
    const std::uint64_t at = pc - (registers.interrupted ? 0 : 1);
    const LoadedModule* module = module_at(at);
    if (module == nullptr) return pcs;
    const ajar_unwind_table table = module->table->table();
    const ajar_rule rule = ajar_unwind_rule(&table, at - module->bias);
    if (rule.cfa == AJAR_CFA_EXOTIC) ++exotic;
    unwind::Registers by_rule = registers.walk();
    const bool followed =
        rule.cfa != AJAR_CFA_EXOTIC && rule.cfa > AJAR_CFA_END && step(rule, by_rule, memory);
    if (full_step(module->table->frames(module->bias), registers, memory) != unwind::FullStep::stepped)
      return pcs;
    EXPECT_EQ(followed, rule.cfa != AJAR_CFA_EXOTIC);
    if (!followed) continue;
    EXPECT_EQ(by_rule.pc, registers.get(unwind::kReturn));
    EXPECT_EQ(by_rule.sp, registers.get(unwind::kRsp));
    EXPECT_EQ(by_rule.bp, registers.walk().bp);
  }
}

unsigned exotic_met = 0;

int compare_here(void*) {
  ucontext_t context;
  getcontext(&context);
  exotic_met = 0;
  std::vector<std::uint64_t> ours = frames_by_tables(context, exotic_met);
  std::vector<std::uint64_t> theirs = libunwinds_frames();
  ours.erase(ours.begin());  // both are in this function, at other calls
  theirs.erase(theirs.begin());
  EXPECT_EQ(ours, theirs);
  EXPECT_GT(ours.size(), 5U);
  return 33;
}

TEST(WalkByTables, GoesThroughPlainFrames) {
  compare_here(nullptr);
  EXPECT_EQ(exotic_met, 0U);
}

// libunwind doesn't look into .debug_frame here; beyond that frame it walks the same stack.
TEST(WalkByTables, GoesThroughAFrameThatOnlyDebugFrameDescribes) {
  static std::vector<std::uint64_t> ours;
  const auto walk = [](void*) {
    ucontext_t context;
    getcontext(&context);
    exotic_met = 0;
    ours = frames_by_tables(context, exotic_met);
    return 33;
  };
  EXPECT_EQ(exotic_debug_frame_only(walk, nullptr), 33);
  const std::vector<std::uint64_t> theirs = libunwinds_frames();
  ASSERT_GE(ours.size(), theirs.size() + 2);
  ASSERT_GT(theirs.size(), 1U);
  EXPECT_TRUE(std::equal(theirs.rbegin(), theirs.rend() - 1, ours.rbegin()))
      << "all but where this function is";
  EXPECT_EQ(exotic_met, 0U) << "there is a rule for it";
}

TEST(WalkByTables, GoesThroughExoticFramesTheSlowWay) {
  for (const auto frame : {exotic_cfa_in_rbx, exotic_cfa_by_expression, exotic_bp_by_expression,
                           exotic_bp_is_expression, exotic_bp_in_register}) {
    EXPECT_EQ(frame(compare_here, nullptr), 33);
    EXPECT_EQ(exotic_met, 1U);
  }
}

}  // namespace
}  // namespace ajar::capture::testing
