#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <utility>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "harness/needs.h"

// `ajar handles -v` against lsof and lsfd, for every process of the machine that can be looked into, among
// them one that holds a descriptor of each type. Where the tools' words differ, a rule below says how;
// whatever no rule explains is a failure.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using Json = nlohmann::json;

using Key = std::pair<std::int64_t, std::int64_t>;  // pid, number

struct Handle {
  std::string type, name;
  std::uint64_t inode = 0;
  bool operator==(const Handle&) const = default;
};

using Handles = std::map<Key, Handle>;

// What another tool says of a handle.
struct Said {
  std::string type, name;
};

std::vector<std::string> readable_processes() {
  std::vector<std::string> pids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    std::error_code error;
    if (pid.find_first_not_of("0123456789") != std::string::npos || pid == std::to_string(getpid())) continue;
    static_cast<void>(std::filesystem::read_symlink("/proc/" + pid + "/fd/0", error));
    if (!error) pids.push_back(pid);
  }
  return pids;
}

Handles told_by_ajar(const TempDir& directory, const std::vector<std::string>& pids) {
  std::vector<std::string> words = {"handles", "-v", "--json"};
  words.insert(words.end(), pids.begin(), pids.end());
  const Outcome outcome = harness::run(ajar(directory, words));
  Handles handles;
  if (outcome.exit_status != 0) return handles;
  const Json report = Json::parse(outcome.out);
  for (const Json& process : report["processes"]) {
    for (const Json& handle : process["handles"]) {
      handles[{process["pid"], handle["handle"]}] = {
          .type = handle["type"], .name = handle["name"], .inode = handle.value("inode", std::uint64_t{0})};
    }
  }
  return handles;
}

bool is_socket(const std::string& type) {
  return type.ends_with("socket");
}
// Rule "socket files": lsfd and lsof go by stat(2), to which the file that a socket was bound to, opened with
// O_PATH, is a socket, too. It has no protocol.
bool is_socket_file(const Handle& handle) {
  return handle.type == "unix socket file";
}
bool is_anonymous(const Handle& handle) {
  return handle.name.starts_with("anon_inode:");
}

// Rule "kinds": their types are those of stat(2); what has no kind of its own there is a file.
bool kinds_agree(const std::string& stat_type, const Handle& handle) {
  static const std::map<std::string, std::set<std::string>> kKinds = {
      {"REG", {"file", "memfd", "namespace", "message queue", "secret memory"}},
      {"DIR", {"directory"}},
      {"CHR", {"device", "tty", "pty"}},
      {"BLK", {"block device"}},
      {"FIFO", {"pipe", "fifo"}},
      {"LINK", {"symbolic link"}}};
  const auto row = kKinds.find(stat_type);
  return row != kKinds.end() && row->second.contains(handle.type);
}

// Rule "sockets": lsfd says "TCP:[inode]", lsof the endpoints without blanks around the arrow, or a protocol.
bool lsfd_agrees(const Said& said, const Handle& handle) {
  if (is_socket_file(handle)) return said.type == "SOCK" && said.name == handle.name;
  if (said.type == "SOCK") {
    return is_socket(handle.type) && said.name.ends_with(":[" + std::to_string(handle.inode) + "]");
  }
  // Rule "anonymous": lsfd of util-linux 2.38 knows no kinds of them.
  if (said.type == "UNKN") return is_anonymous(handle) && said.name == handle.name;
  return kinds_agree(said.type, handle) && said.name == handle.name;
}

bool lsof_socket_agrees(const Said& said, const Handle& handle) {
  if (is_socket_file(handle)) return said.name == "can't identify protocol";
  if (said.type == "unix") return handle.type.starts_with("unix ");
  if (said.type == "pack") return handle.type == "packet socket";
  if (said.type == "netlink") return handle.type == "netlink socket";
  if (said.type == "raw" || said.type == "raw6") return handle.type == "raw socket";
  // Unbound, or of a family that lsof doesn't know: "protocol: TCP".
  if (said.type == "sock") return is_socket(handle.type);
  std::string ends = handle.name.substr(0, handle.name.find(" (listening)"));
  if (const std::size_t arrow = ends.find(" -> "); arrow != std::string::npos) ends.replace(arrow, 4, "->");
  // lsof says * for any address.
  for (const char* any : {"0.0.0.0:", "[::]:"}) {
    if (ends.starts_with(any)) ends.replace(0, std::string_view(any).size(), "*:");
  }
  return is_socket(handle.type) && said.name.substr(0, said.name.find(" (")) == ends;
}

// Rule "escapes": lsof writes control characters as \n, \t, ^A, and a backslash twice.
std::string escaped_as_lsof(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c == '\\') {
      text += "\\\\";
    } else if (c > 0 && c < ' ') {
      text += {'^', static_cast<char>(c + '@')};
    } else {
      text += c;
    }
  }
  return text;
}

