#include "analyze/object_inode.h"

#include <string>
#include <string_view>

#include "base/number.h"

namespace ajar::analyze {

std::optional<std::uint64_t> object_inode(const model::Handle& handle) {
  const model::Fact* fact = model::find_fact(handle.facts, model::FactKey::inode);
  if (fact != nullptr && !fact->text.has_value()) return fact->number;
  const std::size_t bracket = handle.name.find(":[");
  if (bracket == std::string::npos || handle.name.starts_with('/')) return std::nullopt;
  const std::string_view rest = std::string_view(handle.name).substr(bracket + 2);
  return base::parse_number(rest.substr(0, rest.find(']')));
}

}  // namespace ajar::analyze
