#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "objfile/elf.h"
#include "unwind/followed_code.h"
#include "unwind/table.h"

namespace ajar::capture::kernel {

// The code of a file of which its call-frame information doesn't tell, followed (unwind/followed_code.h),
// with the memory that takes.
class FollowedRules {
 public:
  // `known`: what call-frame information says; its base is that of all offsets here. Nothing is followed
  // where it tells of all code, and in Go's, which has frame pointers.
  static std::unique_ptr<FollowedRules> make(const objfile::ElfFile& file, const ajar_unwind_table& known);

  // Of the instruction at the offset; nullptr where none was reached.
  [[nodiscard]] const unwind::FollowedFrame* frame_at(std::uint32_t offset) const;

  // 0 where none was.
  [[nodiscard]] std::uint8_t length_at(std::uint32_t offset) const;

  // In order, not empty, and none NONE.
  using Row = unwind::FollowedCode::Row;
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  struct Memory;
  FollowedRules() = default;
  void follow(std::span<const std::byte> bytes, std::uint32_t entry);

  std::uint32_t shift_ = 0;  // of the followed section's beginning
  std::uint32_t size_ = 0;
  std::vector<unwind::FollowedFunction> functions_;
  std::vector<std::uint16_t> cells_;
  std::vector<std::uint8_t> marks_;
  std::vector<unwind::FollowedFrame> frames_;
  std::unique_ptr<unwind::FollowedCode> code_;
};

}  // namespace ajar::capture::kernel
