#include "agent/linux/real_functions.h"

namespace ajar::agent {

constinit RealFunction real_functions[kRealFunctions] = {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) {#name, nullptr},
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
    {"fork", nullptr}, {"_exit", nullptr}, {"_Exit", nullptr}, {"quick_exit", nullptr}, {"dlclose", nullptr},
};

}  // namespace ajar::agent
