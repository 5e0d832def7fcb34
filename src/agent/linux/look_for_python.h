#pragma once

#include <link.h>
#include <stdint.h>

namespace ajar::agent {

// Tells cpython::found() of an interpreter that is in the module: in a library or in the program itself. What
// is needed of it is among the module's dynamic symbols, since extensions need it, too.
void look_for_python(const dl_phdr_info& module, uint32_t generation);

}  // namespace ajar::agent
