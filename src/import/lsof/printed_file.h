#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace ajar::import::lsof {

// A descriptor, in lsof's words.
struct PrintedFile {
  std::uint64_t number = 0;
  std::string type;      // REG, FIFO, IPv4, a_inode …
  std::string protocol;  // TCP, UDP; empty for others
  std::string state;     // TCP's
  std::string name;
};

struct PrintedProcess {
  std::uint64_t pid = 0;
  std::string command;
  std::vector<PrintedFile> files;
};

// In ajar's words.
model::Handle handle_of(const PrintedFile& file);

}  // namespace ajar::import::lsof
