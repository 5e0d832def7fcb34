#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/source.h"
#include "recording/block_scanner.h"
#include "recording/writer.h"

namespace ajar::recording {

using Moment = std::variant<model::Event, model::Snapshot, model::Loss, model::CountSample, model::SystemLog>;

// Hears what a source tells.
class Listener : public model::Observer {
 public:
  void on_events(const model::World& world, std::span<const model::Event> events) override;
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override;
  void on_loss(const model::World& world, const model::Loss& loss) override;
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override;
  void on_system_log(const model::World& world, const model::SystemLog& log) override;

  [[nodiscard]] std::vector<model::Event> events() const;

  std::vector<Moment> moments;
};

// What a reader of whole files makes of the bytes.
struct Told {
  std::vector<Moment> moments;
  model::World world;
  model::Damage damage;
  model::Time end{};
  bool ended = false;
};
Told read_all(std::span<const std::byte> bytes);

// Where a recording's blocks stand, in a recording without damage.
std::vector<Block> blocks_of(std::span<const std::byte> bytes);

// Whether a file of so many bytes of it ends with a whole block, or the file header.
bool ends_whole(const std::vector<Block>& blocks, std::size_t bytes);

// Expects every row of the two worlds to be the same.
void expect_same_world(const model::World& read, const model::World& written);

// Open handles, with the event that made each so.
using OpenEvents = std::map<std::pair<model::TableId, std::uint64_t>, model::Event>;
void follow(const model::Event& event, OpenEvents& open);

// A session in which anything may happen that the model can say, the same for the same seed.
class RandomSession {
 public:
  RandomSession(std::uint64_t seed, Sink& sink, Writer::Options options);

  // Any of: new rows, rows that say more, events, a snapshot, a loss, counts, a system log, symbols, a flush,
  // a mark.
  void step();
  void finish() { expect_ok(writer_.finish(time_)); }

  [[nodiscard]] const model::World& world() const { return world_; }
  [[nodiscard]] const std::vector<Moment>& moments() const { return moments_; }

  [[nodiscard]] const OpenEvents& open() const { return open_; }

 private:
  static void expect_ok(const base::Result<void>& result);

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::uint64_t number();
  std::string text();
  model::Time later();
  template <typename RowId, typename Row>
  RowId any(const model::Rows<Row, RowId>& rows);

  void add_rows();
  void add_process();
  void add_code();
  void add_stack();
  void end_something();
  void happen();
  void take_snapshot();
  void lose();
  void count();
  void look_at_log();
  void find_symbols();
  void mark();

  std::mt19937_64 random_;
  model::World world_;
  Writer writer_;
  model::Time time_{};
  std::vector<Moment> moments_;
  OpenEvents open_;
};

}  // namespace ajar::recording
