#include "e2e/silent_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

#include "e2e/ajar_command.h"

namespace ajar::e2e {

using harness::Outcome;
using harness::Running;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> family_of(int pid) {
  const std::string own = std::to_string(pid);
  std::istringstream children(harness::read_file("/proc/" + own + "/task/" + own + "/children"));
  std::vector<std::string> family{own};
  for (std::string child; children >> child;) family.push_back(child);
  return family;
}

void expect_that_nothing_grows(const harness::TempDir& directory, const std::vector<std::string>& processes,
                               const std::function<void()>& load) {
  std::vector<std::string> words{"watch", "--every", "20ms", "--json", "--error-exitcode", "7"};
  words.insert(words.end(), processes.begin(), processes.end());
  Running watching(ajar(directory, std::move(words)));
  ASSERT_TRUE(watching.wait_until([&] { return watching.err().find("counting every") != std::string::npos; }))
      << watching.err();
  load();
  watching.send(SIGINT);
  const Outcome watched = watching.finish();
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.err, Not(HasSubstr("GROWING")));
  const auto told = nlohmann::json::parse(watched.out);
  EXPECT_GT(told["samples"], 60) << "the load did not last long enough to tell";
  EXPECT_EQ(told["processes"].size(), processes.size());
  for (const auto& process : told["processes"]) EXPECT_NE(process["trend"], "growing") << process;
}

}  // namespace ajar::e2e
