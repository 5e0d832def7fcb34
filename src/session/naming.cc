#include "session/naming.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "platform/background_thread.h"

namespace ajar::session {
namespace {

using symbolize::Answer;
using symbolize::Question;
using Depth = symbolize::Symbolizer::Depth;

constexpr std::chrono::seconds kRest{
    10};  // without questions, after which what can be made anew is given back

// So that more is looked up at a time.
void add_to(std::map<std::string, Question>& lines, Question question) {
  const std::string identity = question.module.identity();
  const auto known = lines.find(identity);
  if (known == lines.end()) {
    lines.emplace(identity, std::move(question));
    return;
  }
  std::vector<std::uint64_t> both;
  std::ranges::set_union(known->second.addresses, question.addresses, std::back_inserter(both));
  question.addresses = std::move(both);
  known->second = std::move(question);
}

}  // namespace

Naming::Naming(symbolize::SymbolizerOptions options) : symbolizer_(std::move(options)) {}

Naming::~Naming() {
  {
    const Lock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Naming::start() {
  if (!thread_.joinable()) thread_ = platform::start_background_thread([this] { work(); });
  changed_.notify_all();
}

void Naming::hold(std::vector<Question> questions) {
  if (questions.empty()) return;
  {
    const Lock lock(mutex_);
    std::ranges::move(questions, std::back_inserter(holds_));
  }
  start();
}

void Naming::ask(std::vector<Question> questions) {
  if (questions.empty()) return;
  {
    const Lock lock(mutex_);
    std::ranges::move(questions, std::back_inserter(functions_));
  }
  start();
}

std::vector<Answer> Naming::take() {
  const Lock lock(mutex_);
  return std::exchange(answers_, {});
}

bool Naming::nothing_to_do() const {
  return holds_.empty() && functions_.empty() && lines_.empty();
}

// Files that are only held don't count: nobody asked anything of them.
bool Naming::all_answered() const {
  return functions_.empty() && lines_.empty() && !answering_;
}

bool Naming::done() {
  const Lock lock(mutex_);
  return all_answered();
}

bool Naming::done_within(std::chrono::milliseconds time) {
  Lock lock(mutex_);
  return answered_.wait_for(lock, time, [this] { return all_answered(); });
}

void Naming::work() {
  Lock lock(mutex_);
  bool rested = true;
  while (!stop_) {
    if (one_step(lock)) {
      rested = false;
      continue;
    }
    const auto woken = [this] { return stop_ || !nothing_to_do(); };
    if (rested) {
      changed_.wait(lock, woken);
    } else if (!changed_.wait_for(lock, kRest, woken)) {
      symbolizer_.rest();
      rested = true;
    }
  }
}

// The most urgent thing; false where there is nothing to do.
bool Naming::one_step(Lock& lock) {
  const bool holds = !holds_.empty();
  const Depth depth = functions_.empty() ? Depth::lines : Depth::functions;
  if (nothing_to_do()) return false;
  Question question;
  if (holds || depth == Depth::functions) {
    std::deque<Question>& from = holds ? holds_ : functions_;
    question = std::move(from.front());
    from.pop_front();
  } else {
    question = std::move(lines_.extract(lines_.begin()).mapped());
  }
  answering_ = !holds;
  lock.unlock();
  if (holds) {
    symbolizer_.hold(question);
    lock.lock();
  } else {
    Answer answer = symbolizer_.answer(question, depth);
    const bool has_lines = answer.note.found == symbolize::ModuleNote::Found::lines;
    lock.lock();
    answers_.push_back(std::move(answer));
    if (depth == Depth::functions && has_lines) add_to(lines_, std::move(question));
  }
  answering_ = false;
  if (all_answered()) answered_.notify_all();
  return true;
}

}  // namespace ajar::session
