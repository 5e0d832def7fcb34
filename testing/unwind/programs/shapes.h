#pragma once

#include <functional>

// Functions of another file: calls of them are inlined only where the linker does that.
namespace shapes {

void deep(int depth, const std::function<void()>& at_the_bottom);

// Calls `visit` from recursions, virtual functions, loops over many arguments and floating-point code.
void all(int turn, const std::function<void()>& visit);

}  // namespace shapes
