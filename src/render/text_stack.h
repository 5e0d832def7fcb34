#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "render/text.h"
#include "report/report.h"

namespace ajar::render {

constexpr std::size_t frames_shown = 8;  // of a stack, unless all are wanted

// A stack as a table of function, place and module, innermost first. Without full_stacks it is cut to
// `frames` lines, and ends where only the system's and the C++ library's frames follow; frames up to
// `culprit`'s are shown in any case.
void stack_lines(const report::Stack& stack, const report::Culprit* culprit, std::size_t frames,
                 const TextOptions& options, std::ostream& out);

// "libpricing.so  fetch_rate()  pricing.cpp:41"
std::string culprit_words(const report::Culprit& culprit);

// "pricing.cpp:41"; empty where the file is not known.
std::string place_words(const std::string& file, std::uint32_t line);

// "package libpricing1 2.0-1, build id 4f2a…, /usr/lib/libpricing.so": as far as it is known.
std::string whom_to_call(const report::Culprit& culprit);

}  // namespace ajar::render
