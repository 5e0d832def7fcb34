#pragma once

#include <stdint.h>

#include "python/layout.h"

// CPython's texts, as UTF-8.
namespace ajar::python {

// Writes a character's UTF-8 bytes; returns how many, 0 where they don't fit. Halves of pairs, in which
// Python keeps bytes of file names that are no text, become U+FFFD.
inline uint32_t write_character(uint32_t c, char* to, uint32_t room) {
  if (c >= 0xd800U && c < 0xe000U) c = 0xfffdU;
  const uint32_t size = c < 0x80U ? 1 : c < 0x800U ? 2 : c < 0x10000U ? 3 : 4;
  if (size > room || c > 0x10ffffU) return 0;
  if (size == 1) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  for (uint32_t i = size - 1; i > 0; --i, c >>= 6U) to[i] = static_cast<char>(0x80U | (c & 0x3fU));
  to[0] = static_cast<char>((0xf00U >> size & 0xf0U) | c);
  return size;
}

struct Text {
  uint64_t data = 0, length = 0;
  uint32_t width = 0;      // bytes a character has there
  uint32_t most_utf8 = 1;  // bytes it may need as UTF-8
};

// A str. (The bits of `state`: interned 2, kind 3, compact 1, ascii 1.)
inline Text text_at(const Layout& layout, uint64_t object) {
  constexpr int64_t kMost = int64_t{1} << 20U;
  Text text;
  uint32_t bits;
  __builtin_memcpy(&bits, reinterpret_cast<const void*>(object + kTextState), sizeof(bits));
  const auto length = static_cast<int64_t>(word(object + kSize));
  const uint32_t width = (bits >> 2U) & 7U;
  const bool compact = (bits & 0x20U) != 0;
  const bool ascii = (bits & 0x40U) != 0;
  if (!compact || length < 0 || length > kMost || (width != 1 && width != 2 && width != 4)) return text;
  text.data = object + (ascii ? layout.ascii_text : layout.other_text);
  text.length = static_cast<uint64_t>(length);
  text.width = width;
  text.most_utf8 = ascii ? 1 : width == 4 ? 4 : width + 1;
  return text;
}

// As much of it as there is room for: the beginning, or the end.
inline uint32_t copy_text(const Layout& layout, uint64_t object, char* to, uint32_t room, bool the_end) {
  const Text text = text_at(layout, object);
  const uint64_t most = room / text.most_utf8;
  uint64_t i = the_end && text.length > most ? text.length - most : 0;
  uint32_t length = 0;
  for (; i < text.length; ++i) {
    uint32_t c = 0;
    __builtin_memcpy(&c, reinterpret_cast<const void*>(text.data + i * text.width), text.width);
    const uint32_t size = c == 0 ? 0 : write_character(c, to + length, room - length);
    if (size == 0) break;
    length += size;
  }
  return length;
}

}  // namespace ajar::python
