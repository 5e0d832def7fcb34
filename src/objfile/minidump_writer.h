#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/windows_objects.h"
#include "objfile/minidump.h"

namespace ajar::objfile {

// What a minidump of ajar's own is made of: all that is known of a process.
struct MinidumpContents {
  struct Thread {
    std::uint32_t id = 0;
    std::uint32_t priority = 0;
    std::uint64_t teb = 0;
    std::uint64_t created = 0;  // 100 ns since 1601; 0 where that is not known
    std::uint64_t start = 0;    // the address at which it began
  };
  struct Pdb {
    std::array<std::byte, 16> guid{};
    std::uint32_t age = 0;
    std::string path;
  };
  struct Module {
    std::uint64_t base = 0;
    std::uint32_t size = 0;
    std::uint32_t timestamp = 0;
    std::string path = {};
    std::optional<Pdb> pdb = {};
  };

  MinidumpSystem system;
  std::uint32_t processors = 1;
  MinidumpProcess process;
  std::uint32_t written = 0;  // seconds since 1970
  std::vector<Thread> threads;
  std::vector<Module> modules;  // the program itself first
  std::vector<model::WindowsHandle> handles;
  struct Memory {
    std::uint64_t begin = 0, size = 0;  // bytes
  };

  // Where handles were traced: the latest first, as Windows has them. Of a stack the 32 innermost frames are
  // written.
  std::optional<std::vector<MinidumpOperation>> operations = {};
  // What of the process's memory is to come behind all else.
  std::optional<std::vector<Memory>> memory = {};
};

// Streams 3 (threads, without their registers), 4 (modules), 5 (memory: none) or 9 (memory), 7 (system), 12
// (handles), 15 (the process), 17 (more of the threads), where handles were traced 18 (operations on them),
// and Minidump::kFactStream, as minidumpapiset.h lays them out. A text that is there again is written once.
// An error where it would not fit into the 4 GiB that a minidump may have, its memory aside: whoever asks for
// memory writes the bytes of these ranges behind what this gives, one after the other.
base::Result<std::vector<std::byte>> write_minidump(const MinidumpContents& contents);

}  // namespace ajar::objfile
