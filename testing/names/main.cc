// ajar_compare_names CORPUS [--most N] [NAME…]: compares what ajar's reader of debug information says of
// addresses of the corpus's files (of those of these names) with what llvm-symbolizer and libdw say. N
// addresses of each file. Status 1 where there is a difference without a known reason, or where less was
// compared than should be.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "names/addresses.h"
#include "names/compare.h"
#include "names/corpus.h"
#include "names/libdw.h"
#include "names/llvm_symbolizer.h"
#include "names/program_file.h"

namespace {

using namespace ajar;
using namespace ajar::names;

constexpr std::size_t kUsual = 3000;       // addresses of a file
constexpr std::size_t kAtLeast = 100'000;  // of which something is known, of all files together

struct Options {
  std::string corpus;
  std::size_t most = kUsual;
  std::vector<std::string> names;  // empty: all
};

std::optional<Options> read_options(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--most" && i + 1 < words.size()) {
      options.most = std::strtoul(words[++i].c_str(), nullptr, 10);
    } else if (words[i].starts_with("--")) {
      return std::nullopt;
    } else if (options.corpus.empty()) {
      options.corpus = words[i];
    } else {
      options.names.push_back(words[i]);
    }
  }
  if (options.corpus.empty() || options.most < 3) return std::nullopt;
  return options;
}

base::Result<Comparison> compare(const Entry& entry, std::size_t most) {
  auto ours = ProgramFile::open(entry.file);
  if (!ours.ok()) return std::move(ours).error();
  auto asked_of = ProgramFile::open(entry.llvm);
  if (!asked_of.ok()) return std::move(asked_of).error();
  const std::vector<std::uint64_t> addresses = choose_addresses(asked_of.value(), most);

  const std::vector<Chain> our_chains = ours.value().at(addresses);
  auto brief = ask_llvm(entry.llvm, addresses, LlvmNames::brief);
  if (!brief.ok()) return std::move(brief).error();
  auto linkage = ask_llvm(entry.llvm, addresses, LlvmNames::linkage);
  if (!linkage.ok()) return std::move(linkage).error();
  std::optional<Libdw> libdw;
  if (!entry.libdw.empty()) {
    auto opened = Libdw::open(entry.libdw);
    if (!opened.ok()) return std::move(opened).error();
    libdw.emplace(std::move(opened).value());
  }

  Comparison comparison({.llvm_names = !asked_of.value().has_supplement(), .libdw = libdw.has_value()});
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    comparison.add({.address = addresses[i],
                    .ours = our_chains[i],
                    .llvm = brief.value()[i],
                    .llvm_linkage = linkage.value()[i],
                    .libdw = libdw.has_value() ? libdw->at(addresses[i]) : std::vector<Chain>()});
  }
  if (!ours.value().trouble().empty()) return base::Error(ours.value().trouble()).in(entry.file);
  return comparison;
}

void print(const Entry& entry, const Comparison& comparison) {
  fmt::print("{:<28}{:>7} addresses {:>7} known {:>7} frames {:>7} equal", entry.name, comparison.addresses(),
             comparison.known(), comparison.frames(), comparison.equal());
  for (const auto& [reason, count] : comparison.explained()) fmt::print(", {} {}", count, reason);
  if (comparison.wrong() > 0) fmt::print(", {} WRONG", comparison.wrong());
  for (const auto& [kind, count] : comparison.kinds()) fmt::print(", {} {}", count, kind);
  fmt::print("\n");
  for (const std::string& words : comparison.unexplained()) fmt::print("  {}\n", words);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options(argc, argv);
  if (!options.has_value()) {
    std::fputs("usage: ajar_compare_names CORPUS [--most N] [NAME…]\n", stderr);
    return 2;
  }
  const auto corpus = read_corpus(options->corpus);
  if (!corpus.ok()) {
    fmt::print(stderr, "ajar_compare_names: {}\n", corpus.error().message());
    return 2;
  }
  std::size_t addresses = 0, known = 0, frames = 0, wrong = 0, files = 0;
  for (const Entry& entry : corpus.value()) {
    if (!options->names.empty() && std::ranges::find(options->names, entry.name) == options->names.end())
      continue;
    ++files;
    const auto comparison = compare(entry, options->most);
    if (!comparison.ok()) {
      fmt::print("{:<28}{}\n", entry.name, comparison.error().message());
      ++wrong;
      continue;
    }
    print(entry, comparison.value());
    std::fflush(stdout);
    addresses += comparison.value().addresses();
    known += comparison.value().known();
    frames += comparison.value().frames();
    wrong += comparison.value().wrong();
  }
  fmt::print("{} files, {} addresses, {} of them known, with {} frames, {} wrong\n", files, addresses, known,
             frames, wrong);
  return wrong > 0 || (options->names.empty() && known < kAtLeast) ? 1 : 0;
}
