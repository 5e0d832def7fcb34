#pragma once

#include <cstdint>

namespace ajar::objfile::dwarf {

// How much may be done for one question. What compilers write stays far below; a file in which everything
// refers to everything else would take for ever.
class Work {
 public:
  explicit Work(std::uint64_t most) : left_(most) {}

  // Whether so much more may be done. Once no, always no.
  bool take(std::uint64_t amount) {
    left_ = amount < left_ ? left_ - amount : 0;
    return left_ > 0;
  }
  [[nodiscard]] bool exhausted() const { return left_ == 0; }

 private:
  std::uint64_t left_;
};

}  // namespace ajar::objfile::dwarf
