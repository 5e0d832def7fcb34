#pragma once

#include <cstdint>
#include <string>

#include "platform/procfs.h"
#include "tables/sockets/sock_diag.h"

namespace ajar::tables {

// The network namespace in which a process makes its sockets, by what the link to it says:
// "net:[4026531833]". Empty where ajar may not know.
std::string network_namespace_of(const platform::ProcFs& proc, std::int64_t pid);

// Asks in that namespace. To enter another than ajar's own takes CAP_SYS_ADMIN, or that the user has made the
// process's user namespace, as of a container that runs without root; otherwise what is returned is not
// valid.
SockDiag sock_diag_for(const platform::ProcFs& proc, std::int64_t pid);

}  // namespace ajar::tables
