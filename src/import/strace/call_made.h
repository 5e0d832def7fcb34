#pragma once

#include <utility>
#include <vector>

#include "import/strace/call_effects.h"

namespace ajar::import::strace {

// A call that has come to its end, and what is written of it.
struct CallEffects::Made {
  Thread& thread;
  const Ended& call;
  model::StringId name;
  std::vector<ItemPtr> items;
  Item* open_item = nullptr;  // of those, the one that further events go into

  [[nodiscard]] const CallText& text() const { return call.text; }
  [[nodiscard]] const Result& result() const { return call.text.result; }
  [[nodiscard]] Descriptor descriptor() const {
    return {.number = result().value, .decoration = result().decoration, .deleted = result().deleted};
  }
  [[nodiscard]] bool has_failed() const { return result().error != 0; }
  [[nodiscard]] Numbers& numbers() const { return *thread.numbers; }
};

}  // namespace ajar::import::strace
