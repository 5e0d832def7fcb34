#include "capture/kernel/python_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "objfile/elf_pointers.h"

namespace ajar::capture::kernel {
namespace {

using objfile::ElfFile;

std::optional<std::uint64_t> word_at(const ElfFile& file, std::uint64_t address) {
  const auto bytes = objfile::bytes_from(file, address);
  std::uint64_t word = 0;
  if (bytes.size() < sizeof(word)) return std::nullopt;
  std::memcpy(&word, bytes.data(), sizeof(word));
  return word;
}

// As PY_VERSION_HEX has it. Before 3.11 no data tell it, but functions came from release to release.
std::uint64_t release_of(const ElfFile& file) {
  constexpr std::array names{std::string_view("Py_Version"), std::string_view("PyModule_AddObjectRef"),
                             std::string_view("PyFrame_GetBack"),
                             std::string_view("PyCode_NewWithPosOnlyArgs")};
  const auto found = file.exports(names);
  if (found[0].address != 0) return word_at(file, found[0].address).value_or(0);
  if (found[1].address != 0) return 0x030a'0000;
  if (found[2].address != 0) return 0x0309'0000;
  return found[3].address != 0 ? 0x0308'0000 : 0;
}

// From 3.13 on the runtime's own first words say how things lie, for debuggers (struct _Py_DebugOffsets).
bool read_own_offsets(const ElfFile& file, std::uint64_t runtime, python::Threads& threads) {
  constexpr std::string_view kCookie = "xdebugpy";
  constexpr std::uint64_t kFreeThreaded = 16, kInterpreters = 40, kNextInterpreter = 64, kThreads = 72;
  const auto bytes = objfile::bytes_from(file, runtime);
  if (bytes.size() < kCookie.size() || std::memcmp(bytes.data(), kCookie.data(), kCookie.size()) != 0)
    return false;
  if (word_at(file, runtime + kFreeThreaded).value_or(1) != 0) return false;
  const auto offset = [&](std::uint64_t at) {
    return static_cast<std::uint16_t>(word_at(file, runtime + at).value_or(0));
  };
  threads.interpreters = offset(kInterpreters);
  threads.next_interpreter = offset(kNextInterpreter);
  threads.threads = offset(kThreads);
  return true;
}

std::uint8_t entry_of(python::Entry entry) {
  switch (entry) {
    case python::Entry::always:
      return AJAR_PYTHON_ENTERS_ALWAYS;
    case python::Entry::flag:
      return AJAR_PYTHON_ENTERS_BY_FLAG;
    case python::Entry::c_stack_next:
      return AJAR_PYTHON_ENTERS_AFTER_C;
  }
  return AJAR_PYTHON_ENTERS_ALWAYS;
}

// Whole words, as they are read.
std::uint16_t end_of(std::initializer_list<std::uint16_t> offsets) {
  return static_cast<std::uint16_t>(std::max(offsets) / 8 * 8 + 8);
}

ajar_python offsets_of(const python::Layout& layout, const python::Threads& threads) {
  ajar_python where{};
  where.next_interpreter = threads.next_interpreter;
  where.threads = threads.threads;
  where.next_thread = threads.next_thread;
  where.thread_id = threads.thread_id;
  where.frame_of_thread = layout.in_thread;
  where.frame_of_c_frame = layout.in_c_frame < 0 ? std::uint16_t{AJAR_PYTHON_NO_C_FRAME}
                                                 : static_cast<std::uint16_t>(layout.in_c_frame);
  where.code = layout.code;
  where.instruction = layout.instruction;
  where.previous = layout.previous;
  where.owner = layout.owner;
  where.frame_size = end_of({layout.code, layout.instruction, layout.previous, layout.owner});
  where.file = layout.file;
  where.name = layout.name;
  where.lines = layout.lines;
  where.first_line = layout.first_line;
  where.code_size = end_of({layout.file, layout.name, layout.lines, layout.first_line});
  where.code_units = layout.code_units;
  where.ascii_text = layout.ascii_text;
  where.other_text = layout.other_text;
  where.entry = entry_of(layout.entry);
  return where;
}

}  // namespace

std::optional<PythonFile> find_python(const ElfFile& file) {
  if (!file.header().is_64) return std::nullopt;
  constexpr std::array names{std::string_view("_PyRuntime"), std::string_view("PyCode_Type"),
                             std::string_view("_PyEval_EvalFrameDefault")};
  const auto found = file.exports(names);
  if (std::ranges::any_of(found, [](const ElfFile::Export& one) { return one.address == 0; }))
    return std::nullopt;
  const std::uint64_t release = release_of(file);
  PythonFile python{.layout = python::layout_of(release),
                    .where = {},
                    .loop_begin = found[2].address,
                    .loop_size = found[2].size};
  const python::Threads* known = python::threads_of(release);
  if (python.layout == nullptr || known == nullptr) return std::nullopt;
  python::Threads threads = *known;
  constexpr std::uint64_t kWithOwnOffsets = 0x030d'0000;
  if (release >= kWithOwnOffsets && !read_own_offsets(file, found[0].address, threads)) return std::nullopt;
  python.where = offsets_of(*python.layout, threads);
  python.where.interpreters = found[0].address + threads.interpreters;
  python.where.code_type = found[1].address;
  return python;
}

}  // namespace ajar::capture::kernel
