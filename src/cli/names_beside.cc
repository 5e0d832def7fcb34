#include "cli/names_beside.h"

#include "recording/append.h"
#include "recording/reader.h"
#include "symbolize/name_stacks.h"

namespace ajar::cli {

void add_names(std::vector<std::byte>& recording, const std::vector<std::string>& folders) {
  const auto reader = recording::Reader::open(recording);
  if (!reader.ok()) return;
  model::World world = reader.value()->world();
  symbolize::Symbolizer symbolizer({.folders = folders});
  // A text knows no more of most modules than how they are called.
  const auto names = symbolize::name_stacks(world, symbolizer, symbolize::Questions::Of::lineless,
                                            symbolize::Asked::modules_with_build_id);
  if (names.empty()) return;
  const std::vector<std::byte> blocks = recording::symbol_blocks(names, reader.value()->end());
  recording.insert(recording.end(), blocks.begin(), blocks.end());
}

}  // namespace ajar::cli
