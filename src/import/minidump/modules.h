#pragma once

#include "base/result.h"
#include "import/minidump/texts.h"
#include "model/address_stacks.h"
#include "model/world.h"
#include "objfile/minidump.h"

namespace ajar::import {

// Adds the modules of the dump as rows of the world; `end` is when the dump was written. Those that were
// unloaded by then come last.
base::Result<model::CodeRanges> read_modules(const objfile::Minidump& dump, Texts& texts,
                                             model::ImageId image, model::Time end, model::World& world);

}  // namespace ajar::import
