#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "objfile/dwarf/sections.h"

namespace ajar::objfile::dwarf {

// One function at an address.
struct Place {
  // The name that the linker knows (DW_AT_linkage_name, mangled) where there is one, else the name in the
  // source, in C++ with the namespaces and classes around it; empty where the debug information names no
  // function (assembly).
  std::string function;
  std::string file;  // with its folders, as the compiler was told; empty where no line is known
  std::uint32_t line = 0;
  bool inlined = false;
  std::uint64_t begin = 0;  // where the function's code starts (that of the inlined copy, where inlined)

  bool operator==(const Place&) const = default;
};

// At one address: inlined functions innermost first, then the function they were inlined into. The line is
// where execution is in the innermost one, and the place of the inlined call in each of the others.
using Chain = std::vector<Place>;

// What the debug information of one ELF or PE file says of addresses. No byte of it is trusted: a unit that
// makes no sense is passed over and mentioned by trouble(); work is bounded by the size of the sections,
// memory by that of the largest unit. One thread at a time.
class Reader {
 public:
  // `companions` may be null: then what other files hold is not there.
  explicit Reader(const Sections& sections, Companions* companions = nullptr);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Tells what is at each of the addresses (as in the file, before the bias is added), which are ascending
  // and without repetition: `found` gets the index and a chain that is not empty. Indices come in any order,
  // each at most once; addresses of which nothing is known do not come. The more addresses at a time, the
  // cheaper.
  using Found = std::function<void(std::size_t index, Chain&& chain)>;
  void find(std::span<const std::uint64_t> addresses, const Found& found);

  // The first thing that made no sense so far, in words.
  [[nodiscard]] const std::optional<base::Error>& trouble() const;

  // Split units whose file was not found, by the name of the .dwo; without repetition, in the order met.
  [[nodiscard]] const std::vector<std::string>& missing_split() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ajar::objfile::dwarf
