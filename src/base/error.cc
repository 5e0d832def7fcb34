#include "base/error.h"

#include <system_error>

namespace ajar::base {

Error Error::in(std::string_view context) && {
  message_.insert(0, ": ");
  message_.insert(0, context);
  return std::move(*this);
}

Error system_error(std::string_view what, int error_number) {
  std::string message(what);
  message += ": ";
  message += std::generic_category().message(error_number);
  return Error(std::move(message));
}

}  // namespace ajar::base
