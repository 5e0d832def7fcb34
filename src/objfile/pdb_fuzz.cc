// Whatever the bytes are, asking which images they are the PDB of ends, and stays within them.
#include <cstddef>
#include <cstdint>
#include <span>

#include "objfile/pdb_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(ajar::objfile::read_pdb_identity(std::as_bytes(std::span(data, size))));
  return 0;
}
