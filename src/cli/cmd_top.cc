#include <algorithm>
#include <chrono>

#include "cli/find_process.h"
#include "cli/setters.h"
#include "cli/top_machine.h"
#include "platform/terminal.h"
#include "top/terminal.h"
#include "top/top.h"
#include "watch/watch.h"

namespace ajar::cli {
namespace {

using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

std::vector<std::string> sort_choices() {
  std::vector<std::string> choices;
  for (const top::SortWord& word : top::sort_words()) choices.emplace_back(word.word);
  return choices;
}

// A moment that comes again and again.
class Beat {
 public:
  explicit Beat(nanoseconds every) : every_(every), next_(Clock::now() + every) {}

  [[nodiscard]] Clock::time_point next() const { return next_; }

  bool is_due() {
    if (Clock::now() < next_) return false;
    next_ = std::max(next_ + every_, Clock::now());
    return true;
  }

 private:
  nanoseconds every_;
  Clock::time_point next_;
};

class Top : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  void show(top::Machine& machine, top::Terminal& terminal) const;

  nanoseconds every_ = std::chrono::seconds(1);
  top::Options options_;
};

std::vector<Option> Top::options() {
  return {
      {.names = "--every",
       .value = "DURATION",
       .help = "count after that time again (1s if not given): 500ms, 10s, 1m",
       .set = set_duration(every_)},
      {.names = "--filter",
       .value = "TEXT",
       .help = "begin with the processes that have this text in their name or pid",
       .set = set_name(options_.filter)},
      {.names = "--sort",
       .value = "KEY",
       .help =
           "begin sorted by growth (if not given), count, share of the limit, time until full, pid or name",
       .choices = sort_choices(),
       .set = [&](const std::string& word) -> base::Result<void> {
         options_.sort = std::ranges::find(top::sort_words(), word, &top::SortWord::word)->key;
         return {};
       }},
  };
}

void Top::show(top::Machine& machine, top::Terminal& terminal) const {
  top::Top top(machine, options_);
  Beat looks(every_);
  Beat refreshes(std::min<nanoseconds>(every_, std::chrono::seconds(1)));
  while (!terminal.is_over()) {
    terminal.show(top.picture(terminal.size(), terminal.style()));
    const auto key = terminal.wait(std::min(looks.next(), refreshes.next()));
    if (key && !top.press(*key)) return;
    if (looks.is_due()) top.look();
    if (refreshes.is_due()) top.refresh();
  }
}

std::expected<int, Failure> Top::run(std::span<const std::string> operands, Console& /*console*/) {
  if (every_ < std::chrono::milliseconds(100))
    return std::unexpected(Failure{"--every: at least 100ms, nobody could read it faster"});
  watch::WatchOptions options;
  for (const std::string& operand : operands) {
    const auto pid = find_process(operand);
    if (!pid) return std::unexpected(pid.error());
    options.pids.push_back(*pid);
  }
  auto watch = watch::Watch::start(std::move(options));
  if (!watch.ok()) return std::unexpected(Failure{watch.error().message()});
  // It goes after the terminal: a process that is attached to may take a moment to be left.
  const std::unique_ptr<top::Machine> machine = this_machine(std::move(watch).value());
  const auto terminal = top::Terminal::open(platform::terminal_of(platform::Stream::output).color);
  if (!terminal.ok()) {
    return std::unexpected(
        Failure{terminal.error().message() + "; ajar watch says line by line which processes grow"});
  }
  show(*machine, *terminal.value());
  return 0;
}

}  // namespace

std::unique_ptr<Action> make_top() {
  return std::make_unique<Top>();
}

}  // namespace ajar::cli
