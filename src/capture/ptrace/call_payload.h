#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {

// Whether the msghdr at that address has room for control messages: others bring no handles. `abi`: enum
// ajar_call_abi.
bool has_control(int thread, std::uint64_t header, std::uint8_t abi);

// Reads what the arguments of a call that is done point to, as the plan says (enum ajar_call_payload), from
// the thread's memory; how many bytes of `to`, which has room for AJAR_CALL_PAYLOAD.
std::size_t read_payload(int thread, const ajar_call_plan& plan, const ajar_call& call,
                         std::span<std::byte> to);

}  // namespace ajar::capture::ptrace
