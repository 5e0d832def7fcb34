#include "platform/win_status.h"

#include <cstdio>

namespace ajar::platform::win {

std::string status_number(Status status) {
  char number[16];
  std::snprintf(number, sizeof number, "0x%08lx",
                static_cast<unsigned long>(static_cast<std::uint32_t>(status)));
  return number;
}

std::string status_words(Status status) {
  if (status == kAccessDenied) return "access denied (" + status_number(status) + ")";
  if (is_unknown(status)) return "this Windows does not tell (" + status_number(status) + ")";
  return status_number(status);
}

}  // namespace ajar::platform::win
