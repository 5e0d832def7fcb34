#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace ajar::names {

// A file of the corpus that make-corpus makes.
struct Entry {
  std::string name;
  std::string file;   // which ajar reads
  std::string llvm;   // the file with the same addresses that llvm-symbolizer is asked about
  std::string libdw;  // the same for libdw; empty: it can't read any
};

base::Result<std::vector<Entry>> read_corpus(const std::string& path);

}  // namespace ajar::names
