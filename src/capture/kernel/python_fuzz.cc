#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "capture/kernel/python_stacks.h"
#include "capture/testing/world_recorder.h"

// Code objects and frames as a process had them in its memory, where anything may be. The input is a release,
// then a code object with its texts, then frames.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar;
  if (size < 1 + sizeof(ajar_python_code)) return 0;
  capture::testing::WorldRecorder recorder;
  capture::kernel::PythonStacks stacks(recorder);
  stacks.is(&python::kLayouts[data[0] % std::size(python::kLayouts)]);
  ajar_python_code told{};
  std::memcpy(&told, data + 1, sizeof(told));
  std::string_view rest(reinterpret_cast<const char*>(data) + 1 + sizeof(told), size - 1 - sizeof(told));
  stacks.learn(told, rest);
  const std::size_t texts = std::size_t{told.name_bytes} + told.file_bytes + told.lines_bytes;
  rest.remove_prefix(std::min(rest.size(), texts));
  std::vector<std::uint64_t> words(std::min<std::size_t>(rest.size() / 16, AJAR_CALL_FRAMES) * 2);
  if (!words.empty()) std::memcpy(words.data(), rest.data(), words.size() * sizeof(words[0]));
  for (std::size_t i = 0; i < words.size(); i += 4) {
    words[i] = told.code | (words[i] & AJAR_PYTHON_ENTERS);
    words[i + 1] = (words[i + 1] & 0xffff'ffffU) | std::uint64_t{told.mark} << 32U;
  }
  model::Frame frame;
  const model::StackId native = recorder.world().stacks.add({.callee = {}, .frame = frame});
  stacks.is_loop(native);
  stacks.with_frames(native, words, static_cast<std::uint32_t>(words.size() / 2));
  return 0;
}
