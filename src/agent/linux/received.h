#pragma once

#include "agent/linux/report.h"

namespace ajar::agent {

// Tells of the descriptors that messages brought (SCM_RIGHTS, SCM_PIDFD), after a call that succeeded.
// `messages` are `count` of the kernel's struct mmsghdr, or one struct msghdr. MSG_PEEK installs descriptors
// like any other receiving.
void report_received(Entry entry, const void* messages, unsigned count, const unwind::Registers& caller);

// Whether this option of getsockopt is a new descriptor (SO_PEERPIDFD).
bool opens_peer(int level, int option);

}  // namespace ajar::agent
