#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "e2e/ajar_command.h"
#include "harness/needs.h"
#include "harness/victims.h"

// `ajar watch --listen`, asked by curl and by Prometheus itself.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr int kLimit = 4'000;

class MetricsOfAWatch : public testing::Test {
 protected:
  // Opens a log file for each request, 40 in a second, closes none, and may have as many as kLimit.
  [[nodiscard]] Command leaker() const {
    return {.words = {"sh", "-c",
                      "ulimit -n " + std::to_string(kLimit) + "; exec " + harness::victim("leak_files") +
                          " 100000"},
            .directory = directory_.path()};
  }

  [[nodiscard]] Command watch(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"watch", "--every", "50ms", "--listen", ":0"};
    words.insert(words.end(), more.begin(), more.end());
    return ajar(directory_, std::move(words));
  }

  [[nodiscard]] Outcome run(std::vector<std::string> words) const {
    return harness::run(ajar(directory_, std::move(words)));
  }

  TempDir directory_;
};

// "http://127.0.0.1:9764", once it listens.
std::string place_of(const Running& watching) {
  static const std::regex told("metrics at (http://[0-9.:]+)/metrics");
  std::smatch found;
  std::string text;
  const auto says = [&] {
    text = watching.out();
    return std::regex_search(text, found, told);
  };
  EXPECT_TRUE(watching.wait_until(says)) << watching.out() << watching.err();
  return found.empty() ? std::string() : found[1].str();
}

std::string fetch(const std::string& url) {
  return harness::run({.words = {"curl", "--silent", "--max-time", "60", url}}).out;
}

// The value of a series; nothing where it is not served.
std::optional<double> value_of(const std::string& metrics, const std::string& series) {
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return std::nullopt;
}

std::size_t count_lines(const std::string& text, const std::string& beginning) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.starts_with(beginning) ? 1U : 0U;
  return count;
}

std::string labels_of(const Running& victim) {
  return "process=\"leak_files\",pid=\"" + std::to_string(victim.pid()) + "\"";
}

std::string verdict(const Running& victim, const std::string& word) {
  return "ajar_verdict{" + labels_of(victim) + ",verdict=\"" + word + "\"}";
}

TEST_F(MetricsOfAWatch, SayOfALeakWhatTheKernelSaysAndWhatItComesTo) {
  AJAR_NEEDS("curl", "curl");
  AJAR_NEEDS("promtool", "prometheus");
  const Running victim(leaker());
  Running watching(watch());
  const std::string url = place_of(watching) + "/metrics";
  std::string metrics;
  std::size_t before = 0;
  const auto grows = [&] {
    before = harness::count_descriptors(std::to_string(victim.pid()));
    metrics = fetch(url);
    return value_of(metrics, verdict(victim, "growing")).has_value() &&
           metrics.find("ajar_handles_by_type{" + labels_of(victim)) != std::string::npos;
  };
  ASSERT_TRUE(watching.wait_until(grows)) << metrics;
  const std::size_t after = harness::count_descriptors(std::to_string(victim.pid()));
  const auto of_victim = [&](const std::string& name) {
    return value_of(metrics, name + "{" + labels_of(victim) + "}").value_or(-1);
  };
  // A count is as old as the sweep before the scrape.
  EXPECT_GT(of_victim("ajar_handles"), static_cast<double>(before) / 2);
  EXPECT_LE(of_victim("ajar_handles"), static_cast<double>(after));
  EXPECT_EQ(of_victim("ajar_handles_soft_limit"), kLimit);
  const double rate = of_victim("ajar_handles_growth_per_second");
  EXPECT_GT(rate, 0);
  EXPECT_NEAR(of_victim("ajar_handles_full_in_seconds") * rate + of_victim("ajar_handles"), kLimit, 1);
  EXPECT_GT(value_of(metrics, "ajar_handles_by_type{" + labels_of(victim) + ",type=\"file\"}"), 3);
  EXPECT_EQ(value_of(metrics, verdict(victim, "steady")), std::nullopt);
  EXPECT_GT(value_of(metrics, "ajar_processes"), 0);
  EXPECT_GT(value_of(metrics, "ajar_system_open_files"), 0);
  EXPECT_GT(value_of(metrics, "process_resident_memory_bytes"), 1'000'000);
  const Outcome checked = harness::run({.words = {"promtool", "check", "metrics"}, .input = metrics});
  EXPECT_EQ(checked.exit_status, 0) << checked.out << checked.err;
}

TEST_F(MetricsOfAWatch, ForgetAProcessThatEnded) {
  AJAR_NEEDS("curl", "curl");
  Running victim(leaker());
  Running watching(watch());
  const std::string url = place_of(watching) + "/metrics";
  const std::string pid = "pid=\"" + std::to_string(victim.pid()) + "\"";
  ASSERT_TRUE(watching.wait_until([&] { return fetch(url).find(pid) != std::string::npos; }));
  victim.send(SIGKILL);
  victim.finish();
  EXPECT_TRUE(watching.wait_until([&] { return fetch(url).find(pid) == std::string::npos; }));
}

