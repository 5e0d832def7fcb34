#include "names/libdw.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>

#include <algorithm>
#include <optional>

#include "base/owned_fd.h"

namespace ajar::names {
namespace {

// Some bytes of code that an entry covers.
struct Stretch {
  std::uint64_t begin = 0, end = 0;
  std::size_t index = 0;  // of the function or unit
};

struct Unit {
  Dwarf_Die lines{};  // has the table of lines; of a split unit, its skeleton
  Dwarf_Die body{};
  std::string folder;  // of the compilation
};

struct Function {
  Dwarf_Die die{};
  std::size_t unit = 0;
};

template <typename Action>
void for_each_child(Dwarf_Die& die, Action action) {
  Dwarf_Die child;
  if (dwarf_child(&die, &child) != 0) return;
  do action(child);
  while (dwarf_siblingof(&child, &child) == 0);
}

template <typename Action>
void for_each_range(Dwarf_Die& die, Action action) {
  Dwarf_Addr base = 0, begin = 0, end = 0;
  for (std::ptrdiff_t at = 0; (at = dwarf_ranges(&die, at, &base, &begin, &end)) > 0;) action(begin, end);
}

bool has_code(Dwarf_Die& die) {
  return dwarf_hasattr(&die, DW_AT_low_pc) != 0 || dwarf_hasattr(&die, DW_AT_ranges) != 0;
}

std::string text(const char* from) {
  return from == nullptr ? std::string() : std::string(from);
}

// The linker's name, else the source's.
std::string function_name(Dwarf_Die& die) {
  for (const unsigned name : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name, DW_AT_name}) {
    Dwarf_Attribute attribute;
    if (dwarf_attr_integrate(&die, name, &attribute) != nullptr) return text(dwarf_formstring(&attribute));
  }
  return {};
}

std::uint32_t number(Dwarf_Die& die, unsigned name) {
  Dwarf_Attribute attribute;
  Dwarf_Word value = 0;
  if (dwarf_attr(&die, name, &attribute) != nullptr) dwarf_formudata(&attribute, &value);
  return static_cast<std::uint32_t>(value);
}

// libdw puts the compilation's folder in front of names that are relative to it, but not of names whose own
// folder is relative to it, before DWARF 5.
std::string joined(const Unit& unit, std::string file) {
  const std::string folder = unit.folder + '/';
  return file.empty() || file.starts_with('/') || file.starts_with(folder) ? file : folder + file;
}

std::string call_file(Unit& unit, Dwarf_Die& inlined) {
  if (dwarf_hasattr(&inlined, DW_AT_call_file) == 0) return {};
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_getsrcfiles(&unit.body, &files, &count) != 0) return {};
  return joined(unit, text(dwarf_filesrc(files, number(inlined, DW_AT_call_file), nullptr, nullptr)));
}

Frame line_at(Unit& unit, std::uint64_t address) {
  Frame frame;
  Dwarf_Line* const row = dwarf_getsrc_die(&unit.lines, address);
  if (row == nullptr) return frame;
  int line = 0;
  dwarf_lineno(row, &line);
  frame.line = static_cast<std::uint32_t>(line);
  frame.file = joined(unit, text(dwarf_linesrc(row, nullptr, nullptr)));
  return frame;
}

// The inlined functions at the address, outermost first.
void add_inlined(Dwarf_Die& in, std::uint64_t address, std::vector<Dwarf_Die>& found) {
  std::optional<Dwarf_Die> next;
  for_each_child(in, [&](Dwarf_Die& child) {
    if (next.has_value()) return;
    const int tag = dwarf_tag(&child);
    if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block) return;
    if (dwarf_haspc(&child, address) > 0) next = child;
  });
  if (!next.has_value()) return;
  if (dwarf_tag(&*next) == DW_TAG_inlined_subroutine) found.push_back(*next);
  add_inlined(*next, address, found);
}

}  // namespace

