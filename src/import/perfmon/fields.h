#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::import::perfmon {

// A line of a CSV or TSV log.
struct FieldRow {
  std::vector<std::string> fields;
  bool cut = false;       // a quotation mark at its end is missing
  bool too_long = false;  // more fields than kMostFields, of which it has the first
};

// Logs of everything on large machines have some ten thousand columns.
inline constexpr std::size_t kMostFields = 1'000'000;

// Takes a line apart. A field in quotation marks may hold the separator, and a mark that is written twice.
FieldRow split_fields(std::string_view line, char separator);

// What separates the fields: the sign behind the first one, a comma, semicolon or tab. A comma where there
// is none.
char separator_of(std::string_view line);

// A number as logs have it: "66316", "66316.000000", "66316,0" (in countries that write so), "6.6e+004".
// Nothing where a field is blank or negative, which says that there was no value; false in `is_number` where
// it says something else.
struct FieldValue {
  std::optional<double> value;
  bool is_number = true;
};
FieldValue value_of(std::string_view field);

}  // namespace ajar::import::perfmon
