#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/process.h"
#include "model/stack.h"
#include "model/world.h"
#include "platform/mapped_file.h"

namespace ajar::symbolize {

// What became of one module that names were looked for in.
struct ModuleNote {
  enum class Found : std::uint8_t {
    functions,  // a full symbol table
    exports,    // stripped: only the functions that it exports have names
    nothing,    // no symbols at all
    missing,    // the file is not there
    replaced,   // there is another file at its path by now: nothing was taken from it
    unreadable,
  };

  std::string identity;  // model::Module::identity()
  std::string path;
  Found found = Found::functions;
  std::string words;  // for a person: "/usr/lib/libx.so: stripped, only exported functions have names"

  bool operator==(const ModuleNote&) const = default;
};

// Gives functions to native frames, from the symbol tables of the files they are in. What World::symbols has
// already is kept and not looked for again. Modules that are only in memory ([vdso]) are left alone.
class Symbolizer {
 public:
  using Opener = std::function<base::Result<platform::MappedFile>(const model::Module&)>;

  // `open` finds the file of a module; by default at its path on this machine.
  explicit Symbolizer(Opener open = {});

  // For all frames of all stacks. One note for each module that was opened or should have been, by identity.
  std::vector<ModuleNote> all(model::World& world) const;

  // For these frames only.
  std::vector<ModuleNote> these(model::World& world, std::span<const model::Frame> frames) const;

 private:
  Opener open_;
};

}  // namespace ajar::symbolize
