#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <clocale>
#include <string>
#include <utility>
#include <vector>

#include "top/testing/fake_machine.h"
#include "top/text.h"
#include "top/top.h"

// A machine with four processes, one of which leaks, and what top shows of it.
namespace ajar::top {

using Code = Key::Code;

constexpr Size kOrdinary{.columns = 80, .lines = 12};

// As a golden: the chosen line begins with '>', one of which a part stands out as grave with '!'. Blanks at
// the end don't count.
inline std::string shown(const Picture& picture) {
  std::string text;
  for (const Line& line : picture) {
    std::string one = line.chosen ? ">" : "|";
    one += std::ranges::count(line.pieces, Look::grave, &Piece::look) > 0 ? '!' : ' ';
    for (const Piece& piece : line.pieces) one += piece.text;
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + '\n';
  }
  return text;
}

inline report::CountTrend growing(double rate, std::uint64_t limit) {
  report::CountTrend trend;
  trend.trend = report::Trend::growing;
  trend.rate_per_second = rate;
  trend.grows_for_s = 90;
  trend.soft_limit = limit;
  trend.types = {{.type = "tcp socket", .count = 940, .rate_per_second = rate}};
  return trend;
}

inline report::CountTrend judged(report::Trend trend, const std::string& reason, std::uint64_t limit) {
  report::CountTrend told;
  told.trend = trend;
  told.reason = reason;
  told.soft_limit = limit;
  return told;
}

inline Key character(const std::string& text) {
  return {.code = Code::character, .text = text};
}

struct Example : FakeMachine {
  Example() {
    has(812, "gateway", {900, 913, 926, 939, 952, 965, 978, 991, 1002}, growing(13, 1024));
    has(4711, "postgres", {1900, 1900, 1900},
        judged(report::Trend::steady, "the same in all 3 samples", 2000));
    has(99, "工作-worker-with-a-long-name", {70, 10, 70},
        judged(report::Trend::rose, "rose, but fell back", 1U << 20U));
    has(5, "sh\x1b[31m", {4}, judged(report::Trend::too_short, "only 1 sample", 1024));
  }
};

inline report::TableHandle handle(std::uint64_t value, const std::string& type, const std::string& name,
                                  std::vector<std::string> signs = {}) {
  report::TableHandle made;
  made.value = value;
  made.type = type;
  made.name = name;
  made.signs = std::move(signs);
  return made;
}

inline report::HandleTable table(double at, std::vector<report::TableHandle> handles) {
  report::HandleTable made;
  made.pid = 812;
  made.name = "gateway";
  made.up_s = 61;
  made.read_at_s = at;
  made.open = handles.size();
  made.soft_limit = 1024;
  for (const report::TableHandle& one : handles) {
    const auto type = std::ranges::find(made.types, one.type, &report::TypeCount::type);
    report::TypeCount& count = type == made.types.end() ? made.types.emplace_back() : *type;
    count.type = one.type;
    ++count.count;
    if (one.signs.empty()) continue;
    if (count.signs.empty()) count.signs.push_back({.sign = "close_wait", .count = 0, .words = ""});
    count.signs.front().words = std::to_string(++count.signs.front().count) + " in CLOSE_WAIT";
  }
  made.handles = std::move(handles);
  return made;
}

inline report::Report leak_report() {
  report::Report told;
  report::Process& process = told.processes.emplace_back();
  process.pid = 812;
  process.name = "gateway";
  process.ran_s = 12;
  report::Group& group = process.groups.emplace_back();
  group.verdict = report::Verdict::leak;
  group.reason = "opens go on to the end";
  group.type = "tcp socket";
  group.outstanding = group.opened = 156;
  group.oldest_s = 12;
  group.newest_s = 0.05;
  group.rate_per_second = 13;
  group.growing = true;
  report::Culprit& culprit = group.culprit.emplace();
  culprit.module = "libpricing.so";
  culprit.function = "fetch_rate";
  culprit.file = "pricing.cpp";
  culprit.line = 48;
  report::Frame& frame = group.stack.emplace_back();
  frame.function = culprit.function;
  frame.match = report::Match::exact;
  frame.file = culprit.file;
  frame.line = culprit.line;
  frame.module = culprit.module;
  for (int deep = 0; deep < 20; ++deep) {
    report::Frame& caller = group.stack.emplace_back();
    caller.function = deep == 19 ? "main" : "serve" + std::to_string(deep);
    caller.match = report::Match::exact;
    caller.module = "gateway";
  }
  return told;
}

class TopTest : public testing::Test {
 protected:
  TopTest() { std::setlocale(LC_CTYPE, "C.UTF-8"); }

  void press(const std::vector<Key>& keys) {
    for (const Key& key : keys) EXPECT_TRUE(top_.press(key));
  }
  void press(Code code) { press({Key{.code = code}}); }
  void type(const std::string& text) {
    for (const char c : text) press({character(std::string(1, c))});
  }
  std::string picture(Size size = kOrdinary, Style style = {}) { return shown(top_.picture(size, style)); }
  std::string chosen_line(Size size = kOrdinary) {
    for (const Line& line : top_.picture(size, {})) {
      if (line.chosen) return shown({line});
    }
    return "";
  }
  // The processes' names from the top down, as far as they are seen.
  std::string order() {
    std::string names;
    const Picture all = top_.picture(kOrdinary, {});
    for (std::size_t line = 3; line + 2 < all.size() && !all[line].pieces.empty(); ++line) {
      const std::string row = shown({all[line]});
      for (const char* name : {"gateway", "postgres", "worker", "sh"}) {
        if (row.find(name) != std::string::npos) names += std::string(names.empty() ? "" : " ") + name;
      }
    }
    return names;
  }

  Example machine_;
  Top top_{machine_, {}};
};

}  // namespace ajar::top
