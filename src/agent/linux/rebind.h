#pragma once

// An agent that came into a running program stands in front of nothing: modules are bound already. It changes
// their slots (slots.h), and puts them back. Which modules there are is asked of the dynamic linker, which
// lets nobody unload one meanwhile.
namespace ajar::agent::rebind {

// Points the slots that hold a function with a hook at the hook: in all modules but the agent and the linker.
// Those that hold something else (another library's function of the name) stay. False where the linker can't
// be asked.
bool to_hooks();

// Points all slots that hold a hook back at the function.
bool to_functions();

// One of state.newcomers' looks.
void look_for_newcomers();

}  // namespace ajar::agent::rebind
