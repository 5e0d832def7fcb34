#include "platform/win_status.h"

#include <cstdio>

namespace ajar::platform::win {

std::string status_words(Status status) {
  char number[16];
  std::snprintf(number, sizeof number, "0x%08lx",
                static_cast<unsigned long>(static_cast<std::uint32_t>(status)));
  if (status == kAccessDenied) return std::string("access denied (") + number + ")";
  if (is_unknown(status)) return std::string("this Windows does not tell (") + number + ")";
  return number;
}

}  // namespace ajar::platform::win
