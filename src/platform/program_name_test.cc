#include "platform/program_name.h"

#include <gtest/gtest.h>

namespace ajar::platform {
namespace {

TEST(ProgramName, IsThatOfTheFileOrTheOneItWasStartedUnder) {
  EXPECT_TRUE(goes_by("gateway", "/opt/bin/gateway", {"/opt/bin/gateway", "--port", "8443"}));
  EXPECT_TRUE(goes_by("redis-server", "/usr/bin/redis-check-rdb", {"redis-server", "*:6379"}));
  EXPECT_FALSE(goes_by("gate", "/opt/bin/gateway", {"gateway"}));
  EXPECT_FALSE(goes_by("gateway", "/usr/bin/vim", {"vim", "gateway"}));
  EXPECT_FALSE(goes_by("gateway", "/usr/bin/systemctl", {"systemctl", "start", "gateway"}));
  EXPECT_FALSE(goes_by("gateway", "/usr/bin/true", {}));
}

TEST(ProgramName, OfAnInterpreterIsItsScripts) {
  EXPECT_TRUE(goes_by("app.py", "/usr/bin/python3.11", {"python3", "-u", "/srv/app.py", "serve"}));
  EXPECT_TRUE(goes_by("python3", "/usr/bin/python3.11", {"python3", "/srv/app.py"}));
  EXPECT_TRUE(goes_by("start", "/usr/bin/dash", {"/bin/sh", "./start"}));
  EXPECT_FALSE(goes_by("serve", "/usr/bin/python3.11", {"python3", "-m", "serve"}));
  EXPECT_FALSE(goes_by("gateway", "/usr/bin/bash", {"bash", "-c", "gateway"}));
  EXPECT_FALSE(goes_by("app.py", "/usr/bin/python3.11", {"python3"}));
  EXPECT_FALSE(goes_by("nginx", "/usr/bin/bash", {"bash", "-lc", "nginx"}));
  EXPECT_FALSE(goes_by("nginx", "/usr/bin/dash", {"sh", "-ec", "/usr/sbin/nginx"}));
  EXPECT_TRUE(goes_by("app.py", "/usr/bin/python3.11", {"python3", "-X", "dev", "app.py"}));
  EXPECT_TRUE(goes_by("app.js", "/usr/bin/node", {"node", "-r", "tracer", "app.js"}));
}

TEST(ProgramName, WithASlashIsAPath) {
  EXPECT_TRUE(goes_by("/opt/bin/gateway", "/opt/bin/gateway", {"gateway"}));
  EXPECT_FALSE(goes_by("/opt/bin/gateway", "/usr/bin/gateway", {"gateway"}));
  EXPECT_TRUE(goes_by("./app.py", "/usr/bin/python3", {"python3", "./app.py"}));
}

}  // namespace
}  // namespace ajar::platform
