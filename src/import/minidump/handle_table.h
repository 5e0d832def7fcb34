#pragma once

#include <vector>

#include "base/result.h"
#include "import/minidump/texts.h"
#include "model/snapshot.h"
#include "objfile/minidump.h"

namespace ajar::import {

// The handles of the dump, by ascending value, each value once, with their facts. Those whose type whoever
// wrote the dump could not read have kNotReadable for a type.
base::Result<std::vector<model::Handle>> read_handle_table(const objfile::Minidump& dump, Texts& texts);

}  // namespace ajar::import
