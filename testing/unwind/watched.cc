#include "unwind/watched.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <memory>

#include "harness/command.h"
#include "harness/temp_dir.h"
#include "unwind/places.h"

namespace ajar::unwinding {
namespace {

constexpr std::size_t kMostDifferences = 12;

// All of a result's file but what was never written.
std::unique_ptr<Result> read_result(const std::filesystem::path& path) {
  auto result = std::make_unique<Result>();
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(result.get()), offsetof(Result, distinct));
  const std::size_t distinct = std::min(result->distinct_used, kDistinctRoom);
  in.read(reinterpret_cast<char*>(result->distinct),
          static_cast<std::streamsize>(distinct * sizeof(std::uint64_t)));
  return in ? std::move(result) : nullptr;
}

// Asks readelf about places, once a module.
class Confirming {
 public:
  void read(const Result& result, Watched& watched) {
    for (std::uint32_t i = 0; i < std::min(result.places_used, kPlaces); ++i) {
      const Place& place = result.places[i];
      if (at(place.module, place.offset) == Information::none) {
        watched.guessed += place.times;
      } else {
        watched.wrong[title(Wrong::cut_short)] += place.times;
        watched.differences.push_back(
            fmt::format("cut short at {}+{:#x}: readelf doesn't say that there is no information for it",
                        place.module, place.offset));
      }
    }
  }

 private:
  Information at(const std::string& module, std::uint64_t offset) {
    if (module.empty()) return Information::none;  // nobody described what a program made while it ran
    auto known = modules_.find(module);
    if (known == modules_.end()) known = modules_.emplace(module, ModuleInformation::of(module)).first;
    return known->second.at(offset);
  }

  std::map<std::string, ModuleInformation> modules_;
};

void tell(const Result& result, const Differences& differences, std::vector<std::string>& words) {
  for (std::uint32_t i = 0; i < std::min(differences.used, kDifferences); ++i) {
    if (differences.at[i].told != 0)
      words.push_back(fmt::format("{}: {}", result.program, differences.at[i].text));
  }
}

void read_counts(const Result& result, Watched& watched) {
  ++watched.processes;
  watched.called += result.called;
  watched.interrupted += result.interrupted;
  watched.frames += result.frames;
  watched.equal += result.equal;
  watched.deepest = std::max(watched.deepest, result.deepest);
  watched.again += result.again;
  watched.elsewhere += result.elsewhere;
  watched.not_compared += result.unknown_code + result.too_busy;
  watched.distinct.insert(result.distinct, result.distinct + std::min(result.distinct_used, kDistinctRoom));
  for (std::size_t i = 0; i < kWrongs; ++i) {
    if (result.wrong[i] != 0) watched.wrong[title(static_cast<Wrong>(i))] += result.wrong[i];
  }
  if (result.no_room != 0) watched.wrong["no room in the trie"] += result.no_room;
  if (result.no_leaf != 0) watched.wrong["libunwind did not find the first frame"] += result.no_leaf;
  tell(result, result.wrong_ones, watched.differences);
  tell(result, result.guessed_ones, watched.examples);
}

}  // namespace

void Watched::add(const Watched& other) {
  processes += other.processes;
  called += other.called;
  interrupted += other.interrupted;
  frames += other.frames;
  equal += other.equal;
  deepest = std::max(deepest, other.deepest);
  again += other.again;
  elsewhere += other.elsewhere;
  not_compared += other.not_compared;
  distinct.insert(other.distinct.begin(), other.distinct.end());
  guessed += other.guessed;
  for (const auto& [what, times] : other.wrong) wrong[what] += times;
  if (!other.trouble.empty()) trouble = other.trouble;
}

Watched read_results(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  Watched watched;
  Confirming confirming;
  for (const std::filesystem::path& file : files) {
    const auto result = read_result(file);
    if (result == nullptr) {
      watched.trouble = fmt::format("{} can't be read", file.string());
      continue;
    }
    read_counts(*result, watched);
    confirming.read(*result, watched);
  }
  return watched;
}

Watched watch(const Program& program, const Watching& how) {
  const harness::TempDir results, work;
  const harness::Outcome outcome =
      harness::run({.words = {"sh", "-euc", "exec sh -eu \"$SOURCES\"/" + program.script},
                    .environment = {{"LD_PRELOAD", oracle_library()},
                                    {kFolderVariable, results.path().string()},
                                    {kPaceVariable, std::to_string(how.pace)},
                                    {kBreakVariable, how.broken},
                                    {"UNWOUND", unwound_folder()},
                                    {"SOURCES", sources_folder()},
                                    {"VICTIMS", victims_folder()},
                                    {"TURNS", std::to_string(how.turns)}},
                    .directory = work.path(),
                    .limit = std::chrono::seconds(300)});
  Watched watched = read_results(results.path());
  if (outcome.exit_status != 0) {
    watched.trouble = fmt::format("{}: {}", harness::how_it_ended(outcome), outcome.err.substr(0, 2000));
  } else if (!outcome.out.contains("done")) {
    watched.trouble = fmt::format("printed '{}'", outcome.out.substr(0, 200));
  }
  return watched;
}

std::string heading() {
  return fmt::format("{:<34}{:>9}{:>9}{:>12}{:>9}{:>9}{:>11}{:>9}{:>10}{:>9}\n", "program", "processes",
                     "stacks", "interrupted", "distinct", "deepest", "frames", "again", "elsewhere", "equal");
}

std::string in_words(const std::string& name, const Watched& watched, bool with_examples) {
  std::string line =
      fmt::format("{:<34}{:>9}{:>9}{:>12}{:>9}{:>9}{:>11}{:>9}{:>10}{:>9}", name, watched.processes,
                  watched.stacks(), watched.interrupted, watched.distinct.size(), watched.deepest,
                  watched.frames, watched.again, watched.elsewhere, watched.equal);
  if (watched.guessed > 0) line += fmt::format(", {} guessed", watched.guessed);
  if (watched.not_compared > 0) line += fmt::format(", {} not compared", watched.not_compared);
  for (const auto& [what, times] : watched.wrong) line += fmt::format(", {} WRONG: {}", times, what);
  line += "\n";
  if (!watched.trouble.empty()) line += fmt::format("    WRONG: {}\n", watched.trouble);
  for (std::size_t i = 0; i < std::min(watched.differences.size(), kMostDifferences); ++i)
    line += fmt::format("    {}\n", watched.differences[i]);
  for (std::size_t i = 0; with_examples && i < watched.examples.size(); ++i)
    line += fmt::format("    {}\n", watched.examples[i]);
  return line;
}

}  // namespace ajar::unwinding
