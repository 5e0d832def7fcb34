#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/stack.h"
#include "model/world.h"
#include "symbolize/module_note.h"
#include "symbolize/questions.h"
#include "symbolize/symbolizer.h"

namespace ajar::symbolize {

using NamesOfModules = std::map<std::string, model::ModuleSymbols>;  // by Module::identity()

// Whose files are asked.
enum class Asked : std::uint8_t {
  all_modules,
  // Of no other can one be sure that a file of its name is the one that ran. Nor is another machine asked for
  // one because a path says so ("\\\\HOST\\SHARE\\x.dll").
  modules_with_build_id,
};

// Looks up what the world's stacks lack, and lays it over what the world has. Gives what was new or better;
// notes on each module that was asked about go to `notes`, by identity. It may take seconds where there is
// much debug information.
NamesOfModules name_stacks(model::World& world, Symbolizer& symbolizer, Questions::Of lacking, Asked asked,
                           std::map<std::string, ModuleNote>& notes);
NamesOfModules name_stacks(model::World& world, Symbolizer& symbolizer, Questions::Of lacking, Asked asked);

}  // namespace ajar::symbolize
