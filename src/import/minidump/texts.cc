#include "import/minidump/texts.h"

#include <utility>

namespace ajar::import {
namespace {

// Names that are shared, such as those of types, are copied for each handle: they are about as long as a
// handle's row.
constexpr std::uint64_t kTimesTheFile = 4;
constexpr std::uint64_t kAtLeast = std::uint64_t{1} << 20U;

}  // namespace

Texts::Texts(const objfile::Minidump& dump, std::uint64_t file_size)
    : dump_(dump), left_(kTimesTheFile * file_size + kAtLeast) {}

base::Result<std::string> Texts::read(objfile::MinidumpText text, std::string_view whose) {
  base::Result<std::string> found = dump_.text(text).in(whose);
  if (!found.ok()) return found;
  if (auto spent = spend(found.value().size()); !spent.ok()) return std::move(spent).error();
  return found;
}

base::Result<void> Texts::spend(std::uint64_t bytes) {
  if (bytes > left_)
    return base::Error("its handles point to more text than the file can have: the file is damaged");
  left_ -= bytes;
  return {};
}

}  // namespace ajar::import
