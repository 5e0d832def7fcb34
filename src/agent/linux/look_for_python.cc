#include "agent/linux/look_for_python.h"

#include "agent/core/cpython.h"
#include "agent/linux/dynamic_symbols.h"

namespace ajar::agent {
namespace {

// "3.9.18 (main, …": the first two numbers, as PY_VERSION_HEX has them.
uint64_t version_in(const char* text) {
  uint64_t numbers[2] = {};
  for (uint64_t& number : numbers) {
    for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + static_cast<uint64_t>(*text - '0');
    if (*text == '.') ++text;
  }
  return numbers[0] << 24U | numbers[1] << 16U;
}

uint64_t version_of(const DynamicSymbols& symbols) {
  const auto number = symbols.find("Py_Version");  // from 3.11 on
  if (number.begin != 0) return *reinterpret_cast<const uint64_t*>(number.begin);
  auto* text = reinterpret_cast<const char* (*)()>(symbols.function("Py_GetVersion"));
  return text == nullptr ? 0 : version_in(text());
}

}  // namespace

void look_for_python(const dl_phdr_info& module, uint32_t generation) {
  const DynamicSymbols symbols(module);
  const auto loop = symbols.find("_PyEval_EvalFrameDefault");
  if (loop.begin == 0) return;
  cpython::Interpreter interpreter;
  interpreter.thread_state_of_this =
      reinterpret_cast<void* (*)()>(symbols.function("PyGILState_GetThisThreadState"));
  interpreter.code_type = symbols.find("PyCode_Type").begin;
  if (interpreter.code_type == 0 || interpreter.thread_state_of_this == nullptr) return;
  interpreter.version = version_of(symbols);
  interpreter.loop_begin = loop.begin;
  interpreter.loop_size = loop.size;
  interpreter.generation = generation;
  cpython::found(interpreter);
}

}  // namespace ajar::agent
