#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What `ajar report --json` says, as far as its contract promises it to scripts.
namespace ajar::harness {

struct ReportedFrame {
  std::string function, symbol, module;
};

struct ReportedHandle {
  std::uint64_t handle = 0;
  std::string name;
  double opened_at_s = 0;
  std::string thread_name;
};

struct ReportedGroup {
  std::string verdict, reason, type;
  std::uint64_t outstanding = 0, opened = 0, closed = 0, closed_at_end = 0;
  double rate_per_second = 0;
  std::string module, function;  // the culprit's
  std::vector<ReportedFrame> stack;
  std::vector<ReportedHandle> handles;

  // "5 x file by 'f' in 'm' (leak)".
  [[nodiscard]] std::string summary() const;
};

// Whether one of its frames is that function's.
bool has(const std::vector<ReportedFrame>& stack, std::string_view function);

struct ReportedBadClose {
  std::string kind;
  std::uint64_t handle = 0;
  std::uint64_t count = 1;
  bool noise = false;
  std::vector<ReportedFrame> stack, closed_by, opened_by, noticed_by;
};

struct ReportedCoverage {
  std::uint64_t open = 0, explained = 0, before_tracking = 0, inherited = 0, unseen = 0, lost_events = 0;
  std::string compared;
  std::vector<std::string>
      inherited_from{};  // the function that opened it, of each inherited one; may be empty
};

struct ReportedProcess {
  std::int64_t pid = 0;
  std::string name;
  std::uint64_t open = 0;
  std::string not_traced;  // why, where it was not
  std::vector<ReportedGroup> groups;
  std::vector<ReportedBadClose> bad_closes, bad_uses;
  ReportedCoverage coverage;

  // Groups with this verdict.
  [[nodiscard]] std::vector<ReportedGroup> with_verdict(std::string_view verdict) const;

  // Its groups, a line each: for messages.
  [[nodiscard]] std::string summary() const;
};

struct Reported {
  std::string schema;
  std::vector<ReportedProcess> processes;

  // nullptr where there is none.
  [[nodiscard]] const ReportedProcess* find(std::int64_t pid) const;
};

// Throws where the text is not JSON or lacks what the contract promises.
Reported parse_report(std::string_view json);

}  // namespace ajar::harness
