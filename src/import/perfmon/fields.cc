#include "import/perfmon/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "base/words.h"
#include "import/text/lines.h"

namespace ajar::import::perfmon {
namespace {

// The field at the line's front, which is taken away; not what stands behind it.
std::string take_field(std::string_view& line, char separator, bool& cut) {
  std::string field;
  if (!line.starts_with('"')) {
    const std::size_t end = std::min(line.find(separator), line.size());
    field = line.substr(0, end);
    line.remove_prefix(end);
    return field;
  }
  line.remove_prefix(1);
  for (;;) {
    const std::size_t end = line.find('"');
    field += line.substr(0, end);
    if (end == std::string_view::npos) {
      cut = true;
      line = {};
      return field;
    }
    line.remove_prefix(end + 1);
    if (!line.starts_with('"')) break;
    field += '"';
    line.remove_prefix(1);
  }
  line.remove_prefix(std::min(line.find(separator), line.size()));
  return field;
}

}  // namespace

FieldRow split_fields(std::string_view line, char separator) {
  FieldRow row;
  for (;;) {
    row.fields.push_back(take_field(line, separator, row.cut));
    if (line.empty()) return row;
    row.too_long = row.fields.size() == kMostFields;
    if (row.too_long) return row;
    line.remove_prefix(1);
  }
}

char separator_of(std::string_view line) {
  // The first field has none of them but in quotation marks.
  const std::size_t from = line.starts_with('"') ? line.find('"', 1) : 0;
  const std::size_t at = from == std::string_view::npos ? from : line.find_first_of(",;\t", from);
  return at == std::string_view::npos ? ',' : line[at];
}

FieldValue value_of(std::string_view field) {
  std::string text(base::trimmed(field));
  if (text.empty() || text.starts_with('-')) return {};
  std::ranges::replace(text, ',', '.');
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double kMost = 9e15;  // what a double holds to the last digit
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value > kMost)
    return {.value = std::nullopt, .is_number = false};
  return {.value = value};
}

}  // namespace ajar::import::perfmon
