#include "cli/command.h"

namespace ajar::cli {

std::unique_ptr<Action> make_watch() {
  return nullptr;
}

}  // namespace ajar::cli
