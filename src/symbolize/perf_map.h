#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

namespace ajar::symbolize {

// A perf map tells which function the code is that a runtime has made: a line "START SIZE NAME" for each, the
// numbers in hex (jit-interface.txt of Linux's tools/perf). Runtimes add lines as they make code, also where
// other code was before: the last line that covers an address has its name.
//
// The names are views of `text`. What is no such line, and a last one that is not ended yet, is passed over.
// Takes time with the length of the text and the number of addresses, whatever the text says.
std::map<std::uint64_t, std::string_view> find_in_perf_map(std::string_view text,
                                                           std::set<std::uint64_t> addresses);

}  // namespace ajar::symbolize
