#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>

#include "platform/cut_files.h"

// A page of a mapping that lies beyond its file's end answers a read with SIGBUS. The handler puts a page of
// zeros there, by mmap alone, which a handler may call; the read is then made again. Ranges stand in a table
// that it can read without a lock: an entry is published by its begin, and withdrawn before it is unmapped.
namespace ajar::platform {
namespace {

struct Entry {
  std::atomic<std::uintptr_t> begin{0};  // 0: free
  std::atomic<std::size_t> size{0};
};

constexpr std::size_t kMost = 16'384;
constinit std::array<Entry, kMost> table{};
constinit std::atomic<std::size_t> used{0};  // entries from here on were never in use
constinit struct sigaction before{};
constinit std::atomic<std::uintptr_t> page_size{0};

bool is_watched(std::uintptr_t address) {
  const std::size_t count = used.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uintptr_t begin = table[i].begin.load(std::memory_order_acquire);
    if (begin != 0 && address >= begin && address - begin < table[i].size.load(std::memory_order_relaxed))
      return true;
  }
  return false;
}

void on_bus_error(int /*signal*/, siginfo_t* info, void* /*context*/) {
  const std::uintptr_t page = page_size.load(std::memory_order_relaxed);
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (info->si_code > 0 && is_watched(address)) {
    void* const at = reinterpret_cast<void*>(address & ~(page - 1));
    const int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS;
    if (::mmap(at, page, PROT_READ, flags, -1, 0) != MAP_FAILED) return;
  }
  ::sigaction(SIGBUS, &before, nullptr);  // not ours: it happens again, to whom it concerns
  if (info->si_code <= 0) static_cast<void>(::raise(SIGBUS));  // … but not by itself, as a process sent it
}

void install_handler() {
  page_size.store(static_cast<std::uintptr_t>(::getpagesize()), std::memory_order_relaxed);
  struct sigaction action{};
  action.sa_sigaction = &on_bus_error;
  action.sa_flags = SA_SIGINFO;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGBUS, &action, &before);
}

constinit std::mutex changes;

}  // namespace

bool watch_for_cuts(std::span<const std::byte> mapping) {
  static std::once_flag installed;
  std::call_once(installed, &install_handler);
  const std::scoped_lock lock(changes);
  for (std::size_t i = 0; i < kMost; ++i) {
    if (table[i].begin.load(std::memory_order_relaxed) != 0) continue;
    table[i].size.store(mapping.size(), std::memory_order_relaxed);
    table[i].begin.store(reinterpret_cast<std::uintptr_t>(mapping.data()), std::memory_order_release);
    if (i >= used.load(std::memory_order_relaxed)) used.store(i + 1, std::memory_order_release);
    return true;
  }
  return false;
}

void forget_mapping(std::span<const std::byte> mapping) {
  const auto begin = reinterpret_cast<std::uintptr_t>(mapping.data());
  const std::scoped_lock lock(changes);
  const std::size_t count = used.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    if (table[i].begin.load(std::memory_order_relaxed) != begin) continue;
    table[i].begin.store(0, std::memory_order_release);
    return;
  }
}

}  // namespace ajar::platform
