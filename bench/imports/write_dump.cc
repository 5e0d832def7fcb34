// write_dump FILE HANDLES MEMORY: a minidump as one is taken of a server that leaks registry keys: that many
// handles, a full ring of handle operations, and so many MiB of memory.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "objfile/testing/fake_minidump.h"

namespace {

using ajar::objfile::FakeMinidump;

constexpr std::uint64_t kProgram = 0x1'4000'0000, kLibrary = 0x1'8000'0000, kSystem = 0x7ff8'0000'0000;
constexpr std::uint64_t kRing = 4096;

FakeMinidump::Handle handle(std::uint64_t number) {
  FakeMinidump::Handle row{.value = 4 * (number + 1), .type = "Key"};
  if (number % 200 == 0) {
    row.type = "Event";
    row.name = "\\Sessions\\1\\BaseNamedObjects\\done" + std::to_string(number);
    row.infos = {{.type = 6, .contents = ajar::objfile::words_of({1, 0})}};  // an event, not set
  } else if (number % 3 == 0) {
    row.name = "\\REGISTRY\\MACHINE\\SOFTWARE\\Classes\\CLSID";
  }
  return row;
}

FakeMinidump::Operation opening(std::uint64_t number) {
  FakeMinidump::Operation row{.handle = 4 * (number + 1)};
  row.frames = {kSystem + 0x9d'f64, kSystem + 0x10'0200 + number % 3, kLibrary + 0x1a17, kLibrary + 0x2000,
                kProgram + 0x1234};
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("write_dump FILE HANDLES MEMORY\n", stderr), 2;
  const std::uint64_t handles = std::strtoull(argv[2], nullptr, 10);
  FakeMinidump dump;
  dump.modules = {{.base = kProgram, .name = "C:\\shop\\server.exe"},
                  {.base = kLibrary, .name = "C:\\shop\\settings.dll"},
                  {.base = kSystem, .size = 0x20'0000, .name = "C:\\Windows\\System32\\ntdll.dll"}};
  dump.threads = {8};
  for (std::uint64_t i = 0; i < handles; ++i) dump.handles.push_back(handle(i));
  for (std::uint64_t i = handles - std::min(handles, kRing); i < handles; ++i)
    dump.operations.push_back(opening(i));
  std::ofstream file(argv[1], std::ios::binary);
  file << dump.build();
  const std::string mebibyte(std::size_t{1} << 20U, 'm');
  for (std::uint64_t i = std::strtoull(argv[3], nullptr, 10); i > 0; --i) file << mebibyte;
  return file.flush() ? 0 : 1;
}
