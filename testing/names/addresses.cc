#include "names/addresses.h"

#include <algorithm>
#include <random>
#include <set>

namespace ajar::names {
namespace {

// The code, one section after the other without what is between them.
class AllCode {
 public:
  explicit AllCode(std::vector<Code> code) : code_(std::move(code)) {
    for (const Code& c : code_) size_ += c.end - c.begin;
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  [[nodiscard]] std::uint64_t address(std::uint64_t position) const {
    for (const Code& c : code_) {
      if (position < c.end - c.begin) return c.begin + position;
      position -= c.end - c.begin;
    }
    return 0;
  }

  [[nodiscard]] bool has(std::uint64_t address) const {
    return std::ranges::any_of(code_, [&](const Code& c) { return c.begin <= address && address < c.end; });
  }

 private:
  std::vector<Code> code_;
  std::uint64_t size_ = 0;
};

}  // namespace

std::vector<std::uint64_t> choose_addresses(const ProgramFile& file, std::size_t most) {
  const AllCode code(file.code());
  if (code.size() == 0) return {};
  const std::size_t third = most / 3;
  std::mt19937_64 random;  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same numbers in every run

  std::vector<std::uint64_t> edges;
  for (const Code& function : file.functions()) {
    for (const std::uint64_t edge : {function.begin - 1, function.begin, function.end - 1, function.end}) {
      if (code.has(edge)) edges.push_back(edge);
    }
  }
  std::ranges::shuffle(edges, random);
  edges.resize(std::min(edges.size(), third));

  std::set<std::uint64_t> chosen(edges.begin(), edges.end());
  const std::uint64_t step = std::max<std::uint64_t>(1, code.size() / third);
  for (std::uint64_t at = 0; at < code.size(); at += step) chosen.insert(code.address(at));
  while (chosen.size() < std::min<std::uint64_t>(most, code.size()))
    chosen.insert(code.address(random() % code.size()));
  return {chosen.begin(), chosen.end()};
}

}  // namespace ajar::names
