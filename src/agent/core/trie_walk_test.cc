#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unwind.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "agent/testing/libunwinds_frames.h"
#include "agent/testing/trie_harness.h"
#include "exotic_frames.h"

// The oracle is libunwind: at many places of real code, both walk the same stack, and every frame must be the
// same.

// The handler of InASignalHandler compares, which allocates: that is the test's own doing.
extern "C" const char* __tsan_default_options() {
  return "report_signal_unsafe=0";
}

namespace ajar::agent::testing {
namespace {

std::unique_ptr<Harness> harness;
std::size_t compared = 0;
std::size_t different = 0;

// What glibc's start-up code is, is told differently: libunwind stops at or after the C library's frames
// below main.
void expect_same(const std::vector<std::uint64_t>& ours, const std::vector<std::uint64_t>& theirs) {
  ++compared;
  const std::size_t common = std::min(ours.size(), theirs.size());
  // The first frame is in the function that captured, at another call of it.
  for (std::size_t i = 1; i < common; ++i) {
    if (ours[i] != theirs[i]) {
      ++different;
      ADD_FAILURE() << "frame " << i << " of " << ours.size() << "/" << theirs.size() << ": " << std::hex
                    << ours[i] << " instead of " << theirs[i];
      return;
    }
  }
  if (ours.size() != theirs.size()) {
    ++different;
    ADD_FAILURE() << ours.size() << " frames instead of " << theirs.size();
  }
}

// GCC's own unwinder knows some rules that libunwind doesn't. (libunwind has functions of these names, too.)
template <typename Function>
Function libgccs_function(const char* name) {
  return reinterpret_cast<Function>(dlsym(dlopen("libgcc_s.so.1", RTLD_NOW), name));
}

std::vector<std::uint64_t> libgccs_frames() {
  static const auto backtrace = libgccs_function<decltype(&_Unwind_Backtrace)>("_Unwind_Backtrace");
  static const auto get_pc = libgccs_function<decltype(&_Unwind_GetIP)>("_Unwind_GetIP");
  std::vector<std::uint64_t> pcs;
  backtrace(
      [](_Unwind_Context* context, void* data) {
        const std::uint64_t pc = get_pc(context);
        if (pc == 0) return _URC_END_OF_STACK;
        static_cast<std::vector<std::uint64_t>*>(data)->push_back(pc);
        return _URC_NO_REASON;
      },
      &pcs);
  pcs.erase(pcs.begin());
  return pcs;
}

std::vector<std::uint64_t> (*oracle)() = libunwinds_frames;

[[gnu::noinline]] void compare_here() {
  if (different > 5) return;
  const unwind::Registers here = caller_of_this();
  const std::uint64_t end = stack_end();
  unwind::StackMemory memory;
  memory.low = here.sp - 16;
  memory.high = end;
  const std::uint32_t stack = harness->trie.capture(here, memory, 512);
  ASSERT_NE(stack, 0U);
  expect_same(harness->frames(stack), oracle());
}

class TrieWalksAsLibunwindDoes : public ::testing::Test {
 protected:
  void SetUp() override {
    harness = std::make_unique<Harness>();
    compared = 0;
    different = 0;
    oracle = libunwinds_frames;
  }
  void TearDown() override { EXPECT_GT(compared, 0U); }
};

TEST_F(TrieWalksAsLibunwindDoes, InAPlainCall) {
  compare_here();
}

TEST_F(TrieWalksAsLibunwindDoes, InDeepRecursion) {
  recurse(300, compare_here);
}

TEST_F(TrieWalksAsLibunwindDoes, InCallbacksOfTheCLibrary) {
  std::vector<int> values(200);
  std::mt19937 random(7);  // NOLINT: the same every time
  for (int& v : values) v = static_cast<int>(random() % 1000);
  std::qsort(values.data(), values.size(), sizeof(int), [](const void* a, const void* b) {
    compare_here();
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  });
}

TEST_F(TrieWalksAsLibunwindDoes, InVariableSizedFramesAndRealignedStacks) {
  struct alignas(64) Wide {
    char bytes[64];
  };
  for (std::size_t n = 1; n < 40; ++n) {
    auto* variable = static_cast<volatile char*>(__builtin_alloca(n * 13));
    variable[0] = 1;
    [[maybe_unused]] volatile Wide wide{};
    wide.bytes[3] = 1;
    compare_here();
  }
}

TEST_F(TrieWalksAsLibunwindDoes, InTheStandardLibrarysTemplates) {
  std::map<std::string, std::function<void(int)>> calls;
  calls["x"] = [](int depth) { recurse(depth, compare_here); };
  for (int i = 0; i < 20; ++i) calls.at("x")(i);
  struct Comparing {
    int value;
    bool operator<(const Comparing& other) const {
      compare_here();
      return value < other.value;
    }
  };
  std::vector<Comparing> values;
  for (int i = 0; i < 60; ++i) values.push_back({(i * 37) % 61});
  std::sort(values.begin(), values.end());
}

TEST_F(TrieWalksAsLibunwindDoes, WhileAnExceptionIsThrownAndCaught) {
  struct AtEnd {
    ~AtEnd() { compare_here(); }
  };
  for (int i = 0; i < 10; ++i) {
    try {
      recurse(i, [] {
        const AtEnd at_end;
        throw 5;
      });
    } catch (int) {
      compare_here();
    }
  }
}

TEST_F(TrieWalksAsLibunwindDoes, InAThread) {
  std::thread([] { recurse(12, compare_here); }).join();
}

TEST_F(TrieWalksAsLibunwindDoes, InASignalHandler) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) { compare_here(); };
  sigaction(SIGUSR2, &action, &before);
  for (int i = 0; i < 8; ++i) recurse(i, [] { std::raise(SIGUSR2); });
  sigaction(SIGUSR2, &before, nullptr);
}

