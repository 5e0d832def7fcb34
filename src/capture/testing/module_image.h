#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "objfile/elf.h"
#include "unwind/cfi.h"

// A module's file laid out as the loader does, without running anything of it: call-frame information is
// relative to itself, so it holds wherever it lies.
namespace ajar::capture::testing {

inline std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

class ModuleImage {
 public:
  explicit ModuleImage(const objfile::ElfFile& file, const std::string& bytes) {
    constexpr std::uint32_t kEhFrameHeader = 0x6474e550;  // PT_GNU_EH_FRAME
    std::uint64_t low = ~std::uint64_t{0};
    std::uint64_t high = 0;
    for (const objfile::ElfSegment& segment : file.segments()) {
      if (segment.kind != objfile::ElfSegment::load) continue;
      low = std::min(low, segment.address);
      high = std::max(high, segment.address + segment.memory_size);
    }
    memory_.resize(high - low);
    bias_ = reinterpret_cast<std::uint64_t>(memory_.data()) - low;
    for (const objfile::ElfSegment& segment : file.segments()) {
      if (segment.kind == objfile::ElfSegment::load)
        std::memcpy(at(segment.address), bytes.data() + segment.offset, segment.file_size);
      if (segment.kind == kEhFrameHeader) info_.header = at(segment.address);
    }
    info_.begin = memory_.data();
    info_.end = memory_.data() + memory_.size();
    info_.load_bias = bias_;
  }

  // How far from its addresses in the file it lies.
  [[nodiscard]] std::uint64_t bias() const { return bias_; }
  [[nodiscard]] const unwind::CallFrameInfo& info() const { return info_; }

 private:
  std::uint8_t* at(std::uint64_t address) { return reinterpret_cast<std::uint8_t*>(address + bias_); }

  std::vector<std::uint8_t> memory_;
  std::uint64_t bias_ = 0;
  unwind::CallFrameInfo info_;
};

}  // namespace ajar::capture::testing
