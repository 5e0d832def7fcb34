// What taking a stack costs by itself: by the agent's trie, by libunwind and by the C library, side by side.
//
//   capture_cost --paths K --depth D --rounds N
//
// A thread that is pinned to a processor descends through D functions, along one of K routes, in random
// order, and takes the stack at the bottom. Prints for each round the processor's nanoseconds of ajar,
// unw_backtrace, backtrace, and of ajar's first captures, for which a new trie is made; each less what the
// descent alone takes. The first line says how many frames each of them found.
#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <stdio.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "agent/core/trie.h"
#include "agent/testing/pages.h"
#include "agent/testing/trie_harness.h"
#include "options.h"
#include "processor.h"
#include "routes.h"
#include "unwind/cfi.h"

namespace {

using namespace ajar;

constexpr int kMaxFrames = 256;

std::vector<agent::testing::Module> modules;  // as the agent keeps them

bool frames_at(std::uint64_t pc, unwind::CallFrameInfo& info) {
  for (const auto& [path, bias, code] : modules) {
    if (pc < code.begin || pc >= code.end) continue;
    info = code.frames;
    return true;
  }
  return false;
}

agent::CodeRule rule_at(std::uint64_t pc) {
  unwind::CallFrameInfo info;
  if (!frames_at(pc, info)) return {};
  return {.rule = unwind::find_rule(info, pc), .generation = 1};
}

class Captures {
 public:
  explicit Captures(std::uint64_t stack_high) : high_(stack_high) {
    trie_.init({entries_.data(), index_.data(), kCapacity, memos_.data()}, rule_at, frames_at);
    trie_.publish_to(nodes_.data(), &used_, 0, kCapacity);
  }
  std::uint32_t capture(const unwind::Registers& from) {
    return trie_.capture(from, {from.sp - 16, high_}, kMaxFrames);
  }
  int frames(std::uint32_t stack) {
    int count = 0;
    for (std::uint32_t at = stack; at != 0; at = nodes_.data()[at - 1].callee) {
      if ((nodes_.data()[at - 1].generation_kind & 0xffU) == AJAR_NODE_CALL) ++count;
    }
    return count;
  }

 private:
  static constexpr std::uint32_t kCapacity = 1U << 20U;
  std::uint64_t high_;
  agent::testing::Pages<agent::Trie::Entry> entries_{kCapacity};
  agent::testing::Pages<std::uint32_t> index_{agent::Trie::index_words(kCapacity)};
  agent::testing::Pages<ajar_node> nodes_{kCapacity};
  agent::testing::Pages<agent::Memos> memos_{1};
  std::uint32_t used_ = 0;
  agent::Trie trie_;
};

Captures* captures = nullptr;
std::uint32_t last_stack = 0;
int last_frames = 0;

// The bottoms of the stack.
__attribute__((noipa)) int take_nothing(const Route&) {
  return 0;
}

__attribute__((noipa)) int take_with_ajar(const Route&) {
  const auto* frame = static_cast<const std::uint64_t*>(__builtin_frame_address(0));
  last_stack = captures->capture({reinterpret_cast<std::uint64_t>(__builtin_return_address(0)),
                                  reinterpret_cast<std::uint64_t>(frame) + 16, *frame});
  return last_stack == 0 ? 1 : 0;
}

__attribute__((noipa)) int take_with_libunwind(const Route&) {
  void* frames[kMaxFrames];
  last_frames = unw_backtrace(frames, kMaxFrames);
  return last_frames < 2 ? 1 : 0;
}

// libunwind has a function of the name `backtrace`, too.
int (*libc_backtrace)(void**,
                      int) = reinterpret_cast<int (*)(void**, int)>(dlsym(dlopen("libc.so.6", RTLD_LAZY),
                                                                          "backtrace"));

__attribute__((noipa)) int take_with_libc(const Route&) {
  void* frames[kMaxFrames];
  last_frames = libc_backtrace(frames, kMaxFrames);
  return last_frames < 2 ? 1 : 0;
}

struct Settings {
  int paths = 1;
  int depth = 30;
  int rounds = 9;
};

class Measurement {
 public:
  explicit Measurement(const Settings& settings)
      : descents_(settings.paths, settings.depth), rounds_(settings.rounds) {
    // Each route as often as any other, none before its turn can be told.
    constexpr int kAtLeast = 40'000;
    std::mt19937 random(2);
    std::vector<std::size_t> all(static_cast<std::size_t>(settings.paths));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    std::shuffle(all.begin(), all.end(), random);
    once_ = all;
    do {
      std::shuffle(all.begin(), all.end(), random);
      order_.insert(order_.end(), all.begin(), all.end());
    } while (order_.size() < kAtLeast);
  }

  void print_frames() {
    start_anew();
    descents_.go(0, take_with_ajar);
    const int ajar = captures_->frames(last_stack) + 1;  // the others count the bottom itself
    descents_.go(0, take_with_libunwind);
    const int libunwind = last_frames;
    descents_.go(0, take_with_libc);
    printf("%d %d %d\n", ajar, libunwind, last_frames);
  }

  void run() {
    for (int round = 0; round < rounds_; ++round) {
      start_anew();
      // From one place, so that a route is one stack in all of them.
      struct Pass {
        const std::vector<std::size_t>& order;
        int (*bottom)(const Route&);
        double time = 0;
      };
      Pass first{once_, take_with_ajar}, before{once_, take_nothing}, warm{order_, take_with_ajar},
          nothing{order_, take_nothing}, ajar{order_, take_with_ajar}, libunwind{order_, take_with_libunwind},
          libc{order_, take_with_libc}, again{order_, take_nothing};
      for (Pass* pass : {&first, &before, &warm, &warm, &nothing, &ajar, &libunwind, &libc, &again}) {
        pass->time = per_capture(pass->order, pass->bottom);
      }
      const double descent = std::min(nothing.time, again.time);
      printf("%.1f %.1f %.1f %.1f\n", ajar.time - descent, libunwind.time - descent, libc.time - descent,
             first.time - before.time);
    }
  }

 private:
  void start_anew() {
    captures_ = std::make_unique<Captures>(agent::testing::stack_end());
    captures = captures_.get();
  }

  double per_capture(const std::vector<std::size_t>& order, int (*bottom)(const Route&)) const {
    const double start = processor_ns();
    for (const std::size_t number : order) descents_.go(number, bottom);
    return (processor_ns() - start) / static_cast<double>(order.size());
  }

  Descents descents_;
  int rounds_;
  std::vector<std::size_t> once_, order_;
  std::unique_ptr<Captures> captures_;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  read_options(argc, argv,
               {{"--paths", &settings.paths}, {"--depth", &settings.depth}, {"--rounds", &settings.rounds}});
  modules = agent::testing::modules_of_this_process();
  std::thread([&] {
    pin_to_processor(0);
    Measurement measurement(settings);
    measurement.print_frames();
    measurement.run();
  }).join();
  return 0;
}
