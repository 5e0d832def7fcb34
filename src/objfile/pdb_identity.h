#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ajar::objfile {

// Which images a PDB goes with: those whose PePdb has the same.
struct PdbIdentity {
  std::array<std::byte, 16> guid{};
  std::uint32_t age = 0;

  bool operator==(const PdbIdentity&) const = default;
};

// Nothing where the bytes are not a PDB (of MSF 7.00) or make no sense. Reads a few dozen of them, none of
// which is trusted. The age is that of the DBI stream, which linkers copy into the image; the other one, of
// the info stream, also counts what other tools have changed. Source: LLVM's documentation, "The PDB File
// Format": The MSF File Format, The PDB Info Stream, The DBI Stream.
std::optional<PdbIdentity> read_pdb_identity(std::span<const std::byte> bytes);

}  // namespace ajar::objfile
