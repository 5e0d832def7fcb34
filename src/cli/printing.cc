#include "cli/printing.h"

#include <fmt/format.h>

#include <cstdint>

#include "cli/setters.h"

namespace ajar::cli {

std::vector<Option> printing_options(bool& json, std::size_t& top, bool& full_stacks,
                                     const PrintingWords& words) {
  std::vector<Option> all = {
      {.names = "--top",
       .value = "N",
       .help = fmt::format("print at most N {}; 0 prints all ({} if not given; JSON is never cut)", words.top,
                           top),
       .set = set_number(top, 0, UINT32_MAX)},
      {.names = "--json", .help = "print " + words.json, .set = set_flag(json)},
  };
  if (!words.with_stacks) return all;
  all.insert(all.begin() + 1, {.names = "--full-stacks",
                               .help = "print every frame, also the system's and those above main",
                               .set = set_flag(full_stacks)});
  return all;
}

}  // namespace ajar::cli
