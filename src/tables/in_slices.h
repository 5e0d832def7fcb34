#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace ajar::tables {

// Calls work(0), work(1) … at once, as many as `threads` says, each in a thread of its own but the first. The
// work must not throw.
void in_threads(std::size_t threads, auto&& work) {
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&work, i] { work(i); });
  work(std::size_t{0});
  for (std::thread& other : others) other.join();
}

// Calls work(slice, begin, end) for so many slices of [0, size) at once; for one alone where more would not
// be worth it. The work must not throw.
void in_slices(std::size_t size, unsigned threads, auto&& work) {
  constexpr std::size_t kWorthAThread = 512;
  const std::size_t slices = std::clamp<std::size_t>(size / kWorthAThread, 1, std::max(threads, 1U));
  const std::size_t length = (size + slices - 1) / slices;
  in_threads(slices, [&](std::size_t slice) {
    work(slice, std::min(slice * length, size), std::min((slice + 1) * length, size));
  });
}

}  // namespace ajar::tables
