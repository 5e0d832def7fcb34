#include "objfile/dwarf/reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "objfile/dwarf/line_program.h"
#include "objfile/dwarf/names.h"
#include "objfile/dwarf/scopes.h"
#include "objfile/dwarf/split_units.h"
#include "objfile/dwarf/unit_finder.h"
#include "objfile/dwarf/units.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {
namespace {

// What compilers write is read once; units, line tables and ranges that are read again by others add to it.
constexpr std::uint64_t kWorkPerByte = 8;
constexpr std::uint64_t kLeastWork = 1U << 20U;

std::uint64_t size_of(const Sections& sections) {
  return sections.info.size() + sections.line.size() + sections.ranges.size() + sections.rnglists.size() +
         sections.aranges.size();
}

// The addresses of one unit, ascending, and their indices in the question.
struct Share {
  std::vector<std::uint64_t> addresses;
  std::vector<std::size_t> indices;
};

}  // namespace

class Reader::Implementation {
 public:
  Implementation(const Sections& sections, Companions* companions)
      : sections_(sections),
        companions_(companions),
        supplementary_(make_supplementary()),
        units_({.sections = &sections_, .supplementary = supplementary_.get(), .main = &sections_}, tables_),
        split_units_(companions, tables_) {}

  void find(std::span<const std::uint64_t> addresses, const Found& found);

  [[nodiscard]] const std::optional<base::Error>& trouble() const { return trouble_; }
  [[nodiscard]] const std::vector<std::string>& missing_split() const { return split_units_.missing(); }

 private:
  std::unique_ptr<Units> make_supplementary();
  void find_in(std::uint64_t begin, const Share& share, const Found& found, Work& work);
  Chain chain_of(const std::shared_ptr<const Unit>& unit, const Scopes& scopes, std::uint32_t innermost,
                 const std::optional<Line>& line, LineProgram* files, Work& work);
  void note(std::string words);

  Sections sections_;
  Companions* companions_;
  AbbreviationTables tables_;
  std::unique_ptr<Units> supplementary_;
  Units units_;
  SplitUnits split_units_;
  Names names_;
  std::optional<base::Error> trouble_;
};

std::unique_ptr<Units> Reader::Implementation::make_supplementary() {
  const Sections* shared = companions_ == nullptr ? nullptr : companions_->supplementary();
  if (shared == nullptr) return nullptr;
  return std::make_unique<Units>(Home{.sections = shared, .main = shared}, tables_);
}

void Reader::Implementation::find(std::span<const std::uint64_t> addresses, const Found& found) {
  if (sections_.empty() || addresses.empty()) return;
  Work work(kLeastWork + kWorkPerByte * (size_of(sections_) + addresses.size()));
  const std::vector<std::uint64_t> owners = find_units(units_, addresses, work);
  std::vector<std::size_t> order(addresses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(owners[i], i); });
  for (auto at = order.begin(); at != order.end() && owners[*at] != kNoUnit;) {
    const std::uint64_t begin = owners[*at];
    Share share;
    for (; at != order.end() && owners[*at] == begin; ++at) {
      share.addresses.push_back(addresses[*at]);
      share.indices.push_back(*at);
    }
    find_in(begin, share, found, work);
  }
  if (work.exhausted()) note("refers to itself in too many ways; some code stays without names");
}

void Reader::Implementation::find_in(std::uint64_t begin, const Share& share, const Found& found,
                                     Work& work) {
  const std::shared_ptr<const Unit> unit = units_.at(begin);
  if (unit == nullptr) return note("no unit of debug information at offset " + std::to_string(begin));
  std::vector<std::optional<Line>> lines(share.addresses.size());
  std::optional<LineProgram> program = LineProgram::of(*unit, work);
  if (program.has_value()) program->find(share.addresses, lines, work);
  const SplitUnits::Found split = split_units_.of(*unit);
  const std::shared_ptr<const Unit>& body = split.unit == nullptr ? unit : split.unit;
  Scopes scopes(share.addresses);
  Containers containers;
  if (!find_scopes(*body, scopes, containers, work)) {
    note("the unit of debug information at offset " + std::to_string(begin) + " makes no sense");
  }
  names_.learn(*body, std::move(containers));
  LineProgram* const files = program.has_value() ? &*program : nullptr;
  for (std::size_t i = 0; i < share.addresses.size(); ++i) {
    Chain chain = chain_of(body, scopes, scopes.at(i), lines[i], files, work);
    if (!chain.empty()) found(share.indices[i], std::move(chain));
  }
}

// From the scope `innermost` outwards.
Chain Reader::Implementation::chain_of(const std::shared_ptr<const Unit>& unit, const Scopes& scopes,
                                       std::uint32_t innermost, const std::optional<Line>& line,
                                       LineProgram* files, Work& work) {
  Chain chain;
  std::optional<Line> at = line;
  const auto add_place = [&] {
    Place& place = chain.emplace_back();
    if (!at.has_value() || files == nullptr) return;
    place.file = files->path(at->file);
    place.line = place.file.empty() ? 0 : at->line;
  };
  if (innermost == Scopes::kNone) {
    if (line.has_value()) add_place();
    return chain;
  }
  chain.reserve(scopes[innermost].depth);
  for (std::uint32_t i = innermost; i != Scopes::kNone; i = scopes[i].outer) {
    const Scope& scope = scopes[i];
    add_place();
    Place& place = chain.back();
    place.function = names_.of(unit, scope, work);
    place.inlined = scope.inlined;
    place.begin = scope.begin;
    at = {.file = scope.call_file, .line = scope.call_line};
  }
  return chain;
}

void Reader::Implementation::note(std::string words) {
  if (!trouble_.has_value()) trouble_.emplace(std::move(words));
}

Reader::Reader(const Sections& sections, Companions* companions)
    : implementation_(std::make_unique<Implementation>(sections, companions)) {}

Reader::~Reader() = default;

void Reader::find(std::span<const std::uint64_t> addresses, const Found& found) {
  implementation_->find(addresses, found);
}

const std::optional<base::Error>& Reader::trouble() const {
  return implementation_->trouble();
}

const std::vector<std::string>& Reader::missing_split() const {
  return implementation_->missing_split();
}

}  // namespace ajar::objfile::dwarf
