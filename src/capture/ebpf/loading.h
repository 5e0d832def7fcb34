#pragma once

#include "base/result.h"

// What every BPF program of ajar's needs on its way into the kernel.
namespace ajar::capture::ebpf {

// Success where the kernel would take one of this user; otherwise what is missing.
base::Result<void> look_at_machine();

// From here on what libbpf has to say is kept for an error, and not printed. One thread at a time.
void keep_words_of_libbpf();

// Of an errno by which the kernel refused it.
base::Error load_error(int error);

}  // namespace ajar::capture::ebpf
