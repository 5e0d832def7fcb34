#include "cli/command.h"

namespace ajar::cli {

std::unique_ptr<Action> make_run() {
  return nullptr;
}

}  // namespace ajar::cli
