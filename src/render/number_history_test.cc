#include "render/number_history.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "render/fake_report.h"

namespace ajar::render {
namespace {

using report::Answer;
using report::Closer;
using report::NumberEvent;
using What = NumberEvent::What;

NumberEvent event(What what, double at, const std::string& call, const std::string& function,
                  std::uint32_t line) {
  NumberEvent event;
  event.what = what;
  event.at_s = at;
  event.call = call;
  event.thread = 4121;
  event.thread_name = "main";
  event.culprit.emplace();
  event.culprit->module = "shop-server";
  event.culprit->function = function;
  event.culprit->file = "/src/server.c";
  event.culprit->line = line;
  event.stack = {fake::frame(function, "shop-server", 0x1234, "/src/server.c", line)};
  return event;
}

report::NumberHistories closed_by_a_plugin() {
  report::NumberHistory history;
  history.pid = 4121;
  history.name = "shop-server";
  history.opened = history.closed = 1;
  NumberEvent opened = event(What::opened, 1.2, "accept4", "serve", 40);
  opened.type = "tcp socket";
  opened.name = "127.0.0.1:80 -> 127.0.0.1:5151";
  NumberEvent closed = event(What::closed, 3.214, "close", "cleanup", 88);
  closed.culprit->module = "plugin.so";
  closed.culprit->file = "/src/plugin.c";
  closed.thread = 4123;
  closed.thread_name = "worker";
  closed.closer = Closer::other;
  closed.opening = 0;
  history.events = {opened, closed};
  Answer answer;
  answer.opened = 0;
  answer.closed = 1;
  history.answers = {answer};
  report::NumberHistories all;
  all.handle = 17;
  all.processes = {history};
  return all;
}

std::string screen(const report::NumberHistories& histories, const TextOptions& options = {}) {
  std::ostringstream out;
  number_history_text(histories, options, out);
  return out.str();
}

TEST(NumberHistoryText, SaysFirstInWordsWhoClosedIt) {
  EXPECT_EQ(screen(closed_by_a_plugin()), R"(shop-server (pid 4121): fd 17, 1 open, 1 close

  CLOSED  fd 17 (tcp socket 127.0.0.1:80 -> 127.0.0.1:5151), opened at 1.200000 s by accept4() in serve()
    server.c:40, thread main (4121), was closed at 3.214000 s by close() in cleanup() plugin.c:88 of
    plugin.so, thread worker (4123), which had not opened it, nor had its thread

    1.200000 s  opened by accept4(): tcp socket 127.0.0.1:80 -> 127.0.0.1:5151
                shop-server  serve()  server.c:40  thread main (4121)
    3.214000 s  closed by close()
                plugin.so  cleanup()  plugin.c:88  thread worker (4123)
)");
}

TEST(NumberHistoryText, MakesNamesSafeForATerminal) {
  report::NumberHistories histories = closed_by_a_plugin();
  for (NumberEvent& event : histories.processes[0].events) {
    event.name = "\033[31m";
    event.thread_name = "\033]0;";
    event.call = "\033c";
  }
  EXPECT_EQ(screen(histories).find('\033'), std::string::npos);
}

TEST(NumberHistoryText, SaysWhatMayBeMissing) {
  report::NumberHistories histories = closed_by_a_plugin();
  histories.processes[0].lost_events = 7;
  histories.only_inherited = 2;
  histories.warnings = {"the recording has no end"};
  const std::string text = screen(histories);
  EXPECT_NE(text.find("7 events of this process were lost"), std::string::npos) << text;
  EXPECT_NE(text.find("2 other processes inherited it"), std::string::npos) << text;
  EXPECT_NE(text.find("warning: the recording has no end\n"), std::string::npos) << text;
}

TEST(NumberHistoryJson, HoldsTheAnswersAndAllEvents) {
  std::ostringstream out;
  number_history_json(closed_by_a_plugin(), out);
  const auto document = nlohmann::json::parse(out.str());
  EXPECT_EQ(document["schema"], "ajar-who-closed/1");
  EXPECT_EQ(document["handle"], 17);
  const auto& process = document["processes"][0];
  EXPECT_EQ(process["answers"][0]["kind"], "closed");
  EXPECT_EQ(process["answers"][0]["closed"], 1);
  EXPECT_TRUE(process["answers"][0]["owned"].is_null());
  EXPECT_EQ(process["events"][0]["what"], "opened");
  EXPECT_EQ(process["events"][1]["closer"], "other");
  EXPECT_EQ(process["events"][1]["opening"], 0);
  EXPECT_EQ(process["events"][1]["culprit"]["function"], "cleanup");
}

}  // namespace
}  // namespace ajar::render
