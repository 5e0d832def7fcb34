#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "model/symbol.h"

namespace ajar::platform {

struct PdbQuestion {
  std::string image;  // the path of the PE image
  std::string name;   // of its PDB, as the image records it: "shop.pdb", without a folder
  std::string pdb;    // the path of the PDB, which has been found to be the image's
  std::span<const std::uint64_t> addresses;  // RVAs, ascending, each once
};

// What PDBs say of the code of their images, by RVA, through what the system reads them with: dbghelp on
// Windows, llvm-symbolizer (of LLVM 15 or later) elsewhere. Functions without lines are `nearest`, unless
// their end is known: the PDBs that vendors give away have only starts. Displacements are 0 where the reader
// does not tell them (llvm-symbolizer). Answers take as long as the reader needs to load the PDB, but not
// longer than half a minute where that is a program. One thread at a time.
class PdbNames {
 public:
  static constexpr std::chrono::seconds kLimit{30};

  explicit PdbNames(std::chrono::milliseconds limit = kLimit) : limit_(limit) {}

  // The error says what is missing, in words that follow on "shop.pdb: ". Where a reader did not answer in
  // time, none is asked again: all later answers are that error.
  base::Result<model::ModuleSymbols> find(const PdbQuestion& question);

 private:
  [[maybe_unused]] std::chrono::milliseconds limit_;
  std::string program_;  // once it has been chosen
  std::string gave_up_;
};

}  // namespace ajar::platform
