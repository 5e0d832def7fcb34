#include "agent/linux/real_functions.h"

namespace ajar::agent {

constinit RealFunction real_functions[kRealFunctions] = {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) {#name, nullptr},
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
#define AJAR_OTHER(row, name) {#name, nullptr},
    AJAR_OTHER_FUNCTIONS(AJAR_OTHER)
#undef AJAR_OTHER
};

}  // namespace ajar::agent
