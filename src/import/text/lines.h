#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

// Text as people paste it and as tools on Windows write it.
namespace ajar::import {

// Whether the first bytes are those of a text: UTF-8 or another superset of ASCII, or UTF-16 with its mark
// (or XML without it).
bool is_text(std::span<const std::byte> bytes);

// The text as it is, in UTF-8 where it is UTF-16 (then `store` has what the view shows), without its mark.
std::string_view utf8_text(std::span<const std::byte> bytes, std::string& store);

// The lines, without their ends, and made plain: UTF-16 is UTF-8; what an editor or a browser
// made of spaces, tabs, dashes and quotation marks is what it was in ASCII. Other bytes stay as they are.
std::vector<std::string> plain_lines(std::span<const std::byte> bytes);

}  // namespace ajar::import
