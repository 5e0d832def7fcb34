#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "capture/kernel/call_record.h"
#include "capture/kernel/code_file.h"
#include "capture/kernel/copied_stack.h"
#include "capture/kernel/python_stacks.h"
#include "capture/recorder.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// The code of one image as the recording has it, looked up in the process's own list of what it has mapped.
// One thread at a time.
class ImageCode {
 public:
  struct Mapping {
    std::uint64_t begin = 0, end = 0;
    std::uint64_t bias = 0;                // address in memory = address in the file + bias, modulo 2^64
    std::shared_ptr<const CodeFile> file;  // nullptr: made at run time, or not readable
    model::ModuleId module;                // none: made at run time
    bool is_gate = false;                  // the kernel's own code in a program of 32 bits
  };

  ImageCode(Recorder& recorder, CodeFiles& files, model::ImageId image, std::int64_t pid,
            std::uint64_t start_ticks)
      : recorder_(recorder),
        files_(files),
        image_(image),
        pid_(pid),
        start_ticks_(start_ticks),
        python_(recorder) {}

  // Where a new program begins, as the kernel tells it. `begun`: ajar_watched::image.
  void begins(const ajar_execed& told, const std::string& path, std::uint64_t begun = 0);
  // Code came or went; `path` is empty for memory of no file. It is looked at when it is needed next.
  void mapped(const platform::MappedRange& range);
  void unmapped(std::uint64_t begin, std::uint64_t end);

  // What a new process has: the same, as modules of its own.
  void begin_as_copy_of(const ImageCode& other);

  // Code may have come or gone of which nothing was told: records were lost.
  void look_again() {
    lost_ = true;
    stale_ = true;
  }

  [[nodiscard]] bool is_stale() const { return stale_; }

  // Another number whenever other code was found; a copy begins with the number of what it is one of.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  // So many changes were told, with the one that comes next (ajar_call::changes).
  void told_changes(std::uint32_t changes) { changes_ = changes; }
  [[nodiscard]] std::uint32_t changes() const { return changes_; }
  [[nodiscard]] std::uint64_t begun() const { return begun_; }

  // Looks, where it may have changed. True where it has. `seen`: changes that the kernel had seen before.
  bool refresh(std::uint32_t seen = 0);

  // In ascending order.
  [[nodiscard]] std::span<const Mapping> mappings() const { return mappings_; }

  // The stack of a call; none where it has no frames. Where the stack itself came with it, that is walked.
  model::StackId stack_of(const CallRecord& record);

  // Where its CPython is; without interpreters where there is none, or none that is known.
  [[nodiscard]] ajar_python python() const;
  // What code of Python's is called (AJAR_CALL_PYTHON_CODE).
  void learn_python(const ajar_call& call, std::string_view payload);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Node {
    model::StackId callee;
    std::uint64_t frame;  // as it comes

    bool operator==(const Node&) const = default;
  };
  struct NodeHash {
    std::size_t operator()(const Node& node) const {
      return static_cast<std::size_t>((node.frame ^ (std::uint64_t{node.callee.value} << 40U)) *
                                      0x9e37'79b9'7f4a'7c15U);
    }
  };

  [[nodiscard]] bool is_this_image(const std::vector<platform::MappedRange>& ranges) const;
  model::StackId native_stack_of(const CallRecord& record);
  model::StackId add_stack(const ajar_call& call, std::span<const std::uint64_t> frames);
  [[nodiscard]] const Mapping* mapping_of_python() const;
  void look_for_python();
  bool take(std::vector<platform::MappedRange> ranges);
  Mapping mapping_of(const platform::MappedRange& range);
  model::ModuleId module_of(const platform::MappedRange& range, const Mapping& mapping);
  model::ModuleId add_module(model::Module module);
  void unload_gone();
  [[nodiscard]] const Mapping* mapping_at(std::uint64_t address) const;
  model::StackId add_frame(model::StackId callee, std::uint64_t frame);
  model::StackId add_marker(model::StackId callee, model::Marker marker);

  Recorder& recorder_;
  CodeFiles& files_;
  model::ImageId image_;
  std::int64_t pid_;
  std::uint64_t start_ticks_;
  bool stale_ = true;
  std::uint64_t version_ = 0;
  std::uint64_t begun_ = 0;
  std::uint32_t changes_ = 0;  // that what was found has in it
  bool lost_ = false;
  std::vector<Mapping> mappings_;
  std::vector<platform::MappedRange> ranges_;  // that these were made of
  std::vector<model::ModuleId> loaded_;
  // What was told of it, for when the process can't be asked any more; and where a program that was seen to
  // begin has its first code.
  std::vector<platform::MappedRange> told_;
  std::uint64_t first_code_ = 0;
  std::unordered_map<std::string, model::StackId, TextHash, std::equal_to<>> stacks_;  // by their bytes
  std::unordered_map<Node, model::StackId, NodeHash> nodes_;
  PythonStacks python_;
  std::uint64_t loop_begin_ = 0, loop_size_ = 0;  // of the interpreter's loop
};

}  // namespace ajar::capture::kernel
