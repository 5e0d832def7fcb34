#include "cli/table_options.h"

#include <cstdint>
#include <limits>

#include "cli/values.h"

namespace ajar::cli {

std::vector<Option> printing_options(TablePrinting& printing, const std::string& top) {
  return {
      {.names = "--top",
       .value = "N",
       .help = "print at most N " + top + "; 0 prints all (20 if not given; JSON is never cut)",
       .set = [&](const std::string& text) -> base::Result<void> {
         base::Result<std::uint64_t> number =
             parse_number(text, 0, std::numeric_limits<std::uint32_t>::max());
         if (!number.ok()) return std::move(number).error();
         printing.text.top = static_cast<std::size_t>(number.value());
         return {};
       }},
      {.names = "--full-stacks",
       .help = "print every frame, also the system's and those above main",
       .set = [&](const std::string&) -> base::Result<void> {
         printing.text.full_stacks = true;
         return {};
       }},
      {.names = "--json",
       .help = "print JSON",
       .set = [&](const std::string&) -> base::Result<void> {
         printing.json = true;
         return {};
       }},
  };
}

render::TablesOptions text_for(const TablePrinting& printing, const platform::Terminal& terminal) {
  render::TablesOptions text = printing.text;
  if (terminal.interactive) {
    text.colour = terminal.color;
    text.width = terminal.columns;
  }
  return text;
}

}  // namespace ajar::cli
