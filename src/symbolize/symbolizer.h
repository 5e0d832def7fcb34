#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/process.h"
#include "model/stack.h"
#include "model/world.h"
#include "platform/pdb_names.h"
#include "symbolize/debug_files.h"
#include "symbolize/module_files.h"
#include "symbolize/module_note.h"
#include "symbolize/questions.h"
#include "symbolize/symbol_index.h"

namespace ajar::symbolize {

struct SymbolizerOptions {
  std::vector<std::string> folders = {};  // where files may be, too; see find_module_file()
  // From elsewhere (debuginfod): see DebugSearch. If not given: the cache of libdebuginfod, never a server.
  std::function<std::string(const std::string& build_id)> elsewhere = {};
  // If not given: find_module_file() with the folders.
  std::function<ModuleFile(const Question&)> find = {};

  std::size_t most_files = 2048;                        // kept open
  std::size_t most_symbols = std::size_t{4} << 20U;     // kept sorted; 40 bytes each
  std::size_t most_readers = 16;                        // of debug information
  std::size_t most_unpacked = std::size_t{512} << 20U;  // bytes of debug information that was packed
};

// Gives names to addresses: function, file, line and inlined functions from the debug information; where that
// says nothing, what Go programs have for themselves; else the function from the symbol tables. Where both
// name a function, the debug information's name stands, which has none of the compiler's additions
// (`foo.cold`, `foo.part.0`); but a function that the symbol table knows with its namespaces, or under an
// alias with fewer underscores in front (`__libc_open64`, `open64`), gets that name.
//
// Files stay open between calls, within the limits: those used longest ago are closed first. One thread at a
// time.
class Symbolizer {
 public:
  enum class Depth : std::uint8_t {
    functions,  // what symbol tables tell: at most some 100 ms for a large program, once
    lines,      // all: may take seconds and much memory where there is a lot of debug information
  };

  explicit Symbolizer(SymbolizerOptions options = {});
  ~Symbolizer();
  Symbolizer(const Symbolizer&) = delete;
  Symbolizer& operator=(const Symbolizer&) = delete;

  // Opens the module's file, so that names can be had from it when it will have been deleted or replaced, and
  // its process gone. Reads little of it. Of an identity that is open already: nothing.
  void hold(const Question& question);

  Answer answer(const Question& question, Depth depth);

  // Gives back all that can be made anew from the files, which stay open.
  void rest();

 private:
  struct Kept;

  Kept& keep_open(const Question& question);
  void prepare(Kept& kept, const Question& question);
  void limit(const Kept& in_use);
  void add_lines(const Question& question, Kept& kept, model::ModuleSymbols& symbols);
  static void add_functions(const Question& question, const Kept& kept, model::ModuleSymbols& symbols);
  [[nodiscard]] ModuleNote note_on(const Question& question, Kept& kept) const;

  SymbolizerOptions options_;
  std::map<std::string, std::unique_ptr<Kept>> kept_;  // by identity
  std::uint64_t clock_ = 0;
  platform::PdbNames pdb_names_;
};

}  // namespace ajar::symbolize
