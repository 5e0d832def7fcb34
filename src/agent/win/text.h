#pragma once

#include <stdint.h>

#include "agent/win/nt.h"

namespace ajar::agent {

// Of a name or a path, in bytes; what is longer is cut. (A path of the kernel has up to 32,767 units.)
inline constexpr uint32_t kMostText = 2048;

// UTF-8 of the text, whole characters; half a surrogate pair becomes U+FFFD. The number of bytes.
inline uint32_t to_utf8(const UNICODE_STRING& text, char (&out)[kMostText]) {
  constexpr uint32_t kLongest = 4;
  const uint32_t units = text.Buffer == nullptr ? 0 : text.Length / sizeof(wchar_t);
  uint32_t length = 0;
  for (uint32_t i = 0; i < units && length + kLongest <= kMostText; ++i) {
    uint32_t code = static_cast<uint16_t>(text.Buffer[i]);
    if (code >= 0xd800 && code < 0xe000) {
      const uint32_t low = i + 1 < units ? static_cast<uint16_t>(text.Buffer[i + 1]) : 0;
      const bool is_pair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
      code = is_pair ? 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00) : 0xfffd;
      if (is_pair) ++i;
    }
    const auto put = [&](uint32_t byte) { out[length++] = static_cast<char>(byte); };
    const auto put_tail = [&](uint32_t shift) { put(0x80U | ((code >> shift) & 0x3fU)); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xc0U | code >> 6U);
      put_tail(0);
    } else if (code < 0x10000) {
      put(0xe0U | code >> 12U);
      put_tail(6);
      put_tail(0);
    } else {
      put(0xf0U | code >> 18U);
      put_tail(12);
      put_tail(6);
      put_tail(0);
    }
  }
  return length;
}

}  // namespace ajar::agent
