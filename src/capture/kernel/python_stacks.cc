#include "capture/kernel/python_stacks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "python/text.h"

namespace ajar::capture::kernel {
namespace {

constexpr std::size_t kMostCodes = 1U << 16U;  // as many as the kernel remembers to have told

// The same, said for two languages.
static_assert(AJAR_PYTHON_TYPE == python::kType && AJAR_PYTHON_SIZE == python::kSize);
static_assert(AJAR_PYTHON_BYTES == python::kBytes && AJAR_PYTHON_STATE == python::kTextState);
static_assert(AJAR_PYTHON_OWNED_BY_C == python::kOwnedByCStack);

// A str of another process, as it was copied here with its head. `length` in it may be anything.
std::string text_of(const python::Layout& layout, std::string_view copied) {
  if (copied.size() < AJAR_PYTHON_HEAD / 2) return {};
  // Whole words, however little there is of the last.
  std::vector<std::uint64_t> words(copied.size() / 8 + 2 + AJAR_PYTHON_HEAD / 8);
  std::memcpy(words.data(), copied.data(), copied.size());
  const auto at = reinterpret_cast<std::uint64_t>(words.data());
  const python::Text text = python::text_at(layout, at);
  if (text.width == 0 || text.data - at > copied.size() ||
      text.length > (copied.size() - (text.data - at)) / text.width)
    return {};
  std::string characters(4 * text.length + 4, '\0');
  characters.resize(
      python::copy_text(layout, at, characters.data(), static_cast<std::uint32_t>(characters.size()), false));
  return characters;
}

}  // namespace

void PythonStacks::learn(const ajar_python_code& told, std::string_view payload) {
  if (layout_ == nullptr) return;
  const auto part = [&payload](std::size_t size) {
    const std::string_view bytes = payload.substr(0, size);
    payload.remove_prefix(bytes.size());
    return bytes;
  };
  const std::string function = text_of(*layout_, part(told.name_bytes));
  const std::string file = text_of(*layout_, part(told.file_bytes));
  if (code_count_ > kMostCodes) forget();
  const auto [at, is_new] = codes_[told.code].try_emplace(told.mark);
  code_count_ += is_new ? 1 : 0;
  Code& code = at->second;
  code.function = recorder_.intern(function);
  code.file = recorder_.intern(file);
  code.lines = part(told.lines_bytes);
  code.first_line = static_cast<std::int32_t>(told.first_line);
  code.is_of_interpreter = function == file && function == "__init__";
}

std::uint32_t PythonStacks::line_of(const Code& code, std::uint32_t instruction) const {
  if (layout_ == nullptr) return 0;
  const python::TableBytes table{.at = reinterpret_cast<const std::uint8_t*>(code.lines.data()),
                                 .size = code.lines.size()};
  const std::int64_t line = python::python_line(layout_->line_table, table, code.first_line, instruction);
  return line > 0 && line <= INT32_MAX ? static_cast<std::uint32_t>(line) : 0;
}

// The callee where the frame is none of the program's.
model::StackId PythonStacks::add_frame(model::StackId callee, std::uint64_t code, std::uint64_t instruction) {
  const auto known_at = nodes_.find({callee, code, instruction});
  if (known_at != nodes_.end()) return known_at->second;
  const auto of_address = codes_.find(code & ~AJAR_PYTHON_ENTERS);
  const Code* told = nullptr;
  if (of_address != codes_.end()) {
    const auto marked = of_address->second.find(static_cast<std::uint32_t>(AJAR_PYTHON_MARK(instruction)));
    if (marked != of_address->second.end()) told = &marked->second;
  }
  // What is not known yet may be told later.
  model::StackId& known =
      told == nullptr ? unseen_[{callee, code, instruction}] : nodes_[{callee, code, instruction}];
  if (!known.none()) return known;
  if (told != nullptr && told->is_of_interpreter) return known = callee;
  model::Frame frame;
  frame.kind = told == nullptr ? model::FrameKind::marker : model::FrameKind::managed;
  frame.marker = told == nullptr ? model::Marker::unseen : model::Marker::none;
  frame.after_call = told != nullptr && frame.after_call;
  if (told != nullptr) {
    frame.function = told->function;
    frame.file = told->file;
    frame.line = line_of(*told, static_cast<std::uint32_t>(AJAR_PYTHON_INSTRUCTION(instruction)));
  }
  const model::StackId row = recorder_.world().stacks.add({.callee = callee, .frame = frame});
  if ((code & AJAR_PYTHON_ENTERS) != 0) managed_.is_joint(row);
  return known = row;
}

// Of a program that makes code without end: it is told again.
void PythonStacks::forget() {
  codes_.clear();
  nodes_.clear();
  unseen_.clear();
  code_count_ = 0;
}

model::StackId PythonStacks::add_cut(model::StackId callee) {
  model::StackId& known = nodes_[{callee, 0, 0}];
  if (!known.none()) return known;
  model::Frame frame;
  frame.kind = model::FrameKind::marker;
  frame.marker = model::Marker::cut;
  frame.after_call = false;
  return known = recorder_.world().stacks.add({.callee = callee, .frame = frame});
}

model::StackId PythonStacks::path_of(std::span<const std::uint64_t> words, std::uint32_t met) {
  model::StackId path;
  const std::size_t frames = words.size() / 2;
  const std::size_t innermost = std::min<std::size_t>(frames, AJAR_CALL_INNERMOST);
  for (std::size_t i = 0; i < innermost; ++i) path = add_frame(path, words[2 * i], words[2 * i + 1]);
  const std::size_t outermost = frames - innermost;
  std::size_t first = 0;
  if (met > AJAR_CALL_FRAMES) {
    path = add_cut(path);
    first = met - AJAR_CALL_INNERMOST;
  }
  for (std::size_t i = 0; i < outermost; ++i) {
    const std::size_t at = 2 * (innermost + (first + i) % outermost);
    path = add_frame(path, words[at], words[at + 1]);
  }
  return path;
}

model::StackId PythonStacks::with_frames(model::StackId native, std::span<const std::uint64_t> words,
                                         std::uint32_t met) {
  if (native.none() || words.empty() || layout_ == nullptr) return native;
  const model::StackId managed = path_of(words, met);
  if (managed.none()) return native;
  model::World& world = recorder_.world();
  return managed_.woven(world, {.native = native, .managed = managed, .cut = met >= AJAR_CALL_MOST_WALKED},
                        [&](const model::StackNode& node) { return world.stacks.add(node); });
}

}  // namespace ajar::capture::kernel