TEST_F(MetricsOfAWatch, AreOfSomeProcessesAndTheSumOfTheOthers) {
  AJAR_NEEDS("curl", "curl");
  const Running one({.words = {"sleep", "60"}});
  const Running two({.words = {"sleep", "60"}});
  const Running three({.words = {"sleep", "60"}});
  const Running watching(watch({"--listen-top", "2"}));
  const std::string url = place_of(watching) + "/metrics";
  std::string metrics;
  const auto counted = [&] {
    metrics = fetch(url);
    return value_of(metrics, "ajar_processes") >= 3 && count_lines(metrics, "ajar_verdict{") == 2;
  };
  ASSERT_TRUE(watching.wait_until(counted)) << metrics;
  EXPECT_EQ(count_lines(metrics, "ajar_handles{"), 3U) << metrics;
  EXPECT_GE(value_of(metrics, "ajar_handles{process=\"others\"}"), 3) << metrics;
}

TEST_F(MetricsOfAWatch, AServicesJournalHasALineForALeakAndNoMore) {
  Running watching(watch());
  place_of(watching);
  const Running victim(leaker());
  const std::string line = "  GROWING  leak_files (pid " + std::to_string(victim.pid()) + ")";
  const auto said = [&] { return watching.out().find(line) != std::string::npos; };
  ASSERT_TRUE(watching.wait_until(said)) << watching.out();
  // It grows on, and nothing is said of it until the end.
  ASSERT_TRUE(
      watching.wait_until([&] { return harness::count_descriptors(std::to_string(victim.pid())) > 250; }));
  const std::string journal = watching.out();
  watching.send(SIGTERM);
  const Outcome outcome = watching.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_EQ(journal.find(line), journal.rfind(line)) << journal;
  const std::regex entry("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  GROWING  .*");
  std::istringstream lines(journal);
  for (std::string each; std::getline(lines, each);) {
    const bool begins = each.starts_with("counting every ") || each.starts_with("metrics at ");
    EXPECT_TRUE(begins || std::regex_match(each, entry)) << each;
  }
}

base::OwnedFd connected(const std::string& place) {
  base::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(place.substr(place.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  return socket;
}

TEST_F(MetricsOfAWatch, ClientsThatHangOrTalkNonsenseDoNotStopIt) {
  AJAR_NEEDS("curl", "curl");
  Running watching(watch());
  const std::string place = place_of(watching);
  std::vector<base::OwnedFd> clients;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(connected(place));
    const std::string nonsense = i % 3 == 0 ? "" : i % 3 == 1 ? "GET /metr" : std::string(20'000, '\xff');
    static_cast<void>(::send(clients.back().get(), nonsense.data(), nonsense.size(), MSG_NOSIGNAL));
  }
  const Running victim(leaker());
  const std::string line = "GROWING  leak_files (pid " + std::to_string(victim.pid()) + ")";
  EXPECT_TRUE(watching.wait_until([&] { return watching.out().find(line) != std::string::npos; }));
  EXPECT_TRUE(watching.wait_until(
      [&] { return value_of(fetch(place + "/metrics"), "ajar_sweeps_total").value_or(0) > 0; }));
  watching.send(SIGINT);
  EXPECT_EQ(watching.finish().exit_status, 0);
}

TEST_F(MetricsOfAWatch, WhereItCanNotListenItSaysWhyAndTheWayOut) {
  Running watching(watch());
  const std::string place = place_of(watching);
  const std::string taken = place.substr(place.rfind('/') + 1);
  const Outcome second = run({"watch", "--listen", taken, "-o", "w.ajar"});
  EXPECT_EQ(second.exit_status, 2);
  EXPECT_THAT(second.err, HasSubstr("--listen: " + taken + " is taken by another program; give another"));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "w.ajar"));
  EXPECT_THAT(run({"watch", "--listen", "192.0.2.1:0"}).err, HasSubstr("no address of this machine"));
  EXPECT_THAT(run({"watch", "--listen", "here"}).err, HasSubstr("a port from 0 to 65535"));
  EXPECT_THAT(run({"watch", "--from", "x.ajar", "--listen", "0"}).err, HasSubstr("leave out"));
}

TEST_F(MetricsOfAWatch, ThatAllMayAskForAreSaidToBe) {
  EXPECT_THAT(run({"watch", "--for", "100ms", "--listen", "0.0.0.0:0"}).out,
              HasSubstr("/metrics, for everybody who can reach this machine"));
  EXPECT_THAT(run({"watch", "--for", "100ms", "--listen", "0"}).out, Not(HasSubstr("everybody")));
}

