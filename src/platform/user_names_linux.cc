#include <algorithm>
#include <string_view>

#include "base/number.h"
#include "platform/read_file.h"
#include "platform/user_names.h"

namespace ajar::platform {

// Lines of "name:password:number:…", passwd(5). Of several names for a number the first one counts.
UserNames::UserNames(const std::string& file) {
  const auto text = read_file(file);
  if (!text.has_value()) return;
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t name_end = line.find(':');
    const std::size_t number_at =
        name_end == std::string_view::npos ? name_end : line.find(':', name_end + 1);
    if (number_at == std::string_view::npos || name_end == 0) continue;
    const std::string_view rest_of_line = line.substr(number_at + 1);
    const std::size_t end = rest_of_line.find(':');
    if (end == std::string_view::npos) continue;
    const auto number = base::parse_number<std::uint32_t>(rest_of_line.substr(0, end));
    if (number.has_value()) names_.try_emplace(*number, line.substr(0, name_end));
  }
}

std::string UserNames::of(std::uint32_t user) const {
  const auto known = names_.find(user);
  return known == names_.end() ? std::to_string(user) : known->second;
}

}  // namespace ajar::platform
