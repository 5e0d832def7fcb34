#pragma once

#include <string>
#include <vector>

#include "e2e/ajar_command.h"
#include "harness/command.h"
#include "harness/reported.h"
#include "harness/temp_dir.h"
#include "harness/truth.h"

// ajar as its users meet it: the program of this build, run on victims.
namespace ajar::e2e {

// What `ajar report --json` says of the file in the directory, after its arithmetic was checked (a violation
// fails the test). Fails the test, and is empty, where there is no report.
harness::Reported report_on(const harness::TempDir& directory, const std::string& file = "x.ajar");

// A run under ajar, and all that was said of it.
struct Traced {
  harness::Outcome run;
  harness::Reported reported;
  std::vector<harness::Truth> truths;
};

// The report on the run that has ended so.
Traced traced(const harness::TempDir& directory, harness::Outcome outcome,
              const std::string& file = "x.ajar");

// Runs it in the directory, then reports.
Traced trace(const harness::TempDir& directory, std::vector<std::string> victim,
             const std::vector<std::string>& options = {});

// Fails the test for each difference between the truths and the report; there must be a truth.
void expect_truth(const Traced& traced);

// Fails the test where any group of any process is a leak, or suspect, or anybody is said to close another's.
void expect_silence(const harness::Reported& reported);

}  // namespace ajar::e2e
