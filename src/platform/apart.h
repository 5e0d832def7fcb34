#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ajar::platform {

// What work that is done apart tells, message by message. False: nobody listens any more, so end.
using Tell = std::function<bool(std::string_view message)>;

struct ApartRequest {
  // Done in a process of its own, which begins as a copy of the caller's: false means that it failed. It can
  // open nothing, writes nowhere but by `tell`, and leaves nothing behind in the caller.
  std::function<bool(const Tell& tell)> work;
  std::chrono::milliseconds limit{};  // that it may take
  std::uint64_t most_memory = 0;      // bytes, more than the caller has
  std::size_t most_message = 0;       // bytes
};

enum class ApartEnd : std::uint8_t {
  well,
  failed,        // by its own word, or it did not start
  crashed,       // or used up the memory that it may have
  took_long,     // and was ended
  told_rubbish,  // and was ended
};

// For code that is not trusted with what it has to read. Hands each message to `take` while the work goes on.
// Any thread.
ApartEnd work_apart(const ApartRequest& request, const std::function<void(std::string_view)>& take);

}  // namespace ajar::platform
