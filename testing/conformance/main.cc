#include <algorithm>
#include <filesystem>
#include <iostream>
#include <span>

#include "conformance/judge.h"
#include "conformance/page.h"
#include "conformance/results.h"
#include "conformance/ways.h"
#include "conformance/windows_calls.h"
#include "harness/temp_dir.h"

namespace ajar::conformance {
namespace {

constexpr const char* kUsage =
    "ajar_conformance --ways                        the ways in that work here\n"
    "ajar_conformance --via WAY [SITUATION...]      runs all, or these, and prints the results\n"
    "ajar_conformance --page FOLDER WINDOWS         prints the page on the results in the folder, and on "
    "those of "
    "Windows' calls\n";

int print_ways() {
  for (const std::string& way : usable_ways()) std::cout << way << '\n';
  return 0;
}

bool is_chosen(const Situation& situation, std::span<const std::string> chosen) {
  return chosen.empty() || std::ranges::find(chosen, situation.name) != chosen.end();
}

int run(const std::string& way, std::span<const std::string> chosen) {
  Results results{.way = way, .machine = this_machine(), .rows = {}};
  for (const Situation& situation : situations()) {
    if (!is_chosen(situation, chosen)) continue;
    const Judgement judgement = judge(situation, way);
    if (judgement.result != expected(way, situation.name).result)
      std::cerr << situation.name << ": " << name_of(judgement.result) << ": " << judgement.why << '\n';
    results.rows.push_back(row_of(situation, judgement));
  }
  std::cout << to_text(results);
  return results.rows.empty() ? 2 : 0;
}

int print_page(const std::filesystem::path& folder, const std::filesystem::path& windows) {
  std::vector<Results> ways;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    ways.push_back(parse_results(entry.path().filename().string(), harness::read_file(entry.path())));
  std::ranges::sort(ways, {}, &Results::way);
  std::cout << page(ways) << windows_chapter(parse_windows_calls(harness::read_file(windows)));
  return 0;
}

int dispatch(std::span<const std::string> words) {
  if (words.size() == 1 && words[0] == "--ways") return print_ways();
  if (words.size() >= 2 && words[0] == "--via") return run(words[1], words.subspan(2));
  if (words.size() == 3 && words[0] == "--page") return print_page(words[1], words[2]);
  std::cerr << kUsage;
  return 2;
}

}  // namespace
}  // namespace ajar::conformance

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    return ajar::conformance::dispatch(words);
  } catch (const std::exception& error) {
    std::cerr << "ajar_conformance: " << error.what() << '\n';
    return 1;
  }
}
