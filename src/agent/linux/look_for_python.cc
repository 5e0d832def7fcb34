#include "agent/linux/look_for_python.h"

#include "agent/core/cpython.h"
#include "agent/linux/dynamic_symbols.h"

namespace ajar::agent {
void look_for_python(const dl_phdr_info& module, uint32_t generation) {
  const DynamicSymbols symbols(module);
  const auto loop = symbols.find("_PyEval_EvalFrameDefault");
  if (loop.begin == 0) return;
  cpython::Interpreter interpreter;
  interpreter.thread_state_of_this =
      reinterpret_cast<void* (*)()>(symbols.function("PyGILState_GetThisThreadState"));
  interpreter.code_type = symbols.find("PyCode_Type").begin;
  interpreter.version = reinterpret_cast<const uint64_t*>(symbols.find("Py_Version").begin);
  interpreter.version_text = reinterpret_cast<const char* (*)()>(symbols.function("Py_GetVersion"));
  // Public from 3.13 on.
  void* const is_ending = symbols.function("Py_IsFinalizing");
  interpreter.is_ending =
      reinterpret_cast<int (*)()>(is_ending != nullptr ? is_ending : symbols.function("_Py_IsFinalizing"));
  if (interpreter.code_type == 0 || interpreter.thread_state_of_this == nullptr) return;
  if (interpreter.version == nullptr && interpreter.version_text == nullptr) return;
  interpreter.loop_begin = loop.begin;
  interpreter.loop_size = loop.size;
  interpreter.generation = generation;
  cpython::found(interpreter);
}

}  // namespace ajar::agent
