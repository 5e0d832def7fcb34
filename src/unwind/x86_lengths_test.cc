#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwind/x86_encoding.h"

// The lengths of all instructions of a file as objdump has them.
namespace ajar::unwind {
namespace {

struct Line {
  std::vector<std::uint8_t> bytes;
  std::string words;
};

// "  4010b4:\t48 8d 3d 10 00 00 00 \tlea …"; nothing of other lines.
Line parse(const std::string& text) {
  Line line;
  const std::size_t begin = text.find(":\t");
  const std::size_t end = begin == std::string::npos ? begin : text.find('\t', begin + 2);
  if (end == std::string::npos) return line;
  for (std::size_t at = begin + 2; at + 2 < end && text[at] != ' '; at += 3)
    line.bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(at, 2), nullptr, 16)));
  line.words = text.substr(end + 1);
  return line;
}

// What objdump makes of data among code: no instruction, or prefixes without one.
bool is_none(const Line& line) {
  if (line.bytes.empty() || line.words.find("(bad)") != std::string::npos || line.words.starts_with(".byte"))
    return true;
  return std::ranges::all_of(line.bytes, [](std::uint8_t byte) {
    return (byte & 0xf0U) == 0x40 ||
           std::string_view("\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3").find(static_cast<char>(byte)) !=
               std::string_view::npos;
  });
}

struct Counts {
  std::size_t same = 0, unknown = 0, different = 0;
};

Counts compare(const std::string& path) {
  Counts counts;
  const std::string command = "objdump -d -w " + path;
  const std::unique_ptr<FILE, int (*)(FILE*)> objdump(popen(command.c_str(), "re"), pclose);
  std::array<char, 512> text{};
  while (std::fgets(text.data(), text.size(), objdump.get()) != nullptr) {
    Line line = parse(text.data());
    if (is_none(line)) continue;
    // fwait, which objdump joins with what comes next.
    if (line.bytes[0] == 0x9b && line.bytes.size() > 1) line.bytes.erase(line.bytes.begin());
    const std::size_t length = line.bytes.size();
    line.bytes.resize(length + 16, 0xcc);  // whatever comes next
    const X86Encoding it = x86_encoding(line.bytes.data(), line.bytes.data() + line.bytes.size());
    ++(it.length == length ? counts.same : it.length == 0 ? counts.unknown : counts.different);
    if (it.length == length) continue;
    if (it.length != 0 && counts.different <= 20)
      ADD_FAILURE() << path << ": " << text.data() << "has " << int{it.length} << " bytes for us";
  }
  std::printf("%s: %zu instructions, %zu unknown, %zu of other lengths\n", path.c_str(), counts.same,
              counts.unknown, counts.different);
  return counts;
}

// AJAR_DISASSEMBLE may name others, with spaces between them.
std::vector<std::string> files() {
  std::vector<std::string> paths = {"/lib/x86_64-linux-gnu/libc.so.6", "/lib/ld-musl-x86_64.so.1"};
  const char* const others = std::getenv("AJAR_DISASSEMBLE");
  std::string path;
  for (const char c : std::string(others == nullptr ? "" : others) + " ") {
    if (c != ' ') {
      path += c;
    } else if (!path.empty()) {
      paths.push_back(std::exchange(path, {}));
    }
  }
  std::erase_if(paths, [](const std::string& each) { return !std::filesystem::exists(each); });
  return paths;
}

TEST(X86Encoding, HasObjdumpsLengthOfEveryInstruction) {
  for (const std::string& path : files()) {
    const Counts counts = compare(path);
    EXPECT_GT(counts.same, 10000U) << path;
    // In data among code there is what processors disagree on, or refuse.
    EXPECT_LT(counts.unknown * 50000, counts.same) << path;
  }
}

}  // namespace
}  // namespace ajar::unwind
