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
  Outcome victim, ajar;
  std::int64_t attached = 0;  // whom ajar came to; 0: it started the victim
};

Watched start(const TempDir& directory, const std::vector<std::string>& victim, const std::string& way) {
  const Outcome both = harness::run(e2e::ajar_run(directory, victim, {"--via", way}));
  return {.victim = both, .ajar = both};
}

// The victim waits until ajar is there (testing/victims/truth.h).
Watched attach(const TempDir& directory, const std::vector<std::string>& victim, const std::string& way) {
  const TempDir own;
  const std::filesystem::path gate = own.path() / "gate";
  Running running(Command{
      .words = victim, .environment = {{"AJAR_VICTIM_GATE", gate.string()}}, .directory = own.path()});
  Running ajar(e2e::ajar(
      directory, {"attach", "--children", "-o", "x.ajar", "--via", way, std::to_string(running.pid())}));
  static_cast<void>(ajar.wait_until([&] { return ajar.err().find("attached to") != std::string::npos; }));
  harness::write_file(gate, "");
  Watched watched{.victim = running.finish(), .ajar = {}, .attached = running.pid()};
  watched.ajar = ajar.finish();
  return watched;
}

// In one line, before anything ran.
bool has_refused(const Watched& with) {
  return with.ajar.exit_status == kRefused && with.ajar.out.empty() &&
         std::ranges::count(with.ajar.err, '\n') == 1;
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
  if (e2e::status_as_a_shell_gives_it(with) != wanted)
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
  Judgement judgement;
  if (has_refused(with)) {
    judgement = {.result = Result::not_traced, .why = first_line(with.ajar.err)};
  } else if (std::string harm = difference_in_behaviour(bare, with.victim); !harm.empty()) {
    judgement = {.result = Result::wrong, .why = std::move(harm)};
  } else {
    judgement = judge_report(directory, with);
    const bool known = expected(way, situation.name).result == Result::mistaken;
    if (known && judgement.result == Result::wrong) judgement.result = Result::mistaken;
  }
  judgement.truths = harness::parse_truths(bare.out);
  return judgement;
}

}  // namespace ajar::conformance
