#pragma once

#include <stdint.h>

#include "agent/core/emit.h"
#include "agent/core/os.h"
#include "agent/linux/text_length.h"

// What a call was asked for, as the catalog's column `asked` says it: ASKED_<column> makes an Asked of the
// hook's own arguments. `outcome` says whether the call succeeded: then the kernel has read what its
// arguments point to, otherwise it may have looked at something else first.
namespace ajar::agent {

enum class Outcome : uint8_t { succeeded, failed };

// length_of() for a text that may lie nowhere: it ends where the readable pages end.
inline uint32_t readable_length_of(const char* text) {
  constexpr uint64_t kPage = 4096;
  for (uint32_t n = 0; n < kLongestText; ++n) {
    const auto address = reinterpret_cast<uint64_t>(text + n);
    if ((n == 0 || address % kPage == 0) && !os::readable(address & ~uint64_t{7})) return n;
    if (text[n] == 0) return n;
  }
  return kLongestText;
}

inline Asked asked_flags(int flags) {
  Asked asked;
  asked.flags = static_cast<uint32_t>(flags);
  return asked;
}

inline Asked asked_text(const char* text, int flags, Outcome outcome) {
  Asked asked = asked_flags(flags);
  if (text == nullptr) return asked;
  asked.kind = AJAR_PAYLOAD_TEXT;
  asked.bytes = text;
  asked.length = outcome == Outcome::succeeded ? length_of(text) : readable_length_of(text);
  return asked;
}

inline Asked asked_stream(const char* path, const char* mode, Outcome outcome) {
  constexpr int kReadWrite = 2, kWriteCreateTruncate = 0x241, kWriteCreateAppend = 0x441;
  int flags = mode[0] == 'w' ? kWriteCreateTruncate : mode[0] == 'a' ? kWriteCreateAppend : 0;
  for (const char* c = mode; *c != 0; ++c) {
    if (*c == '+') flags = (flags & ~1) | kReadWrite;
  }
  return asked_text(path, flags, outcome);
}

inline Asked asked_socket(int domain, int type, int protocol) {
  Asked asked;
  asked.kind = AJAR_PAYLOAD_SOCKET;
  asked.length = sizeof(asked.words);
  asked.words[0] = static_cast<uint32_t>(domain);
  asked.words[1] = static_cast<uint32_t>(type);
  asked.words[2] = static_cast<uint32_t>(protocol);
  return asked;
}

inline Asked asked_address(const void* address, uint32_t length) {
  constexpr uint32_t kLongest = 128;
  Asked asked;
  if (address == nullptr || length == 0) return asked;
  asked.kind = AJAR_PAYLOAD_ADDRESS;
  asked.bytes = address;
  asked.length = length < kLongest ? length : kLongest;
  return asked;
}

// The address that a successful call has written.
inline Asked asked_peer(const void* address, const uint32_t* length, Outcome outcome) {
  if (outcome == Outcome::failed || address == nullptr || length == nullptr) return {};
  return asked_address(address, *length);
}

}  // namespace ajar::agent

#define ASKED_NOTHING \
  Asked {}
#define ASKED_FLAGS(flags) ajar::agent::asked_flags(static_cast<int>(flags))
#define ASKED_PATH(path, flags) ajar::agent::asked_text(path, static_cast<int>(flags), outcome)
#define ASKED_FMODE(path, mode) ajar::agent::asked_stream(path, mode, outcome)
#define ASKED_TEMPLATE(path) ajar::agent::asked_text(path, 0, outcome)
#define ASKED_NAME(name) ajar::agent::asked_text(name, 0, outcome)
#define ASKED_SOCKET(domain, type, protocol) ajar::agent::asked_socket(domain, type, protocol)
#define ASKED_PEER(address, length) ajar::agent::asked_peer(address, length, outcome)
