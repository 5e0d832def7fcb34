#include <cstddef>
#include <cstdint>
#include <vector>

#include "unwind/expression.h"

// The input is an expression. Its registers point all around a small stack.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::unwind;
  const std::vector<std::uint8_t> bytes(data, data + size);
  std::uint64_t stack[8];
  for (std::uint64_t& word : stack) word = reinterpret_cast<std::uint64_t>(&word);
  FullRegisters registers;
  for (std::uint64_t number = 0; number < 12; ++number) registers.set(number, stack[0] + 8 * number - 16);
  StackMemory memory{stack[0], stack[0] + sizeof(stack), nullptr};
  std::uint64_t value = 0;
  evaluate(CfiReader(bytes.data(), bytes.data() + bytes.size()), registers, memory, nullptr, value);
  evaluate(CfiReader(bytes.data(), bytes.data() + bytes.size()), registers, memory, stack, value);
  return 0;
}
