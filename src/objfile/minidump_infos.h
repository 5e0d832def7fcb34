#pragma once

#include <cstddef>
#include <vector>

#include "model/windows_objects.h"
#include "objfile/minidump.h"

namespace ajar::objfile {

// Object information as a minidump has it.
struct WrittenInfo {
  MinidumpObjectInfo::Type type{};
  std::vector<std::byte> bytes;
};

// In the layout of 64-bit processes.
WrittenInfo write_info(const model::WindowsObject& object);

}  // namespace ajar::objfile
