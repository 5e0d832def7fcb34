#include "import/text/lines.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "objfile/utf16.h"

namespace ajar::import {
namespace {

constexpr std::size_t kLookAt = 4096;  // bytes, to tell text from other things

std::uint8_t byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

// Little-endian, as tools on Windows write it.
bool has_utf16_mark(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && byte_at(bytes, 0) == 0xff && byte_at(bytes, 1) == 0xfe;
}

// XML comes without the mark, too.
bool is_utf16(std::span<const std::byte> bytes) {
  return has_utf16_mark(bytes) || (bytes.size() >= 2 && byte_at(bytes, 0) == '<' && byte_at(bytes, 1) == 0);
}

struct Plain {
  std::string_view typeset, plain;
};
constexpr std::array kPlain{
    Plain{"\xc2\xa0", " "},      // no-break space
    Plain{"\xe2\x80\x82", " "},  // en space
    Plain{"\xe2\x80\x83", " "},  // em space
    Plain{"\xe2\x80\x89", " "},  // thin space
    Plain{"\xe2\x80\xaf", " "},  // narrow no-break space
    Plain{"\xe2\x80\x8b", ""},   // zero width space
    Plain{"\xef\xbb\xbf", ""},   // byte order mark
    Plain{"\xe2\x80\x90", "-"},  // hyphen
    Plain{"\xe2\x80\x91", "-"},  // no-break hyphen
    Plain{"\xe2\x80\x92", "-"},  // figure dash
    Plain{"\xe2\x80\x93", "-"},  // en dash
    Plain{"\xe2\x80\x94", "-"},  // em dash
    Plain{"\xe2\x88\x92", "-"},  // minus
    Plain{"\xe2\x80\x98", "'"},  Plain{"\xe2\x80\x99", "'"}, Plain{"\xe2\x80\x9c", "\""},
    Plain{"\xe2\x80\x9d", "\""}, Plain{"\t", " "},
};

std::string plain(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  for (std::size_t at = 0; at < line.size();) {
    const auto byte = static_cast<unsigned char>(line[at]);
    if (byte >= ' ' && byte < 0x80) {
      out += line[at++];
      continue;
    }
    const auto* const found = std::ranges::find_if(
        kPlain, [&](const Plain& some) { return line.substr(at).starts_with(some.typeset); });
    if (found == kPlain.end()) {
      out += line[at++];
    } else {
      out += found->plain;
      at += found->typeset.size();
    }
  }
  return out;
}

}  // namespace

bool is_text(std::span<const std::byte> bytes) {
  if (is_utf16(bytes)) return true;
  return !bytes.empty() && std::ranges::all_of(bytes.first(std::min(bytes.size(), kLookAt)), [](std::byte b) {
    const auto value = std::to_integer<std::uint8_t>(b);
    return value >= 0x20 || (value >= '\t' && value <= '\r') || value == 0x1b;
  });
}

std::string_view utf8_text(std::span<const std::byte> bytes, std::string& store) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (is_utf16(bytes)) return store = objfile::utf8_of_utf16(bytes.subspan(has_utf16_mark(bytes) ? 2 : 0));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

std::vector<std::string> plain_lines(std::span<const std::byte> bytes) {
  std::string converted;
  std::string_view text = utf8_text(bytes, converted);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(plain(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace ajar::import
