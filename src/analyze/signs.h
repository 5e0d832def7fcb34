#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"
#include "report/report.h"

namespace ajar::analyze {

// Signs by which a handle gives itself away as forgotten. Each is claimed only where the handle's facts prove
// it.
enum class Sign : std::uint8_t {
  close_wait,      // the peer has closed its end of the connection
  other_end_gone,  // nobody can ever write to, or read from, the other end any more
  process_gone,    // the process that a pidfd, or a Windows handle, stands for has ended
  thread_gone,     // the same of a thread
  deleted,         // the file has no name any more
  key_deleted,     // the key of the registry is there no more
  watches_nothing,
  disarmed,     // a timer that will not go off
  same_object,  // one of many handles on the same named object
};

// Those of one handle.
class Signs {
 public:
  Signs() = default;
  Signs(std::initializer_list<Sign> signs) {
    for (const Sign sign : signs) add(sign);
  }

  void add(Sign sign) { bits_ = static_cast<std::uint16_t>(bits_ | 1U << static_cast<unsigned>(sign)); }
  [[nodiscard]] bool has(Sign sign) const { return (bits_ >> static_cast<unsigned>(sign) & 1U) != 0; }
  [[nodiscard]] bool empty() const { return bits_ == 0; }

  bool operator==(const Signs&) const = default;

 private:
  std::uint16_t bits_ = 0;  // a bit for each
};

// So many handles on one object are more than a program's way of working.
inline constexpr std::uint64_t kManyOfOneObject = 8;

// Whether a name is that of one object in the namespace of Windows: "\\BaseNamedObjects\\Ready".
bool is_object_name(std::string_view name);

// By name, as JSON has them: "close_wait".
std::vector<std::string> sign_names(Signs signs);

// What `count` such handles prove: "940 in CLOSE_WAIT: the peer has hung up, the process has not closed
// them".
std::string sign_words(Sign sign, std::uint64_t count);

// What a handle shows on its own: all but same_object.
Signs signs_of(const model::Handle& handle);

// For each of the handles of one table its signs, same_object among them.
std::vector<Signs> signs_of_table(std::span<const model::Handle> handles);

// How many handles show each sign, by count; `signs` has a row for each handle.
std::vector<report::SignCount> count_signs(std::span<const Signs> signs);

}  // namespace ajar::analyze
