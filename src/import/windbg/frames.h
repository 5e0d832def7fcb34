#pragma once

#include <optional>
#include <string_view>

#include "import/windbg/printed.h"

namespace ajar::import::windbg {

// "0x7c827369: ntdll!ZwOpenKey+0x0000000c", "0x00101991: +0x00101991", "0x…: app!main+0x1d [c:\src\app.cpp @
// 57]": nothing for another line. `line`: without spaces at its ends.
std::optional<PrintedFrame> trace_frame(std::string_view line);

// "ole32!CoCreateInstanceEx+23", "MyCustomDll+2af0", with what was called behind it or not: a line of Debug
// Diag's. Displacements are hexadecimal there, without 0x.
std::optional<PrintedFrame> sample_frame(std::string_view line);

}  // namespace ajar::import::windbg
