#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "capture/ptrace/call_plans.h"
#include "wire/kernel_call.h"

// What a thread that stands still for its tracer is asked. One that was killed meanwhile has no answers.
namespace ajar::capture::ptrace {

// ptrace(2) as it is; the errno, or 0.
int ask(int request, int thread, std::uint64_t address = 0, std::uint64_t data = 0);

// The call that it is about to make (`begins`), or has made.
struct CallStop {
  Call call;  // only where it begins
  bool begins = false;
  std::int64_t result = 0;  // where it does not
};
// Nothing where it stops for something else.
std::optional<CallStop> call_of(int thread);

std::optional<ajar_call_registers> registers_of(int thread);
// Where its thread-local memory begins; 0 where that can't be told.
std::uint64_t thread_base(int thread);

// The call whose registers these are: in the midst of it, or at its end.
Call call_in(const ajar_call_registers& registers, std::uint8_t abi);

// The call that a socketcall stands for; any other as it is.
Call unpacked(int thread, const Call& call);

// How the kernel takes the thread's calls now; for one that stops at any place.
std::uint8_t abi_of(int thread);

// Of a PTRACE_EVENT_…; 0 where there is none.
std::uint64_t event_message(int thread);

// Reads as many bytes as there are without a gap. It need not stand still for that.
std::size_t read_memory(int thread, std::uint64_t from, void* to, std::size_t bytes);
// Reads as many pieces of one size, one behind the other, as there are whole up to the first that is not; all
// in one call, and kMostPieces at the most.
inline constexpr std::size_t kMostPieces = 16;
std::size_t read_pieces(int thread, std::span<const std::uint64_t> from, void* to, std::size_t each);

}  // namespace ajar::capture::ptrace
