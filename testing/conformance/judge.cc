#include "conformance/judge.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <utility>

#include "conformance/ways.h"
#include "e2e/ajar_command.h"
#include "e2e/behaviour.h"
#include "harness/compare.h"
#include "harness/temp_dir.h"
#include "harness/victims.h"

namespace ajar::conformance {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Reported;
using harness::ReportedProcess;
using harness::Running;
using harness::TempDir;
using harness::Truth;

constexpr std::string_view kUnavailable = "unavailable: ";
constexpr int kRefused = 2;

std::string joined(const std::vector<std::string>& sentences) {
  std::string all;
  for (const std::string& sentence : sentences) all += (all.empty() ? "" : "; ") + sentence;
  return all;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

// The truth, with no other answer allowed to count as the whole of it.
Truth whole(Truth truth) {
  for (harness::TrueGroup& group : truth.outstanding) {
    if (group.instead == "unseen") group.instead.clear();
  }
  return truth;
}

Judgement compare_process(const Reported& reported, const Truth& truth) {
  const ReportedProcess* process = reported.find(truth.pid);
  if (process == nullptr) return {.result = Result::wrong, .why = "nothing is reported of a process"};
  if (!process->not_traced.empty()) return {.result = Result::not_traced, .why = process->not_traced};
  if (const std::string wrong = joined(contradictions(*process)); !wrong.empty())
    return {.result = Result::wrong, .why = wrong};
  if (const std::string wrong = joined(differences(*process, truth)); !wrong.empty())
    return {.result = Result::wrong, .why = wrong};
  if (const std::string left = joined(differences(*process, whole(truth))); !left.empty())
    return {.result = Result::unseen, .why = left};
  if (truth.bad_uses > 0 && process->bad_uses.empty())
    return {.result = Result::unseen, .why = "not said: uses of what is not open"};
  if (!truth.also.empty()) return {.result = Result::unseen, .why = "not said: " + truth.also};
  return {.result = Result::right, .why = {}};
}

// What is the matter with the victim itself; none: it is right about itself.
std::optional<Judgement> judge_alone(const Outcome& bare) {
  if (bare.out.starts_with(kUnavailable))
    return Judgement{.result = Result::unavailable, .why = first_line(bare.out.substr(kUnavailable.size()))};
  const std::vector<Truth> truths = harness::parse_truths(bare.out);
  if (truths.empty())
    return Judgement{
        .result = Result::wrong,
        .why = "the victim fails by itself: " + how_it_ended(bare) + ", " + first_line(bare.out) + bare.err};
  for (const Truth& truth : truths) {
    if (const std::string wrong = joined(contradictions(truth)); !wrong.empty())
      return Judgement{.result = Result::wrong, .why = "the victim contradicts itself: " + wrong};
  }
  return std::nullopt;
}

// A victim that ajar has watched.
struct Watched {
  Outcome victim;             // that of its process where ajar came to it, with a status as a shell gives it
  std::int64_t attached = 0;  // whom ajar came to; 0: it started the victim
  std::string refused;        // why ajar did not watch it
  std::string failed;         // how ajar itself failed
};

// In one line, before it does anything; empty: it has not refused.
std::string refusal(const Outcome& ajar) {
  const bool refused =
      ajar.exit_status == kRefused && ajar.out.empty() && std::ranges::count(ajar.err, '\n') == 1;
  return refused ? first_line(ajar.err) : std::string();
}

Watched start(const TempDir& directory, const std::vector<std::string>& victim, const std::string& way) {
  Outcome both = harness::run(e2e::ajar_run(directory, victim, {"--via", way}));
  std::string refused = refusal(both);
  return {.victim = std::move(both), .attached = 0, .refused = std::move(refused), .failed = {}};
}

bool sleeps(const Running& victim) {
  return harness::read_file("/proc/" + std::to_string(victim.pid()) + "/status").find("State:\tS") !=
         std::string::npos;
}

// The victim waits until ajar is there (testing/victims/truth.h).
Watched attach(const TempDir& directory, const std::vector<std::string>& victim, const std::string& way) {
  const TempDir own;
  const std::filesystem::path gate = own.path() / "gate";
  Running running(Command{
      .words = victim, .environment = {{"AJAR_VICTIM_GATE", gate.string()}}, .directory = own.path()});
  if (!running.wait_until([&] { return sleeps(running); }))
    return {.victim = running.finish(), .attached = 0, .refused = {}, .failed = "the victim doesn't wait"};
  Running ajar(e2e::ajar(
      directory, {"attach", "--children", "-o", "x.ajar", "--via", way, std::to_string(running.pid())}));
  // Where it refuses, it ends.
  static_cast<void>(e2e::has_attached(ajar));
  harness::write_file(gate, "");
  Watched watched{.victim = running.finish(), .attached = running.pid(), .refused = {}, .failed = {}};
  watched.victim.exit_status = e2e::status_as_a_shell_gives_it(watched.victim);
  const Outcome own_end = ajar.finish();
  watched.refused = refusal(own_end);
  if (watched.victim.timed_out) watched.failed = "the victim hangs";
  const bool may_refuse = watched.refused.find("statically linked") != std::string::npos;
  if (own_end.exit_status != 0 && !may_refuse)
    watched.failed = "ajar attach: " + how_it_ended(own_end) + ": " + own_end.err;
  return watched;
}

Judgement judge_report(const TempDir& directory, const Watched& with) {
  const Outcome report = harness::run(e2e::ajar(directory, {"report", "--json", "x.ajar"}));
  try {
    std::vector<Truth> truths = harness::parse_truths(with.victim.out);
    for (Truth& truth : truths) truth.attached = truth.pid == with.attached;
    return compare(harness::parse_report(report.out), truths);
  } catch (const std::exception& error) {
    return {.result = Result::wrong, .why = std::string("there is no report: ") + error.what() + report.err};
  }
}

}  // namespace

std::string difference_in_behaviour(const Outcome& bare, const Outcome& with) {
  const int wanted = e2e::status_as_a_shell_gives_it(bare);
  if (with.exit_status != wanted)
    return "the victim ends otherwise than alone: " + how_it_ended(with) + ", alone exit status " +
           std::to_string(wanted);
  if (e2e::without_pids(with.out) != e2e::without_pids(bare.out))
    return "the victim prints other things than alone: " + e2e::without_pids(with.out);
  return {};
}

Judgement compare(const Reported& reported, const std::vector<Truth>& truths) {
  Judgement worst{.result = Result::right, .why = {}};
  for (const Truth& truth : truths) {
    Judgement one = compare_process(reported, truth);
    if (one.result > worst.result) worst = std::move(one);
  }
  return worst;
}

Judgement judge(const Situation& situation, std::string_view way) {
  const std::vector<std::string> victim = harness::victim_command(situation.run);
  const TempDir bare_directory;
  const Outcome bare = harness::run(Command{.words = victim, .directory = bare_directory.path()});
  if (std::optional<Judgement> alone = judge_alone(bare)) return *std::move(alone);
  const TempDir directory;
  const bool attaches = way.starts_with(kAttach);
  const std::string via(attaches ? way.substr(kAttach.size()) : way);
  const Watched with = attaches ? attach(directory, victim, via) : start(directory, victim, via);
  const bool has_run = attaches || with.refused.empty();
  const std::string harm = has_run ? difference_in_behaviour(bare, with.victim) : std::string();
  Judgement judgement;
  if (!with.failed.empty() || !harm.empty()) {
    judgement = {.result = Result::wrong, .why = with.failed.empty() ? harm : with.failed};
  } else if (!with.refused.empty()) {
    judgement = {.result = Result::not_traced, .why = with.refused};
  } else {
    judgement = judge_report(directory, with);
    const bool known = expected(way, situation.name).result == Result::mistaken;
    if (known && judgement.result == Result::wrong) judgement.result = Result::mistaken;
  }
  judgement.truths = harness::parse_truths(bare.out);
  return judgement;
}

}  // namespace ajar::conformance
