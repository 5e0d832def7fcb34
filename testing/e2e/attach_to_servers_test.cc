#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "e2e/attaching.h"
#include "e2e/nginx.h"
#include "harness/needs.h"
#include "harness/victims.h"

// `ajar attach` on servers that nobody wrote for it.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;

class AttachToAServer : public Attaching {};

TEST_P(AttachToAServer, NothingIsALeakOfNginxWithFourWorkers) {
  AJAR_NEEDS("nginx", "nginx-light");
  AJAR_NEEDS("curl", "curl");
  configure_nginx(directory(), "worker_processes 4;\n");
  Running server(Command{.words = nginx_command(directory()), .directory = directory().path()});
  const int pid = nginx_serves(server, directory());
  ASSERT_NE(pid, 0) << server.err();
  Running attached(attach({std::to_string(pid), "--children"}));
  ASSERT_TRUE(has_attached(attached)) << attached.err();
  EXPECT_EQ(request_pages(directory(), 10), 1000);
  attached.send(SIGINT);
  EXPECT_EQ(attached.finish().exit_status, 0);
  EXPECT_EQ(request_pages(directory(), 1), 100) << "it serves on";
  end_nginx(directory());
  server.finish();
  const Json told = report();
  EXPECT_EQ(told.at("processes").size(), 5U);
  for (const Json& process : told.at("processes")) {
    EXPECT_TRUE(process.at("groups").empty()) << process;
    EXPECT_EQ(process.at("coverage").at("unseen"), 0);
    EXPECT_EQ(process.at("coverage").at("lost_events"), 0);
  }
}

TEST_P(AttachToAServer, TheFunctionOfAPythonServerThatKeepsFilesIsNamed) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  AJAR_NEEDS("curl", "curl");
  Running server(Command{.words = {"/usr/bin/python3", harness::victim("leaky_server.py"), "port"},
                         .directory = directory().path()});
  ASSERT_TRUE(server.wait_until([&] { return harness::read_file(directory() / "port").ends_with('\n'); }));
  Running attached(attach({std::to_string(server.pid())}));
  ASSERT_TRUE(has_attached(attached)) << attached.err();
  std::string port = harness::read_file(directory() / "port");
  port.pop_back();
  harness::run({.words = {"curl", "-sf", "-o", "/dev/null", "http://127.0.0.1:" + port + "/?[1-60]"}});
  attached.send(SIGINT);
  EXPECT_EQ(attached.finish().exit_status, 0);
  server.send(SIGKILL);
  const Json told = report();
  const Json& group = told.at("processes").at(0).at("groups").at(0);
  EXPECT_EQ(group.at("outstanding"), 60);
  EXPECT_THAT(group.at("culprit").at("function").get<std::string>(), HasSubstr("remember"));
  EXPECT_THAT(group.at("culprit").at("file").get<std::string>(), HasSubstr("leaky_server.py"));
  EXPECT_EQ(group.at("culprit").at("line"), 18);
}

// As one in a container is seen from the host.
TEST_P(AttachToAServer, AProcessInAPidNamespaceIsKnownByTheNumbersOutside) {
  if (GetParam() == "inject") GTEST_SKIP() << "it has file systems of its own, where the agent isn't";
  AJAR_NEEDS("unshare", "util-linux");
  const TempDir victims;
  Running container(Command{
      .words = {"unshare", "-fp", "--kill-child", "--mount-proc", harness::victim("leak_files"), "20000"},
      .directory = victims.path()});
  std::string pid;
  const bool is_there = container.wait_until([&] {
    const Outcome found = harness::run({.words = {"pgrep", "-P", std::to_string(container.pid())}});
    pid = found.out.substr(0, found.out.find('\n'));
    return !pid.empty() && harness::count_descriptors(pid) > 10;
  });
  if (!is_there) GTEST_SKIP() << "no pid namespace can be made here: " << container.err();
  const Outcome seen = harness::run(attach({pid, "--for", "1s"}));
  container.send(SIGKILL);
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.err, HasSubstr("attached to leak_files (pid " + pid + ", 1 inside its container) by "));
  EXPECT_THAT(seen.out, HasSubstr(" 1. LEAK "));
  EXPECT_THAT(seen.out, HasSubstr("leak_files  open_log()  leak_files.c:18"));
}

INSTANTIATE_TEST_SUITE_P(By, AttachToAServer, testing::Values("ebpf", "ptrace", "inject"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
