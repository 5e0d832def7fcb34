#include "recording/foreign.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "recording/format.h"

namespace ajar::recording {
namespace {

using namespace std::string_view_literals;

struct Look {
  std::string_view begins;
  std::string_view shown;
  std::string_view what;
};

constexpr std::array kLooks{
    Look{"\x7f"
         "ELF"sv,
         "\\x7fELF", "an ELF program, library or core dump"},
    Look{"MDMP"sv, "MDMP", "a Windows minidump"},
    Look{"PAGEDU"sv, "PAGEDU", "a Windows kernel dump"},
    Look{"MZ"sv, "MZ", "a Windows program or library"},
    Look{"PK\x03\x04"sv, "PK", "a zip archive: unpack it first"},
    Look{"\x1f\x8b"sv, "\\x1f\\x8b", "packed with gzip: unpack it first"},
    Look{"\x28\xb5\x2f\xfd"sv, "\\x28\\xb5\\x2f\\xfd", "packed with zstd: unpack it first"},
    Look{"\xfd"
         "7zXZ\0"sv,
         "\\xfd7zXZ", "packed with xz: unpack it first"},
    Look{"BZh"sv, "BZh", "packed with bzip2: unpack it first"},
    Look{"\xff\xfe"sv, "\\xff\\xfe", "UTF-16 text"},
    Look{"\x89"
         "AJAR"sv,
         "\\x89"
         "AJAR",
         "a recording that was copied as text: copy it again, as binary"},
};

constexpr std::size_t kLookAt = 512;  // bytes, to tell text from other things
constexpr std::size_t kShow = 8;      // bytes

bool is_text(std::string_view head) {
  return std::ranges::all_of(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || (byte >= '\t' && byte <= '\r') || byte == 0x1b;
  });
}

// Printable as it is, the rest in hexadecimal.
std::string shown(std::string_view head) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : head.substr(0, kShow)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && byte != '\'' && byte != '\\') {
      text += c;
    } else {
      text += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
    }
  }
  return text;
}

base::Error none(std::string_view begins, std::string_view what) {
  std::string message = "not an ajar recording (starts with '";
  message.append(begins).append("': ").append(what).append(")");
  return base::Error(std::move(message));
}

}  // namespace

base::Error foreign_file(std::span<const std::byte> bytes) {
  if (bytes.empty()) return base::Error("not an ajar recording (the file is empty)");
  const auto head_size = std::min(bytes.size(), kLookAt);
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), head_size);
  const std::string_view magic(reinterpret_cast<const char*>(kMagic.data()), kMagic.size());
  if (bytes.size() < kFileHeaderSize && head.substr(0, magic.size()) == magic.substr(0, head.size())) {
    return base::Error("holds nothing: the recording was cut off before its first block");
  }
  for (const Look& look : kLooks) {
    if (head.starts_with(look.begins)) return none(look.shown, look.what);
  }
  return none(shown(head), is_text(head) ? "text" : "no file that ajar knows");
}

}  // namespace ajar::recording