class Libdw::Implementation {
 public:
  explicit Implementation(base::OwnedFd fd, Dwarf* dwarf) : fd_(std::move(fd)), dwarf_(dwarf) {
    Dwarf_CU* unit = nullptr;
    Dwarf_Half version = 0;
    std::uint8_t kind = 0;
    Dwarf_Die die, split;
    while (dwarf_get_units(dwarf_, unit, &unit, &version, &kind, &die, &split) == 0) {
      if (kind == DW_UT_compile || kind == DW_UT_skeleton) add_unit(die, dwarf_tag(&split) > 0 ? split : die);
    }
    const auto by_begin = [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; };
    std::ranges::stable_sort(functions_at_, by_begin);
    std::ranges::stable_sort(units_at_, by_begin);
    longest_ = longest(functions_at_);
    longest_unit_ = longest(units_at_);
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  ~Implementation() { dwarf_end(dwarf_); }

  std::vector<Chain> at(std::uint64_t address) {
    std::vector<Chain> chains;
    for (const Stretch& stretch : covering(functions_at_, longest_, address)) {
      chains.push_back(chain_in(functions_[stretch.index], address));
    }
    if (!chains.empty()) return chains;
    for (const Stretch& stretch : covering(units_at_, longest_unit_, address)) {
      const Frame line = line_at(units_[stretch.index], address);
      if (!line.empty()) chains.push_back({line});
    }
    return chains;
  }

 private:
  static std::uint64_t longest(const std::vector<Stretch>& stretches) {
    std::uint64_t most = 0;
    for (const Stretch& s : stretches) most = std::max(most, s.end - s.begin);
    return most;
  }

  // The shortest first: of a function that stands in another's range, the inner one.
  static std::vector<Stretch> covering(const std::vector<Stretch>& all, std::uint64_t most,
                                       std::uint64_t address) {
    std::vector<Stretch> found;
    auto at = std::ranges::upper_bound(all, address, {}, &Stretch::begin);
    while (at != all.begin() && address - (--at)->begin < most) {
      if (address < at->end) found.push_back(*at);
    }
    std::ranges::stable_sort(found, {}, [](const Stretch& s) { return s.end - s.begin; });
    return found;
  }

  void add_unit(Dwarf_Die& lines, Dwarf_Die& body) {
    Dwarf_Attribute folder;
    dwarf_attr(&lines, DW_AT_comp_dir, &folder);
    units_.push_back({lines, body, text(dwarf_formstring(&folder))});
    const std::size_t unit = units_.size() - 1;
    for_each_range(lines, [&](std::uint64_t begin, std::uint64_t end) { add(units_at_, begin, end, unit); });
    add_functions(body, unit);
  }

  void add_functions(Dwarf_Die& in, std::size_t unit) {
    for_each_child(in, [&](Dwarf_Die& child) {
      const int tag = dwarf_tag(&child);
      if (tag == DW_TAG_inlined_subroutine) return;
      if (tag == DW_TAG_subprogram && has_code(child)) {
        functions_.push_back({child, unit});
        for_each_range(child, [&](std::uint64_t begin, std::uint64_t end) {
          add(functions_at_, begin, end, functions_.size() - 1);
        });
      }
      add_functions(child, unit);
    });
  }

  // Nothing is at 0 (or 1): that is where the linker leaves the functions that it took out.
  static void add(std::vector<Stretch>& to, std::uint64_t begin, std::uint64_t end, std::size_t index) {
    if (begin > 1 && begin < end) to.push_back({begin, end, index});
  }

  Chain chain_in(Function& function, std::uint64_t address) {
    std::vector<Dwarf_Die> dies = {function.die};
    add_inlined(function.die, address, dies);
    std::ranges::reverse(dies);
    Unit& unit = units_[function.unit];
    Chain chain = {line_at(unit, address)};
    for (Dwarf_Die& die : dies) {
      chain.back().function = function_name(die);
      if (dwarf_tag(&die) == DW_TAG_inlined_subroutine)
        chain.push_back({.function = {}, .file = call_file(unit, die), .line = number(die, DW_AT_call_line)});
    }
    return chain;
  }

  base::OwnedFd fd_;
  Dwarf* dwarf_;
  std::vector<Unit> units_;
  std::vector<Function> functions_;
  std::vector<Stretch> functions_at_, units_at_;  // by begin
  std::uint64_t longest_ = 0, longest_unit_ = 0;
};

Libdw::Libdw(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Libdw::Libdw(Libdw&&) noexcept = default;
Libdw::~Libdw() = default;

base::Result<Libdw> Libdw::open(const std::string& path) {
  base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Dwarf* const dwarf = dwarf_begin(fd.get(), DWARF_C_READ);
  if (dwarf == nullptr) return base::Error(path + ": libdw: " + text(dwarf_errmsg(-1)));
  return Libdw(std::make_unique<Implementation>(std::move(fd), dwarf));
}

std::vector<Chain> Libdw::at(std::uint64_t address) const {
  return implementation_->at(address);
}

}  // namespace ajar::names
