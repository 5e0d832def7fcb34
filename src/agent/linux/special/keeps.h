#pragma once

#include "agent/linux/kept.h"
#include "agent/linux/shapes.h"

// Functions that leave a descriptor open in the C library, or close it there.
namespace ajar::agent {

struct Keeps {
  kept::Family family;
  kept::Doing doing;
};

template <typename Call, typename AskedFor, typename... Arguments>
auto hook(Keeps shape, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, Arguments...) {
  if (!begin_call()) return call();
  const kept::Look look(shape.family, shape.doing, entry, caller);
  return call();
}

}  // namespace ajar::agent

#define SHAPE_KEEPS(family, doing)                                     \
  ajar::agent::Keeps {                                                 \
    ajar::agent::kept::Family::family, ajar::agent::kept::Doing::doing \
  }
