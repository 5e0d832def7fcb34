#include "import/perfmon/counter_path.h"

#include "base/number.h"
#include "base/words.h"
#include "import/text/lines.h"

namespace ajar::import::perfmon {
namespace {

std::optional<CounterPath::What> what_of(std::string_view counter) {
  using What = CounterPath::What;
  if (base::same_word(counter, "Handle Count")) return What::handles;
  if (base::same_word(counter, "ID Process") || base::same_word(counter, "Process ID")) return What::pid;
  if (base::same_word(counter, "Elapsed Time")) return What::elapsed;
  return std::nullopt;
}

}  // namespace

std::optional<CounterPath> parse_counter_path(std::string_view text) {
  CounterPath path;
  if (text.starts_with("\\\\")) {
    const std::size_t end = text.find('\\', 2);
    if (end == std::string_view::npos) return std::nullopt;
    path.host = text.substr(2, end - 2);
    text.remove_prefix(end);
  }
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(")\\");  // a program's name may have parentheses
  if (!text.starts_with('\\') || open == std::string_view::npos || close == std::string_view::npos ||
      close < open)
    return std::nullopt;
  const std::string_view object = text.substr(1, open - 1);
  const std::optional<CounterPath::What> what = what_of(text.substr(close + 2));
  if (!what) return std::nullopt;
  path.what = *what;
  path.instance = text.substr(open + 1, close - open - 1);
  if (base::same_word(object, "Process")) return path;
  if (!base::same_word(object, "Process V2")) return std::nullopt;
  const std::size_t colon = path.instance.rfind(':');
  if (colon != std::string_view::npos) path.pid_in_name = base::parse_number(path.instance.substr(colon + 1));
  return path;
}

}  // namespace ajar::import::perfmon
