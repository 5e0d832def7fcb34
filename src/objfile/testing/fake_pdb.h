#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// For tests: the smallest PDB that has an identity.
namespace ajar::objfile {

struct FakePdb {
  std::string guid = std::string(16, 'g');
  std::uint32_t info_age = 3;  // counts what other tools have changed
  std::uint32_t dbi_age = 1;   // the linker's
  bool has_dbi = true;
  std::uint32_t block_size = 512;

  static std::string word(std::uint32_t value) {
    std::string bytes(sizeof(value), '\0');
    std::memcpy(bytes.data(), &value, sizeof(value));
    return bytes;
  }

  // Blocks: the beginning, two maps of free ones, the directory's map, the directory, stream 1, stream 3.
  // Stream 0 has two blocks, which are anywhere; stream 2 is none.
  [[nodiscard]] std::string build() const {
    using namespace std::string_view_literals;
    const std::string info = word(20000404) + word(0) + word(info_age) + guid;
    const std::string dbi = has_dbi ? word(0xffff'ffff) + word(19990903) + word(dbi_age) : std::string();
    std::string directory = word(4) + word(block_size + 1) + word(static_cast<std::uint32_t>(info.size())) +
                            word(0xffff'ffff) + word(static_cast<std::uint32_t>(dbi.size())) + word(1) +
                            word(2) + word(5);
    if (has_dbi) directory += word(6);
    std::string file;
    for (const std::string& block :
         {std::string("Microsoft C/C++ MSF 7.00\r\n\x1a\x44S\0\0\0"sv) + word(block_size) + word(1) +
              word(7) + word(static_cast<std::uint32_t>(directory.size())) + word(0) + word(3),
          std::string(), std::string(), word(4), directory, info, dbi}) {
      file += block;
      file.resize((file.size() + block_size - 1) / block_size * block_size);
      if (block.empty()) file.resize(file.size() + block_size);
    }
    return file;
  }
};

}  // namespace ajar::objfile
