#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ajar::render {

// Text from elsewhere, made safe for a terminal: control characters, marks that change the writing direction
// and bytes that are not UTF-8 become \xNN or \u{NNNN}.
std::string escaped(std::string_view text);

// How many characters the text has; each is taken to be one column wide.
std::size_t columns(std::string_view utf8);

// The text in at most `width` columns, its end cut off and marked where it is longer.
std::string cut(std::string_view utf8, std::size_t width);

// The text broken at blanks into lines of at most `width` columns, as far as its words are short enough; each
// line but the first is indented. The first is taken to be, too, by what stands before it.
std::string wrapped(std::string_view utf8, std::size_t indent, std::size_t width);

// The text in the colour of a warning, red where it is grave; unchanged unless colours are wanted. The other
// functions take the colour for columns, so it comes last.
std::string coloured(std::string_view text, bool grave, bool wanted);

// The text with blanks after it up to `width` columns.
std::string padded(std::string_view utf8, std::size_t width);

}  // namespace ajar::render
