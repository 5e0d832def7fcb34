#include "agent/core/told.h"

namespace ajar::agent::told {

constinit Told told{};

}  // namespace ajar::agent::told
