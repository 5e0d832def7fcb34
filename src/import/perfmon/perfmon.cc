#include "import/perfmon/perfmon.h"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "import/perfmon/binary_log.h"
#include "import/perfmon/text_log.h"
#include "import/perfmon/trace_file.h"
#include "model/process_rows.h"

namespace ajar::import::perfmon {
namespace {

using model::Time;

class CountsWriter {
 public:
  CountsWriter(const CountsLog& log, model::World& world) : log_(log), world_(world) {}

  base::Result<Time> write(recording::Writer& writer) {
    world_.origin.way = model::Origin::kPerfmon;
    world_.origin.system = "Windows";
    world_.origin.host = log_.host;
    world_.origin.started_unix_ns = log_.moments.front().unix_ns;
    if (auto times = find_times(); !times.ok()) return std::move(times).error();
    std::vector<std::vector<model::CountSample>> samples;
    for (now_ = 0; now_ < log_.moments.size(); ++now_) samples.push_back(take(log_.moments[now_]));
    end_processes();
    for (const auto& of_moment : samples) {
      if (auto written = writer.counts(of_moment); !written.ok()) return std::move(written).error();
    }
    return times_.back();
  }

 private:
  // A process as far as a moment tells it from others.
  using Key = std::pair<std::string, std::optional<std::uint64_t>>;

  struct Known {
    model::ProcessId id;
    std::size_t last = 0;  // moment that had it
    std::optional<std::int64_t> started_unix_ns;
  };

  base::Result<void> find_times() {
    Time time{};
    Time step{};
    std::int64_t before = log_.moments.front().unix_ns;
    for (const CountedMoment& moment : log_.moments) {
      if (moment.unix_ns >= before) step = Time(moment.unix_ns - before);
      before = moment.unix_ns;
      if (time > Time::max() - step) return base::Error("the times in it make no sense");
      times_.push_back(time += step);
    }
    return {};
  }

  // Its start is told in seconds of a clock, or reckoned from one: it is never the same to the last digit.
  static bool is_same(const Known& known, const Counted& counted) {
    constexpr std::int64_t kNear = 5'000'000'000;
    if (!known.started_unix_ns || !counted.started_unix_ns) return true;
    return std::abs(*known.started_unix_ns - *counted.started_unix_ns) < kNear;
  }

  std::vector<model::CountSample> take(const CountedMoment& moment) {
    std::vector<model::CountSample> samples;
    std::map<Key, std::uint32_t> namesakes;
    for (const Counted& counted : moment.processes) {
      Key key{log_.names[counted.name], counted.pid};
      const std::uint32_t number = namesakes[key]++;
      if (number > 0) key.first += "#" + std::to_string(number);
      const auto [at, is_new] = processes_.try_emplace(key);
      Known& known = at->second;
      if (!is_new && known.last == now_) continue;  // a name that looks like one of these
      if (is_new || known.last + 1 != now_ || !is_same(known, counted)) {
        if (!is_new) end(known);
        known.id = add(key, counted);
      }
      known.last = now_;
      known.started_unix_ns = counted.started_unix_ns;
      samples.push_back({.process = known.id, .time = times_[now_], .handles = counted.handles});
    }
    return samples;
  }

  model::ProcessId add(const Key& key, const Counted& counted) {
    const model::ProcessRows rows = model::add_process(world_, counted.pid.value_or(0), key.first);
    model::Image& image = *world_.images.find(rows.image);
    world_.processes.find(rows.process)->started = times_[now_];
    world_.tables.find(rows.table)->created = times_[now_];
    image.started = times_[now_];
    if (now_ != 0) image.how = model::Image::Started::unknown;
    images_.push_back(rows.image);
    return rows.process;
  }

  // By the first moment that does not have it.
  void end(const Known& known) {
    const Time ended = times_[std::min(known.last + 1, times_.size() - 1)];
    model::Image& image = *world_.images.find(images_[known.id.value - 1]);
    world_.processes.find(known.id)->ended = ended;
    world_.tables.find(image.table)->died = ended;
    image.ended = ended;
  }

  void end_processes() {
    for (const auto& [key, known] : processes_) {
      if (known.last + 1 != times_.size()) end(known);
    }
  }

  const CountsLog& log_;
  model::World& world_;
  std::vector<Time> times_;  // of the moments
  std::size_t now_ = 0;      // the moment that is taken
  std::map<Key, Known> processes_;
  std::vector<model::ImageId> images_;  // by process
};

base::Result<Time> write(const base::Result<CountsLog>& log, model::World& world, recording::Writer& writer) {
  if (!log.ok()) return log.error();
  return CountsWriter(log.value(), world).write(writer);
}

}  // namespace

bool is_binary(std::span<const std::byte> bytes) {
  return is_trace_file(bytes);
}

bool is_text(std::span<const std::byte> bytes) {
  return is_text_log(bytes);
}

base::Result<Time> read_binary(const Input& input, model::World& world, recording::Writer& writer) {
  return write(read_binary_log(input.bytes), world, writer);
}

base::Result<Time> read_text(const Input& input, model::World& world, recording::Writer& writer) {
  return write(read_text_log(input.bytes), world, writer);
}

}  // namespace ajar::import::perfmon
