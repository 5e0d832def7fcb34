#include "recording/random_session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "recording/reader.h"

namespace ajar::recording {

void Listener::on_events(const model::World& /*world*/, std::span<const model::Event> events) {
  moments.insert(moments.end(), events.begin(), events.end());
}
void Listener::on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) {
  moments.emplace_back(snapshot);
}
void Listener::on_loss(const model::World& /*world*/, const model::Loss& loss) {
  moments.emplace_back(loss);
}

void Listener::on_counts(const model::World& /*world*/, std::span<const model::CountSample> samples) {
  moments.insert(moments.end(), samples.begin(), samples.end());
}

void Listener::on_system_log(const model::World& /*world*/, const model::SystemLog& log) {
  moments.emplace_back(log);
}

std::vector<model::Event> Listener::events() const {
  std::vector<model::Event> events;
  for (const Moment& moment : moments) {
    if (const auto* event = std::get_if<model::Event>(&moment)) events.push_back(*event);
  }
  return events;
}

Told read_all(std::span<const std::byte> bytes) {
  auto opened = Reader::open(bytes);
  if (!opened.ok()) {
    ADD_FAILURE() << opened.error().message();
    return {};
  }
  Reader& reader = *opened.value();
  Listener listener;
  model::Cursor cursor;
  reader.read(cursor, listener);
  return {.moments = std::move(listener.moments),
          .world = reader.world(),
          .damage = reader.damage(),
          .end = reader.end(),
          .ended = reader.ended()};
}

void follow(const model::Event& event, OpenEvents& open) {
  using Kind = model::EventKind;
  if (event.kind == Kind::close) open.erase({event.table, event.handle});
  if (event.kind == Kind::close_range) {
    std::erase_if(open, [&](const auto& entry) {
      const auto& [table, handle] = entry.first;
      return table == event.table && handle >= event.handle && handle <= event.other;
    });
  }
  const bool opens = event.kind == Kind::open || event.kind == Kind::duplicate || event.kind == Kind::inherit;
  if (opens) open[{event.table, event.handle}] = event;
}

std::vector<Block> blocks_of(std::span<const std::byte> bytes) {
  BlockScanner scanner;
  std::vector<Block> blocks;
  while (const auto block = scanner.next(bytes, File::whole)) blocks.push_back(*block);
  EXPECT_EQ(scanner.damage(), model::Damage{});
  return blocks;
}

bool ends_whole(const std::vector<Block>& blocks, std::size_t bytes) {
  return bytes == kFileHeaderSize ||
         std::ranges::any_of(blocks, [&](const Block& block) { return block.end() == bytes; });
}

void expect_same_world(const model::World& read, const model::World& written) {
  const auto same = [](const auto& a, const auto& b) { return std::ranges::equal(a, b); };
  EXPECT_EQ(read.origin, written.origin);
  EXPECT_TRUE(same(read.processes, written.processes));
  EXPECT_TRUE(same(read.images, written.images));
  EXPECT_TRUE(same(read.tables, written.tables));
  EXPECT_TRUE(same(read.threads, written.threads));
  EXPECT_TRUE(same(read.modules, written.modules));
  EXPECT_TRUE(same(read.stacks, written.stacks));
  EXPECT_TRUE(same(read.strings, written.strings));
  EXPECT_TRUE(same(read.marks, written.marks));
  EXPECT_EQ(read.symbols, written.symbols);
}

RandomSession::RandomSession(std::uint64_t seed, Sink& sink, Writer::Options options)
    : random_(seed), writer_(world_, sink, options) {
  world_.origin = {.recorded_by = text(),
                   .way = text(),
                   .system = text(),
                   .host = text(),
                   .command = {text(), "", text()},
                   .started_unix_ns = static_cast<std::int64_t>(number()),
                   .notes = number() % 2 == 0 ? std::vector<std::string>() : std::vector{text(), text()}};
}

void RandomSession::expect_ok(const base::Result<void>& result) {
  EXPECT_TRUE(result.ok()) << result.error().message();
}

// Of any size, the largest there is among them.
std::uint64_t RandomSession::number() {
  return chance(8) ? ~std::uint64_t{0} : random_() >> below(64);
}

