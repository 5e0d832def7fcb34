#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "names/frames.h"

namespace ajar::names {

// Addresses of the file from `begin` to before `end`.
struct Code {
  std::uint64_t begin = 0, end = 0;
};

// A file that has code and debug information, read by ajar.
class ProgramFile {
 public:
  static base::Result<ProgramFile> open(const std::string& path);
  ProgramFile(ProgramFile&&) noexcept;
  ~ProgramFile();

  // The sections with code.
  [[nodiscard]] std::vector<Code> code() const;

  // Where the functions of its symbol table begin and end, as far as it has one.
  [[nodiscard]] std::vector<Code> functions() const;

  // Whether debug information lies in a file that was made by dwz from several.
  [[nodiscard]] bool has_supplement() const;

  // A chain for each of the addresses, which are ascending and without repetition.
  [[nodiscard]] std::vector<Chain> at(std::span<const std::uint64_t> addresses) const;

  // What the reader did not understand, or did not find; empty: nothing.
  [[nodiscard]] std::string trouble() const;

 private:
  class Implementation;
  explicit ProgramFile(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ajar::names
