// A session of a way in that sees nothing but itself, and others' ways to treat it, for
// tools/check-windows-session:
//
//   fake_session record [FILE]    records an Event opened every 20 ms and one in two closed again, until it
//   is
//                                 told to end; prints "records PID", and at the end "whole" or "cut off"
//   fake_session call FILE WORDS…  connects to the session that listens at FILE, once for each of the WORDS:
//                                 "silent" says nothing, "half" stops in the middle of a question, "nonsense"
//                                 is none, "deaf" asks and doesn't read the answer; prints "called", then
//                                 what each is answered ("-": nothing), until its input ends
//   fake_session clock            prints the clock's smallest step, and how long waits for 8 ms take, in ns

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "capture/live_way.h"
#include "control/connection.h"
#include "control/dialogue.h"
#include "platform/known_process.h"
#include "session/live_recorder.h"
#include "session/loop.h"
#include "session/origin.h"
#include "session/session_file.h"
#include "session/signals.h"

namespace {

using namespace ajar;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class FakeWay final : public capture::LiveWay {
 public:
  explicit FakeWay(LiveWay::Progress progress, session::LiveRecorder& recorder)
      : progress_(progress), recorder_(recorder) {
    model::World& world = recorder_.world();
    add_many_processes(world);
    model::Process process;
    process.id = world.processes.next_id();
    process.pid = ::getpid();
    process.start_ticks = platform::known_process(process.pid).value().start_ticks;
    model::Table table;
    table.id = world.tables.next_id();
    model::Image image;
    image.id = world.images.next_id();
    image.how = model::Image::Started::exec;
    image.path = "C:\\shop\\shop.exe";
    image.process = world.processes.add(process);
    image.table = world.tables.add(table);
    image_ = world.images.add(image);
    model::Module module;
    module.id = world.modules.next_id();
    module.image = image_;
    module.path = image.path;
    module.begin = 0x140000000;
    module.end = module.begin + 0x10000;
    module.bias = module.begin;
    model::StackNode node;
    node.frame.module = world.modules.add(module);
    node.frame.offset = 0x1234;
    stack_ = world.stacks.add(node);
  }

  Progress poll() override {
    if (Clock::now() < next_) return progress_;
    next_ = Clock::now() + 20ms;
    last_ += 4;
    record(model::EventKind::open, last_);
    open_.push_back(last_);
    if (last_ % 8 != 0) return progress_;
    record(model::EventKind::close, last_);
    open_.pop_back();
    return progress_;
  }

  void notice_ends() override {}

  void snapshot(model::Snapshot::Taken taken) override {
    model::Snapshot snapshot;
    snapshot.table = model::TableId{1};
    snapshot.image = image_;
    snapshot.taken = taken;
    snapshot.begin = snapshot.end = recorder_.now();
    for (const std::uint64_t value : open_)
      snapshot.handles.push_back({.value = value, .type = "Event", .name = {}, .facts = {}});
    recorder_.snapshot(snapshot);
  }

  void ended(std::int64_t /*pid*/, std::optional<int> /*status*/, std::optional<int> /*signal*/) override {}
  [[nodiscard]] bool settled() const override { return false; }
  void finish() override { snapshot(model::Snapshot::Taken::at_exit); }

 private:
  // Long gone, so that what the session has to say of itself is more than a pipe holds.
  static void add_many_processes(model::World& world) {
    constexpr std::int64_t kMany = 5000;
    for (std::int64_t i = 0; i < kMany; ++i) {
      model::Process process;
      process.id = world.processes.next_id();
      process.pid = 1'000'000 + 4 * i;
      process.start_ticks = 1'700'000'000;
      process.ended = model::Time(0);
      world.processes.add(process);
    }
  }

  void record(model::EventKind kind, std::uint64_t handle) {
    model::Event event;
    event.kind = kind;
    event.table = model::TableId{1};
    event.image = image_;
    event.time = recorder_.now();
    event.handle = handle;
    event.stack = stack_;
    event.call = recorder_.intern(kind == model::EventKind::open ? "NtCreateEvent" : "NtClose");
    event.type = recorder_.intern("Event");
    recorder_.event(event);
  }

  Progress progress_;
  session::LiveRecorder& recorder_;
  model::ImageId image_;
  model::StackId stack_;
  Clock::time_point next_{};
  std::uint64_t last_ = 0x100;
  std::vector<std::uint64_t> open_;
};

int record(const std::string& path) {
  session::SessionFile file(path, "shop.exe");
  auto sink = file.create();
  if (!sink.ok()) {
    std::cerr << sink.error().message() << '\n';
    return 2;
  }
  model::Origin origin = session::describe_recorder();
  origin.way = "fake";
  origin.command = {"shop.exe"};
  session::LiveRecorder recorder(std::move(sink).value(), std::move(origin), {});
  session::Signals signals;
  FakeWay way({.records = 1, .fullest_percent = 0}, recorder);
  file.name_after(::getpid());
  const session::Listener listener{[](const report::Report&, bool) {},
                                   [](const std::string& words) { std::cerr << words << std::endl; }};
  session::Loop loop(way, recorder, signals, listener, file.path(), session::Reception::Ends::when_asked);
  std::cout << "records " << ::getpid() << std::endl;
  bool over = false;
  while (!over) loop.turn([&](const session::Signal&) { over = true; });
  loop.finish();
  recorder.finish();
  std::cout << (recorder.stopped_short() ? "cut off" : "whole") << std::endl;
  return 0;
}

std::string question_of(const std::string& word) {
  const std::string question = control::encoded(control::to_message(control::Question{}));
  if (word == "silent") return {};
  if (word == "half") return question.substr(0, question.size() / 2);
  return word == "nonsense" ? "GET / HTTP/1.1\r\n\r\n" : question;
}

int call(const std::string& path, std::span<const std::string> words) {
  std::vector<control::Connection> connections;
  for (const std::string& word : words) {
    auto connected = control::connect_to(path);
    for (int i = 0; !connected && i < 400; ++i) {
      std::this_thread::sleep_for(5ms);
      connected = control::connect_to(path);
    }
    if (!connected) {
      std::cerr << connected.error().error.message() << '\n';
      return 2;
    }
    std::string question = question_of(word);
    static_cast<void>(connected->send(question));
    connections.push_back(std::move(*connected));
  }
  std::cout << "called" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string answer;
    const auto until = Clock::now() + 500ms;
    while (words[i] != "deaf" &&
           connections[i].receive(answer, control::kMaxMessage) == control::Transfer::none_now) {
      if (!connections[i].wait_to_receive(until)) break;
    }
    const auto message = control::parse_message(std::as_bytes(std::span(answer)));
    const bool is_one = message.ok() && message.value();
    std::cout << (is_one ? std::string(message.value()->field("error")) : "-") << std::endl;
  }
  return 0;
}

int measure_time() {
  std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t before = base::monotonic_ns();
    std::uint64_t after = before;
    while (after == before) after = base::monotonic_ns();
    smallest = std::min(smallest, after - before);
  }
  session::Signals signals;
  constexpr int kWaits = 100;
  std::vector<std::uint64_t> waits;
  for (int i = 0; i < kWaits; ++i) {
    const std::uint64_t before = base::monotonic_ns();
    static_cast<void>(signals.wait(8ms));
    waits.push_back(base::monotonic_ns() - before);
  }
  std::ranges::sort(waits);
  std::cout << smallest << ' ' << waits[kWaits / 2] << std::endl;
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  const std::string what = arguments.empty() ? "" : arguments[0];
  if (what == "record") return record(arguments.size() > 1 ? arguments[1] : "");
  if (what == "call" && arguments.size() > 2) return call(arguments[1], std::span(arguments).subspan(2));
  if (what == "clock") return measure_time();
  std::cerr << "fake_session record [FILE] | call FILE WORDS… | clock\n";
  return 2;
}
