#include "e2e/traced.h"

#include <gtest/gtest.h>

#include <exception>

#include "harness/compare.h"

namespace ajar::e2e {

using harness::Outcome;
using harness::Reported;
using harness::ReportedGroup;
using harness::ReportedProcess;
using harness::TempDir;
using harness::Truth;

Reported report_on(const TempDir& directory, const std::string& file) {
  const Outcome outcome = harness::run(ajar(directory, {"report", "--json", file}));
  EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << "\n" << outcome.err;
  try {
    Reported reported = harness::parse_report(outcome.out);
    for (const ReportedProcess& process : reported.processes) {
      for (const std::string& sentence : harness::contradictions(process)) {
        ADD_FAILURE() << "the report on " << process.name << " (pid " << process.pid
                      << ") contradicts itself: " << sentence;
      }
    }
    return reported;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "not a report: " << error.what() << "\n" << outcome.out << outcome.err;
    return {};
  }
}

Traced traced(const TempDir& directory, Outcome outcome, const std::string& file) {
  std::vector<Truth> truths = harness::parse_truths(outcome.out);
  return {.run = std::move(outcome), .reported = report_on(directory, file), .truths = std::move(truths)};
}

Traced trace(const TempDir& directory, std::vector<std::string> victim,
             const std::vector<std::string>& options) {
  return traced(directory, harness::run(ajar_run(directory, std::move(victim), options)));
}

void expect_truth(const Traced& traced) {
  EXPECT_FALSE(traced.truths.empty()) << how_it_ended(traced.run) << "\n" << traced.run.out << traced.run.err;
  for (const Truth& truth : traced.truths) {
    const ReportedProcess* process = traced.reported.find(truth.pid);
    if (process == nullptr) {
      ADD_FAILURE() << "nothing is reported of pid " << truth.pid;
      continue;
    }
    for (const std::string& sentence : harness::differences(*process, truth)) {
      ADD_FAILURE() << process->name << " (pid " << truth.pid << "): " << sentence;
    }
  }
}

void expect_silence(const Reported& reported) {
  EXPECT_FALSE(reported.processes.empty()) << "nothing was traced";
  for (const ReportedProcess& process : reported.processes) {
    EXPECT_EQ(process.not_traced, "") << process.name;
    for (const ReportedGroup& group : process.groups) {
      EXPECT_TRUE(group.verdict == "steady" || group.verdict == "one-off")
          << process.name << ": " << group.summary() << ": " << group.reason;
    }
    for (const harness::ReportedBadClose& bad : process.bad_closes)
      EXPECT_NE(bad.kind, "closes another's") << process.name;
  }
}

}  // namespace ajar::e2e
