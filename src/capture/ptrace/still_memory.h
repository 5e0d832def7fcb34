#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "capture/ptrace/stopped_thread.h"

namespace ajar::capture::ptrace {

// The memory of a thread that stands still. What is near what was read costs nothing more.
class StillMemory {
 public:
  // Another stop: what was read is not known to be there still.
  void begin(int tid) {
    tid_ = tid;
    for (Page& page : pages_) page.begin = 0;
  }

  // False where there is no such memory.
  bool read(std::uint64_t at, void* to, std::size_t size) {
    auto* bytes = static_cast<std::byte*>(to);
    while (size != 0) {
      const std::size_t offset = at % kPage;
      const std::size_t part = std::min(size, kPage - offset);
      const std::byte* page = page_at(at - offset);
      if (page == nullptr) return false;
      std::memcpy(bytes, page + offset, part);
      at += part;
      bytes += part;
      size -= part;
    }
    return true;
  }
  bool word(std::uint64_t at, std::uint64_t& value) { return read(at, &value, sizeof(value)); }

 private:
  static constexpr std::size_t kPage = 4096, kPages = 16;
  struct Page {
    std::uint64_t begin = 0;  // 0: nothing was read
    std::array<std::byte, kPage> bytes{};
  };

  const std::byte* page_at(std::uint64_t begin) {
    Page& page = pages_[begin / kPage % kPages];
    if (page.begin == begin && begin != 0) return page.bytes.data();
    page.begin = 0;
    if (begin == 0 || read_memory(tid_, begin, page.bytes.data(), kPage) != kPage) return nullptr;
    page.begin = begin;
    return page.bytes.data();
  }

  int tid_ = 0;
  std::vector<Page> pages_{kPages};
};

}  // namespace ajar::capture::ptrace
