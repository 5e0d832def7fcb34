#include "cli/emptied_pools.h"

namespace ajar::cli {

std::vector<std::string> emptied_pools() {
  return {};
}

}  // namespace ajar::cli