std::string RandomSession::text() {
  std::string text(chance(300) ? below(5'000) : below(20), ' ');
  for (char& c : text) c = static_cast<char>(random_());
  return text;
}

// Nearly in order, now and then far from it.
model::Time RandomSession::later() {
  if (chance(500)) return model::Time(static_cast<std::int64_t>(number()));
  time_ += model::Time(below(500'000));
  return time_ - model::Time(below(1'000));
}

template <typename RowId, typename Row>
RowId RandomSession::any(const model::Rows<Row, RowId>& rows) {
  return RowId{static_cast<std::uint32_t>(below(rows.size() + 1))};
}

void RandomSession::add_process() {
  const auto some = [&](std::int32_t value) { return chance(4) ? std::optional(value) : std::nullopt; };
  world_.tables.add(
      {.id = world_.tables.next_id(), .copied_from = any(world_.tables), .created = later(), .died = {}});
  world_.processes.add({.id = world_.processes.next_id(),
                        .pid = static_cast<std::int64_t>(number()),
                        .start_ticks = number(),
                        .parent_pid = static_cast<std::int64_t>(below(70'000)),
                        .started = later(),
                        .ended = {},
                        .exit_status = some(-1),
                        .killed_by_signal = some(9),
                        .not_traced = chance(3) ? text() : ""});
  world_.images.add({.id = world_.images.next_id(),
                     .process = any(world_.processes),
                     .table = any(world_.tables),
                     .how = static_cast<model::Image::Started>(below(4)),
                     .path = text(),
                     .command = {text(), text()},
                     .started = later(),
                     .ended = {}});
}

void RandomSession::add_code() {
  world_.threads.add({.id = world_.threads.next_id(),
                      .process = any(world_.processes),
                      .tid = static_cast<std::int64_t>(number()),
                      .name = text()});
  world_.modules.add({.id = world_.modules.next_id(),
                      .image = any(world_.images),
                      .path = text(),
                      .build_id = chance(2) ? text() : "",
                      .bias = number(),
                      .begin = number(),
                      .end = number(),
                      .loaded = later(),
                      .unloaded = {},
                      .package = text(),
                      .version = text()});
}

void RandomSession::add_stack() {
  model::Frame frame{.kind = static_cast<model::FrameKind>(1 + below(3)),
                     .marker = static_cast<model::Marker>(below(4)),
                     .after_call = chance(2),
                     .module = any(world_.modules),
                     .offset = number(),
                     .function = {},
                     .file = {},
                     .line = 0};
  if (frame.kind == model::FrameKind::managed) {
    frame.function = any(world_.strings);
    frame.file = any(world_.strings);
    frame.line = static_cast<std::uint32_t>(number());
  }
  world_.stacks.add({.callee = any(world_.stacks), .frame = frame});
}

void RandomSession::add_rows() {
  if (chance(8)) add_process();
  if (chance(4)) add_code();
  if (chance(2)) world_.strings.add(text());
  add_stack();
}

void RandomSession::end_something() {
  if (auto* row = world_.processes.find(any(world_.processes))) {
    row->ended = later();
    expect_ok(writer_.changed(row->id));
  }
  if (auto* row = world_.images.find(any(world_.images)); row != nullptr && chance(3)) {
    row->ended = later();
    expect_ok(writer_.changed(row->id));
  }
  if (auto* row = world_.tables.find(any(world_.tables)); row != nullptr && chance(3)) {
    row->died = later();
    expect_ok(writer_.changed(row->id));
    std::erase_if(open_, [&](const auto& entry) { return entry.first.first == row->id; });
  }
  if (auto* row = world_.threads.find(any(world_.threads))) {
    row->name = text();
    expect_ok(writer_.changed(row->id));
  }
  if (auto* row = world_.modules.find(any(world_.modules))) {
    row->unloaded = later();
    expect_ok(writer_.changed(row->id));
  }
}

void RandomSession::happen() {
  model::Event event{.kind = static_cast<model::EventKind>(1 + below(8)),
                     .implied = chance(10),
                     .table = any(world_.tables),
                     .image = any(world_.images),
                     .thread = any(world_.threads),
                     .time = later(),
                     .handle = chance(4) ? number() : below(50),
                     .other = chance(4) ? number() : 0,
                     .stack = any(world_.stacks),
                     .call = any(world_.strings),
                     .type = any(world_.strings),
                     .text = any(world_.strings),
                     .error = chance(5) ? static_cast<std::int32_t>(number()) : 0,
                     .flags = static_cast<std::uint32_t>(number())};
  const auto* table = world_.tables.find(event.table);
  if (table != nullptr && table->died) return;
  follow(event, open_);
  moments_.emplace_back(event);
  expect_ok(writer_.event(event));
}

void RandomSession::take_snapshot() {
  model::Snapshot snapshot{.table = any(world_.tables),
                           .image = any(world_.images),
                           .taken = static_cast<model::Snapshot::Taken>(2 + below(3)),
                           .begin = later(),
                           .end = later(),
                           .complete = chance(2),
                           .handles = {}};
  if (chance(2)) snapshot.soft_limit = number();
  if (chance(2)) snapshot.hard_limit = number();
  std::uint64_t value = 0;
  const std::uint64_t count = chance(20) ? 5'000 : below(20);
  for (std::uint64_t i = 0; i < count; ++i) {
    model::Handle handle{.value = value += number() >> 32U, .type = text(), .name = text(), .facts = {}};
    for (std::uint64_t fact = below(4); fact > 0; --fact) {
      model::Fact& added = handle.facts.emplace_back();
      added.key = static_cast<model::FactKey>(number() >> 48U);
      if (chance(2)) added.text = text();
      if (!added.text) added.number = number();
    }
    snapshot.handles.push_back(std::move(handle));
  }
  if (chance(4)) snapshot.counts.push_back({.type = text(), .count = number()});
  for (std::uint64_t i = chance(4) ? below(4) : 0; i > 0; --i)
    snapshot.shared.push_back({.other = any(world_.processes), .type = text(), .count = number()});
  expect_ok(writer_.snapshot(snapshot));
  moments_.emplace_back(std::move(snapshot));
}

void RandomSession::lose() {
  const model::Loss loss{
      .image = any(world_.images), .time = later(), .events = number(), .at_least = number() % 2 == 1};
  moments_.emplace_back(loss);
  expect_ok(writer_.loss(loss));
}

void RandomSession::count() {
  std::vector<model::CountSample> samples(below(chance(20) ? 9'000 : 40));
  for (model::CountSample& sample : samples)
    sample = {.process = any(world_.processes), .time = later(), .handles = number()};
  moments_.insert(moments_.end(), samples.begin(), samples.end());
  expect_ok(writer_.counts(samples));
}

// Fits into one block, so that it is told as it was written.
void RandomSession::look_at_log() {
  model::SystemLog log{.channel = text(),
                       .host = text(),
                       .looked_at = number(),
                       .not_read = number(),
                       .cut_off = chance(2),
                       .from = later(),
                       .until = later()};
  for (std::uint64_t events = below(6); events > 0; --events) {
    log.events.push_back(
        {.time = later(), .source = text(), .id = static_cast<std::uint32_t>(number()), .text = text()});
  }
  expect_ok(writer_.system_log(log));
  moments_.emplace_back(std::move(log));
}

void RandomSession::find_symbols() {
  const auto* module = world_.modules.find(any(world_.modules));
  if (module == nullptr) return;
  model::ModuleSymbols& symbols = world_.symbols[module->identity()];
  for (std::uint64_t i = below(30) + 1; i > 0; --i) {
    model::SymbolChain& chain = symbols[number()];
    if (!chain.empty()) continue;
    for (std::uint64_t links = below(3) + 1; links > 0; --links) {
      chain.push_back({.match = static_cast<model::SymbolMatch>(below(3)),
                       .inlined = chance(2),
                       .function = text(),
                       .displacement = number(),
                       .file = text(),
                       .line = static_cast<std::uint32_t>(number())});
    }
  }
  expect_ok(writer_.symbols(module->identity()));
}

void RandomSession::mark() {
  const model::MarkId id = world_.marks.next_id();
  expect_ok(writer_.marked(world_.marks.add({.id = id, .label = text(), .time = later()})));
}

void RandomSession::step() {
  const std::uint64_t what = below(100);
  if (what < 20) return add_rows();
  if (what < 23) return end_something();
  if (what < 25) return take_snapshot();
  if (what < 27) return lose();
  if (what < 29) return find_symbols();
  if (what < 31) return expect_ok(writer_.flush());
  if (what < 35) return expect_ok(writer_.flush_if_due(time_));
  if (what < 36) return mark();
  if (what < 38) return count();
  if (what < 39) return look_at_log();
  happen();
}

}  // namespace ajar::recording
