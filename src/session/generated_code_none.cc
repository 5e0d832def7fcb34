#include "session/generated_code.h"

// Systems on which runtimes write no perf maps.
namespace ajar::session {

void GeneratedCode::met(const model::World& /*world*/, model::ImageId /*image*/, model::StackId /*node*/) {}

std::vector<GeneratedCode::Name> GeneratedCode::find() {
  return {};
}

}  // namespace ajar::session
