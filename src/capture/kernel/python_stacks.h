#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "capture/managed_stacks.h"
#include "capture/recorder.h"
#include "python/layout.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// The frames of one image's CPython, put into the stacks of its threads. One thread at a time.
class PythonStacks {
 public:
  explicit PythonStacks(Recorder& recorder) : recorder_(recorder) {}

  // Whose data are of that release. What was told before stays: each code object has its mark.
  void is(const python::Layout* layout) { layout_ = layout; }

  // What a code object is called.
  void learn(const ajar_python_code& code, std::string_view payload);

  // A row of a thread's stack that is an activation of the interpreter's loop.
  void is_loop(model::StackId row) { managed_.is_joint(row); }

  // The stack with the frames that the interpreter had, `words`, of which `met` were met (ajar_call::python).
  model::StackId with_frames(model::StackId native, std::span<const std::uint64_t> words, std::uint32_t met);

 private:
  struct Code {
    model::StringId function, file;
    std::string lines;  // its table of lines
    std::int32_t first_line = 0;
    bool is_of_interpreter = false;  // not the program's
  };
  struct Word {
    model::StackId callee;
    std::uint64_t code = 0, instruction = 0;
    bool operator==(const Word&) const = default;
  };
  struct WordHash {
    std::size_t operator()(const Word& word) const {
      return static_cast<std::size_t>(
          (word.code ^ (word.instruction << 17U) ^ (std::uint64_t{word.callee.value} << 40U)) *
          0x9e37'79b9'7f4a'7c15U);
    }
  };

  model::StackId path_of(std::span<const std::uint64_t> words, std::uint32_t met);
  model::StackId add_frame(model::StackId callee, std::uint64_t code, std::uint64_t instruction);
  model::StackId add_cut(model::StackId callee);
  void forget();
  [[nodiscard]] std::uint32_t line_of(const Code& code, std::uint32_t instruction) const;

  Recorder& recorder_;
  const python::Layout* layout_ = nullptr;
  ManagedStacks managed_;
  std::unordered_map<std::uint64_t, std::unordered_map<std::uint32_t, Code>> codes_;  // by address and mark
  std::unordered_map<Word, model::StackId, WordHash> nodes_, unseen_;
  std::size_t code_count_ = 0;
};

}  // namespace ajar::capture::kernel
