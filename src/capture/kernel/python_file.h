#pragma once

#include <cstdint>
#include <optional>

#include "objfile/elf.h"
#include "python/layout.h"
#include "wire/python_frames.h"

namespace ajar::capture::kernel {

// A CPython interpreter, as the file that has it says: a program or libpython. Addresses are the file's own.
struct PythonFile {
  const python::Layout* layout = nullptr;
  ajar_python where{};
  std::uint64_t loop_begin = 0, loop_size = 0;  // _PyEval_EvalFrameDefault

  // The same in a process that has it so far from there.
  [[nodiscard]] ajar_python where_at(std::uint64_t bias) const {
    ajar_python moved = where;
    moved.interpreters += bias;
    moved.code_type += bias;
    return moved;
  }
};

// Nothing where there is none, or it is of a release, or a kind, that is not known here.
std::optional<PythonFile> find_python(const objfile::ElfFile& file);

}  // namespace ajar::capture::kernel