// "CAP_DAC_READ_SEARCH CAP_SYS_PTRACE" as setpriv wants them: "-all,+dac_read_search,+sys_ptrace".
std::string rights_of_the_service() {
  const std::string unit = harness::read_file(AJAR_SERVICE);
  const std::regex line("\nAmbientCapabilities=(.*)\n");
  const std::regex capability("CAP_([A-Z_]+)");
  std::smatch found;
  if (!std::regex_search(unit, found, line)) return {};
  const std::string names = found[1].str();
  std::string words = "-all";
  for (std::sregex_iterator at(names.begin(), names.end(), capability), end; at != end; ++at)
    words += ",+" + (*at)[1].str();
  std::ranges::transform(words, words.begin(), [](unsigned char c) { return std::tolower(c); });
  return words;
}

TEST_F(MetricsOfAWatch, WithTheRightsOfTheServiceTellTheTypesOfOthersProcesses) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  AJAR_NEEDS("curl", "curl");
  AJAR_NEEDS("setpriv", "util-linux");
  const std::string rights = rights_of_the_service();
  ASSERT_THAT(rights, HasSubstr("+"));
  const Running victim(leaker());
  Command command = watch();
  const std::vector<std::string> nobody = {"setpriv",
                                           "--reuid=65534",
                                           "--regid=65534",
                                           "--clear-groups",
                                           "--no-new-privs",
                                           "--inh-caps=" + rights,
                                           "--ambient-caps=" + rights,
                                           "--bounding-set=" + rights};
  command.words.insert(command.words.begin(), nobody.begin(), nobody.end());
  const Running watching(command);
  const std::string url = place_of(watching) + "/metrics";
  std::string metrics;
  const auto told = [&] {
    metrics = fetch(url);
    return metrics.find("ajar_handles_by_type{" + labels_of(victim) + ",type=\"file\"}") != std::string::npos;
  };
  EXPECT_TRUE(watching.wait_until(told)) << metrics << watching.err();
  EXPECT_EQ(value_of(metrics, "ajar_processes_not_counted"), 0);
}

// A port that is free now.
std::string free_port() {
  const base::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(socket.get(), generic, size), 0);
  EXPECT_EQ(::getsockname(socket.get(), generic, &size), 0);
  return std::to_string(ntohs(address.sin_port));
}

// The rules as they are shipped, but that nothing has to last for minutes.
std::string impatient_rules() {
  static const std::regex patience("for: [0-9]+[ms]");
  return std::regex_replace(harness::read_file(AJAR_RULES), patience, "for: 2s");
}

// The names of the alerts that fire for the process; empty while Prometheus can't say.
std::vector<std::string> alerts_for(const std::string& prometheus, pid_t pid) {
  const Json answer = Json::parse(fetch(prometheus + "/api/v1/alerts"), nullptr, false);
  std::vector<std::string> names;
  if (!answer.is_object()) return names;
  for (const Json& alert : answer["data"]["alerts"]) {
    const Json& labels = alert["labels"];
    if (alert["state"] == "firing" && labels.value("pid", "") == std::to_string(pid))
      names.push_back(labels["alertname"]);
  }
  return names;
}

TEST_F(MetricsOfAWatch, LetPrometheusGiveTheAlarm) {
  AJAR_NEEDS("curl", "curl");
  AJAR_NEEDS("prometheus", "prometheus");
  const Running victim(leaker());
  const Running idle({.words = {"sleep", "120"}});
  const Running watching(watch());
  const std::string place = place_of(watching);
  harness::write_file(directory_ / "ajar.rules.yml", impatient_rules());
  harness::write_file(directory_ / "prometheus.yml",
                      "global: { scrape_interval: 1s, evaluation_interval: 1s }\n"
                      "rule_files: [ajar.rules.yml]\n"
                      "scrape_configs:\n"
                      "  - job_name: ajar\n"
                      "    static_configs: [{ targets: [\"" +
                          place.substr(place.rfind('/') + 1) + "\"] }]\n");
  const std::string port = free_port();
  const Running prometheus(
      {.words = {"prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                 "--web.listen-address=127.0.0.1:" + port, "--log.level=warn"},
       .directory = directory_.path()});
  std::string server = "http://127.0.0.1:";
  server += port;
  std::vector<std::string> alerts;
  const auto fire = [&] {
    alerts = alerts_for(server, victim.pid());
    return std::ranges::count(alerts, "AjarHandlesGrowing") > 0 &&
           std::ranges::count(alerts, "AjarHandlesFullWithinTenMinutes") > 0;
  };
  EXPECT_TRUE(prometheus.wait_until(fire)) << prometheus.err() << fetch(server + "/api/v1/targets");
  EXPECT_EQ(alerts_for(server, idle.pid()), std::vector<std::string>());
  const Json targets = Json::parse(fetch(server + "/api/v1/targets"));
  EXPECT_EQ(targets["data"]["activeTargets"][0]["health"], "up") << targets;
  EXPECT_EQ(targets["data"]["activeTargets"][0]["lastError"], "") << targets;
}

}  // namespace
}  // namespace ajar::e2e
