#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "objfile/minidump.h"

namespace ajar::import {

// The texts of a minidump, as they are copied. A damaged one may have a million handles that point to one
// text of 64 KiB: no more is copied than some times what the file has.
class Texts {
 public:
  // `file_size` in bytes. The dump has to outlive it.
  Texts(const objfile::Minidump& dump, std::uint64_t file_size);

  // `whose` begins an error: "the name of handle 0x1c".
  base::Result<std::string> read(objfile::MinidumpText text, std::string_view whose);

  // Counts what is copied from elsewhere in the file.
  base::Result<void> spend(std::uint64_t bytes);

 private:
  const objfile::Minidump& dump_;
  std::uint64_t left_;
};

}  // namespace ajar::import
