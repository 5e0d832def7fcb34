#include "session/naming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "platform/own_executable.h"

namespace ajar::session {
namespace {

using symbolize::Question;
using testing::SizeIs;

Question about(const std::string& path, std::vector<std::uint64_t> addresses = {0x10}) {
  Question question;
  question.module.path = path;
  question.addresses = std::move(addresses);
  return question;
}

// This program: it has debug information.
Question about_self() {
  const std::string self = platform::own_executable().value();
  const symbolize::ElfPointer elf = symbolize::open_elf(self).value();
  Question question = about(self, {elf->elf.header().entry});
  question.module.build_id = elf->elf.build_id();
  return question;
}

void wait_for(Naming& naming) {
  while (!naming.done()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Naming, AnswersFirstQuicklyAndThenWithLines) {
  Naming naming;
  naming.ask({about_self()});
  wait_for(naming);
  EXPECT_TRUE(naming.done());
  EXPECT_THAT(naming.take(), SizeIs(2));
  EXPECT_THAT(naming.take(), SizeIs(0));
}

// While the thread is held up by one file, whoever asks goes on.
TEST(Naming, NobodyWaitsForAnAnswer) {
  std::promise<void> opened;
  std::shared_future<void> go_on = opened.get_future().share();
  Naming naming({.find = [go_on](const Question& question) {
    go_on.wait();
    return symbolize::find_module_file(question.module, {}, {});
  }});
  naming.ask({about("/nowhere/a"), about("/nowhere/b")});
  naming.hold({about("/nowhere/c")});
  EXPECT_FALSE(naming.done());
  EXPECT_THAT(naming.take(), SizeIs(0));
  opened.set_value();
  wait_for(naming);
  EXPECT_THAT(naming.take(), SizeIs(2));
}

TEST(Naming, OpensFilesBeforeItAnswers) {
  std::promise<void> opened;
  std::shared_future<void> go_on = opened.get_future().share();
  std::mutex mutex;
  std::vector<std::string> order;
  Naming naming({.find = [&, go_on](const Question& question) {
    go_on.wait();
    const std::scoped_lock lock(mutex);
    order.push_back(question.module.path);
    return symbolize::find_module_file(question.module, {}, {});
  }});
  naming.ask({about("/nowhere/first"), about("/nowhere/second")});
  naming.hold({about("/nowhere/held")});
  opened.set_value();
  wait_for(naming);
  const auto held = std::ranges::find(order, "/nowhere/held");
  const auto second = std::ranges::find(order, "/nowhere/second");
  EXPECT_LT(held, second);
  EXPECT_NE(second, order.end());
}

TEST(Naming, MayEndWhileThereIsMuchToDo) {
  Naming naming;
  for (int i = 0; i < 1000; ++i) naming.ask({about("/nowhere/" + std::to_string(i))});
}

}  // namespace
}  // namespace ajar::session
