#pragma once

#include "base/byte_writer.h"

namespace ajar::recording {

using base::ByteWriter;
using base::kMaxVarint;
using base::put_varint;
using base::zigzag;

}  // namespace ajar::recording
