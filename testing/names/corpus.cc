#include "names/corpus.h"

#include <fstream>
#include <sstream>

namespace ajar::names {

base::Result<std::vector<Entry>> read_corpus(const std::string& path) {
  std::ifstream in(path);
  std::vector<Entry> entries;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    Entry entry;
    for (std::string Entry::* field : {&Entry::name, &Entry::file, &Entry::llvm, &Entry::libdw})
      std::getline(fields, entry.*field, '\t');
    if (entry.libdw.empty()) return base::Error(path + ": not a line of a corpus: " + line);
    if (entry.libdw == "-") entry.libdw.clear();
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return base::Error(path + ": no corpus: make-corpus makes one");
  return entries;
}

}  // namespace ajar::names
