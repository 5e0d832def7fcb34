#pragma once

#include <pthread.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/core/trie.h"
#include "agent/linux/mapped_code.h"
#include "agent/testing/pages.h"
#include "unwind/cfi.h"

// A trie in the test's own process, over the test's own code.
namespace ajar::agent::testing {

struct Module {
  std::string path;
  std::uint64_t bias;
  MappedCode code;
};

inline std::vector<Module> modules_of_this_process() {
  std::vector<Module> modules;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        const std::string path = info->dlpi_name[0] == 0 ? "/proc/self/exe" : info->dlpi_name;
        static_cast<std::vector<Module>*>(to)->push_back({path, info->dlpi_addr, mapped_code(*info)});
        return 0;
      },
      &modules);
  return modules;
}

// Asks anew each time: libraries come while a test runs.
inline unwind::CallFrameInfo info_at(std::uint64_t pc) {
  for (const Module& module : modules_of_this_process()) {
    if (pc >= module.code.begin && pc < module.code.end) return module.code.frames;
  }
  return {};
}

inline std::uint32_t generation = 1;

inline CodeRule rule_at(std::uint64_t pc) {
  return {.rule = unwind::find_rule(info_at(pc), pc), .generation = generation};
}

inline bool frames_at(std::uint64_t pc, unwind::CallFrameInfo& info) {
  info = info_at(pc);
  return info.header != nullptr;
}

// A trie with memory of its own, and what it published.
struct Harness {
  static constexpr std::uint32_t kCapacity = 1U << 18U;
  std::vector<Trie::Entry> entries = std::vector<Trie::Entry>(kCapacity);
  std::vector<std::uint32_t> index = std::vector<std::uint32_t>(Trie::index_words(kCapacity));
  std::vector<ajar_node> nodes = std::vector<ajar_node>(kCapacity);
  Pages<Memos> memos{1};
  std::uint32_t used = 0;
  Trie trie;

  Harness() {
    trie.init({entries.data(), index.data(), kCapacity, memos.data()}, rule_at, frames_at);
    trie.publish_to(nodes.data(), &used, 0, kCapacity);
  }

  // Innermost first; the marker at the end, if any, as 0.
  std::vector<std::uint64_t> frames(std::uint32_t stack) const {
    std::vector<std::uint64_t> pcs;
    for (std::uint32_t at = stack; at != 0; at = nodes[at - 1].callee) {
      const std::uint32_t kind = nodes[at - 1].generation_kind & 0xffU;
      if (kind == AJAR_NODE_ROOT) break;
      pcs.push_back(kind == AJAR_NODE_CALL || kind == AJAR_NODE_INTERRUPTED ? nodes[at - 1].pc : 0);
    }
    return {pcs.rbegin(), pcs.rend()};
  }
};

inline std::uint64_t stack_end() {
  pthread_attr_t attributes;
  void* low = nullptr;
  std::size_t size = 0;
  pthread_getattr_np(pthread_self(), &attributes);
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uint64_t>(low) + size;
}

[[gnu::noinline]] inline unwind::Registers caller_of_this() {
  return {reinterpret_cast<std::uint64_t>(__builtin_return_address(0)),
          reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)) + 16,
          *static_cast<const std::uint64_t*>(__builtin_frame_address(0))};
}

[[gnu::noinline]] inline int recurse(int depth, const std::function<void()>& at_the_bottom) {
  volatile char padding[64];
  padding[0] = static_cast<char>(depth);
  if (depth == 0) {
    at_the_bottom();
    return padding[0];
  }
  return recurse(depth - 1, at_the_bottom) + padding[0];
}

}  // namespace ajar::agent::testing
