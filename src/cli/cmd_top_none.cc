#include "cli/command.h"

namespace ajar::cli {

std::unique_ptr<Action> make_top() {
  return nullptr;
}

}  // namespace ajar::cli
