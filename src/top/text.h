#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "top/picture.h"

// Texts in columns of a terminal: some characters take two, others none. How many is what the C library says
// in the locale of the process (LC_CTYPE); of a character that it doesn't know it is one.
namespace ajar::top {

std::size_t columns_of(std::string_view utf8);

// The text in at most `columns`, its end cut off and marked where it is longer.
std::string cut_to(std::string_view utf8, std::size_t columns);

// The same, with blanks behind or before it to exactly so many.
std::string to_left(std::string_view utf8, std::size_t columns);
std::string to_right(std::string_view utf8, std::size_t columns);

// "1,204"; without the commas where only so it has room.
std::string number_in(std::uint64_t number, std::size_t columns);

// The line in at most `columns`; where the screen has ASCII only, in that.
Line fitted(const Line& line, std::size_t columns, Style style);

// The text, made safe, in as many lines as it needs: an error's way out stands at its end.
void add_whole(std::string_view text, Look look, std::size_t columns, std::vector<Line>& lines);

// A row of bars, one for each of the last counts, the latest at the right: from the least to the most of
// them. A few handles up and down are not made a mountain of.
std::string sparkline(std::span<const std::uint64_t> counts, std::size_t columns, Style style);

}  // namespace ajar::top
