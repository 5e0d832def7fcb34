#include "cli/command.h"

namespace ajar::cli {

std::unique_ptr<Action> make_attach() {
  return nullptr;
}

}  // namespace ajar::cli
