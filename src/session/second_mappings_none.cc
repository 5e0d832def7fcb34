#include "session/second_mappings.h"

// Systems that tell of every file which is mapped as code.
namespace ajar::session {

bool SecondMappings::settle(model::World& /*world*/, model::ImageId /*image*/, model::StackId /*node*/) {
  return false;
}

}  // namespace ajar::session
