#pragma once

#include "agent/linux/announce.h"
#include "agent/linux/by_number.h"
#include "agent/linux/sandbox.h"
#include "agent/linux/shapes.h"

namespace ajar::agent {

// syscall(): has the effect of the call that it is given the number of.
struct ByNumber {};

// execve and execveat say what the process becomes, as their functions do.
template <typename Call>
int64_t become_by_number(const NewProgram& program, Call&& call) {
  const bool told = announce_exec(program);
  const int64_t result = call();
  const int error = error_number();
  if (told) announce_exec_failed(error);
  error_number() = error;
  return result;
}

inline NewProgram program_by_number(int64_t number, const int64_t* arguments) {
  constexpr int64_t kExecveAt = 322, kEmptyPath = 0x1000;
  const auto text = [&](int i) { return reinterpret_cast<const char*>(arguments[i]); };
  const auto texts = [&](int i) { return reinterpret_cast<char* const*>(arguments[i]); };
  if (number != kExecveAt) return {.path = text(0), .environment = texts(2)};
  return {.path = text(1),
          .environment = texts(3),
          .directory = static_cast<int>(arguments[0]),
          .directory_is_it = (arguments[4] & kEmptyPath) != 0};
}

inline bool enters_program(int64_t number) {
  return number == 59 || number == 322;
}

template <typename Call, typename AskedFor, typename... Arguments>
int64_t hook(ByNumber, Entry, const unwind::Registers& caller, Call&& call_it, AskedFor&&, int64_t number,
             int64_t first, Arguments... others) {
  const auto call = [&] { return sets_filter_by_number(number, first) ? enter_sandbox(call_it) : call_it(); };
  if (enters_program(number)) {
    const int64_t all[] = {first, others...};
    return become_by_number(program_by_number(number, all), call);
  }
  const calls::CallRow* row = numbered_call(number);
  if (row == nullptr) return call();
  const bool recorded = begin_call();
  const NumberedCall made{
      row, {static_cast<uint64_t>(first), static_cast<uint64_t>(others)...}, now_before_call()};
  const int64_t result = call();
  if (recorded) report_by_number(made, result, caller);
  return result;
}

}  // namespace ajar::agent
