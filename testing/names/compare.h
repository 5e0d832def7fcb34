#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "names/frames.h"

namespace ajar::names {

// What everybody says of one address.
struct Answers {
  std::uint64_t address = 0;
  Chain ours;
  Chain llvm;                // with short names
  Chain llvm_linkage;        // with the linker's
  std::vector<Chain> libdw;  // one for each function there
};

// Who was asked, and what their answers are good for.
struct Asked {
  bool llvm_names = true;  // false: it can't read the file that has them
  bool libdw = true;       // false: it can't read the file
};

// The comparison of one file.
class Comparison {
 public:
  explicit Comparison(Asked asked) : asked_(asked) {}

  void add(const Answers& answers);

  [[nodiscard]] std::size_t addresses() const { return addresses_; }
  [[nodiscard]] std::size_t frames() const { return frames_; }
  [[nodiscard]] std::size_t known() const { return known_; }  // addresses of which we say something
  [[nodiscard]] std::size_t equal() const { return equal_; }  // addresses where all is equal

  // For each reason of a difference how many addresses have it.
  [[nodiscard]] const std::map<std::string, std::size_t>& explained() const { return explained_; }

  // How many addresses have a difference for which there is no reason, how many differences of each kind
  // there are, and the first of them in words.
  [[nodiscard]] std::size_t wrong() const { return wrong_; }
  [[nodiscard]] const std::map<std::string, std::size_t>& kinds() const { return kinds_; }
  [[nodiscard]] const std::vector<std::string>& unexplained() const { return unexplained_; }

 private:
  Asked asked_;
  std::size_t addresses_ = 0, frames_ = 0, known_ = 0, equal_ = 0, wrong_ = 0;
  std::map<std::string, std::size_t> explained_, kinds_;
  std::vector<std::string> unexplained_;
};

}  // namespace ajar::names
