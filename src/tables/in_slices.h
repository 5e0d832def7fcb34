#pragma once

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

namespace ajar::tables {

// Calls work(slice, begin, end) for so many slices of [0, size) at once, each in a thread; for one alone
// where more would not be worth it. Returns how many there were. The work must not throw.
std::size_t in_slices(std::size_t size, unsigned threads, auto&& work) {
  constexpr std::size_t kWorthAThread = 512;
  const std::size_t slices = std::clamp<std::size_t>(size / kWorthAThread, 1, std::max(threads, 1U));
  const std::size_t length = (size + slices - 1) / slices;
  std::vector<std::thread> others;
  for (std::size_t slice = 1; slice < slices; ++slice) {
    others.emplace_back([&work, slice, length, size] {
      work(slice, std::min(slice * length, size), std::min((slice + 1) * length, size));
    });
  }
  work(std::size_t{0}, std::size_t{0}, std::min(length, size));
  for (std::thread& other : others) other.join();
  return slices;
}

}  // namespace ajar::tables