bool lsof_agrees(const Said& said, const Handle& handle) {
  static const std::set<std::string> kSockets = {"unix", "IPv4",    "IPv6", "sock",
                                                 "pack", "netlink", "raw",  "raw6"};
  if (kSockets.contains(said.type)) return lsof_socket_agrees(said, handle);
  if (said.type == "a_inode") {
    // Rule "anonymous": "[eventpoll:11,16]" is anon_inode:[eventpoll]; "kvm-vcpu:7" is called so.
    if (handle.name == "anon_inode:" + said.name) return true;
    std::string name = said.name.substr(0, said.name.find(':'));
    if (name.starts_with('[') && !name.ends_with(']')) name += ']';
    return is_anonymous(handle) && handle.name == "anon_inode:" + name;
  }
  if (!kinds_agree(said.type, handle)) return false;
  // Rule "pipes": lsof doesn't say which one. Rule "namespaces": nor there.
  if (handle.type == "pipe") return said.name == "pipe";
  if (handle.type == "namespace") return handle.name.starts_with(said.name + ":[");
  return said.name == escaped_as_lsof(handle.name);
}

std::map<Key, Said> said_by_lsfd(const TempDir& directory) {
  const Outcome outcome =
      harness::run({.words = {"lsfd", "-J", "-o", "PID,FD,TYPE,NAME"}, .directory = directory.path()});
  std::map<Key, Said> all;
  const Json report = Json::parse(outcome.out);
  for (const Json& row : report["lsfd"]) {
    if (row["fd"].is_number() && row["name"].is_string())
      all[{row["pid"], row["fd"]}] = {.type = row["type"], .name = row["name"]};
  }
  return all;
}

std::map<Key, Said> said_by_lsof(const TempDir& directory) {
  const Outcome outcome =
      harness::run({.words = {"lsof", "-nP", "-w", "-F", "pftn"}, .directory = directory.path()});
  std::map<Key, Said> all;
  std::istringstream lines(outcome.out);
  Key key;
  bool is_handle = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string value = line.empty() ? "" : line.substr(1);
    if (line.starts_with('p')) key.first = std::stoll(value);
    if (line.starts_with('f')) {
      is_handle = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
      if (is_handle) key.second = std::stoll(value);
    }
    if (is_handle && line.starts_with('t')) all[key].type = value;
    if (is_handle && line.starts_with('n')) all[key].name = value;
  }
  return all;
}

using Other = std::function<std::map<Key, Said>(const TempDir&)>;
using Agrees = std::function<bool(const Said&, const Handle&)>;

// What they don't agree on, in words.
std::set<std::string> differences(const Other& other, const Agrees& agrees, std::int64_t most) {
  const TempDir directory;
  const std::vector<std::string> pids = readable_processes();
  const Handles before = told_by_ajar(directory, pids);
  const std::map<Key, Said> said = other(directory);
  const Handles after = told_by_ajar(directory, pids);
  std::set<std::string> differences;
  std::size_t compared = 0;
  for (const auto& [key, handle] : before) {
    if (key.second > most) continue;
    // What changed meanwhile can't be compared.
    const auto still = after.find(key);
    if (still == after.end() || still->second != handle) continue;
    ++compared;
    const auto found = said.find(key);
    if (found != said.end() && agrees(found->second, handle)) continue;
    differences.insert(
        "pid " + std::to_string(key.first) + " fd " + std::to_string(key.second) + " is told as " +
        handle.type + " " + handle.name + ", by the other tool " +
        (found == said.end() ? "not at all" : "as " + found->second.type + " " + found->second.name));
  }
  EXPECT_GT(compared, 60U);
  std::cout << compared << " handles of " << pids.size() << " processes compared\n";
  return differences;
}

// On a machine with something of everything on it. A process may close something and open it again between
// two looks; hardly so that it differs in each of some comparisons in the same way.
void expect_same_as(const Other& other, const Agrees& agrees, std::int64_t most = INT64_MAX) {
  constexpr int kComparisons = 4;
  const StatingVictim everything("every_type");
  ASSERT_TRUE(everything.is_ready());
  std::set<std::string> always = differences(other, agrees, most);
  for (int i = 1; i < kComparisons && !always.empty(); ++i) {
    const std::set<std::string> again = differences(other, agrees, most);
    std::erase_if(always, [&](const std::string& words) { return !again.contains(words); });
  }
  EXPECT_THAT(always, testing::IsEmpty());
}

TEST(TablesAgree, WithLsfdOnTypesAndNamesForAllProcesses) {
  AJAR_NEEDS("lsfd", "util-linux");
  expect_same_as(said_by_lsfd, lsfd_agrees);
}

TEST(TablesAgree, WithLsofOnTypesAndNamesForAllProcesses) {
  AJAR_NEEDS("lsof", "lsof");
  // Rule "long numbers": lsof writes no more than four digits.
  constexpr std::int64_t kMost = 9999;
  expect_same_as(said_by_lsof, lsof_agrees, kMost);
}

}  // namespace
}  // namespace ajar::e2e