using Exotic = int (*)(exotic_inner, void*);

void call_in(Exotic frame, const std::function<void()>& action) {
  const auto run = [](void* argument) {
    (*static_cast<const std::function<void()>*>(argument))();
    return 33;
  };
  EXPECT_EQ(frame(run, const_cast<std::function<void()>*>(&action)), 33);
}

class ExoticFrame : public TrieWalksAsLibunwindDoes, public ::testing::WithParamInterface<Exotic> {
 protected:
  void SetUp() override {
    TrieWalksAsLibunwindDoes::SetUp();
    struct sigaction action{};
    action.sa_handler = [](int) { compare_here(); };
    sigaction(SIGTRAP, &action, &before_);
    // libunwind doesn't know values that are offsets from the CFA, nor return addresses in registers.
    if (GetParam() == exotic_bp_is_offset || GetParam() == exotic_return_in_register) oracle = libgccs_frames;
  }
  void TearDown() override {
    sigaction(SIGTRAP, &before_, nullptr);
    TrieWalksAsLibunwindDoes::TearDown();
  }

 private:
  struct sigaction before_{};
};

TEST_P(ExoticFrame, IsWalkedThrough) {
  call_in(GetParam(), compare_here);
  call_in(GetParam(), [] { recurse(20, compare_here); });
}

TEST_P(ExoticFrame, IsWalkedThroughFromASignalHandler) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) { compare_here(); };
  sigaction(SIGUSR2, &action, &before);
  call_in(GetParam(), [] { recurse(3, [] { std::raise(SIGUSR2); }); });
  sigaction(SIGUSR2, &before, nullptr);
}

TEST_P(ExoticFrame, IsWalkedThroughAmongOthersOfItsKind) {
  call_in(GetParam(), [this] {
    recurse(2, [this] { call_in(GetParam(), [this] { call_in(GetParam(), compare_here); }); });
  });
}

// A frame that only .debug_frame tells of, which is not mapped.
TEST_F(TrieWalksAsLibunwindDoes, ButNotBeyondCodeWithoutInformation) {
  call_in(exotic_debug_frame_only, [] {
    ++compared;
    const unwind::Registers here = caller_of_this();
    const std::uint32_t stack = harness->trie.capture(here, {here.sp - 16, stack_end()}, 64);
    EXPECT_EQ(harness->nodes[stack - 1].generation_kind & 0xffU, static_cast<unsigned>(AJAR_NODE_NO_UNWIND));
  });
}

INSTANTIATE_TEST_SUITE_P(Trie, ExoticFrame,
                         ::testing::Values(exotic_cfa_in_rbx, exotic_cfa_by_expression, exotic_bp_is_offset,
                                           exotic_bp_by_expression, exotic_bp_is_expression,
                                           exotic_bp_in_register, exotic_return_in_register,
                                           exotic_realigns));

}  // namespace
}  // namespace ajar::agent::testing
