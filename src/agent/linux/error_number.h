#pragma once

extern "C" int* __errno_location(void);

// The victim's errno and the numbers that matter here (Linux' include/uapi/asm-generic/errno*.h). The C
// library's own header would bring its declarations along.
namespace ajar::agent {

inline constexpr int kNotPermitted = 1, kNoSuchFile = 2, kBadDescriptor = 9, kNoMemory = 12, kBadAddress = 14,
                     kBusy = 16, kAlreadyThere = 17, kFileTooLarge = 27, kNoSystemCall = 38,
                     kInProgress = 115;

inline int& error_number() {
  return *__errno_location();
}

}  // namespace ajar::agent
