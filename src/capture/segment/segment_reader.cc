#include "capture/segment/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "capture/segment/record_bytes.h"

namespace ajar::capture::segment {
SegmentReader::SegmentReader(ring::Consumer consumer, const SegmentReader* parent, Recorder& recorder,
                             CounterClock& counter)
    : consumer_(std::move(consumer)),
      recorder_(recorder),
      counter_(counter),
      counts_time_(consumer_.header().clock == AJAR_CLOCK_COUNTER),
      key_(consumer_.header().key) {
  stacks_.resize(1);
  if (parent != nullptr) {
    stacks_ = parent->stacks_;
    managed_.inherit(parent->managed_);
  }
  // What the parent recorded but nobody has read of it yet stays unknown here.
  stacks_.resize(std::size_t{1} + std::min<std::uint32_t>(consumer_.node_base(), 1U << 20U));
}

// What came meanwhile is read too, but whoever writes as fast as this reads must not hold it up for ever.
std::size_t SegmentReader::read(bool writer_gone) {
  constexpr std::size_t kMany = 1024;
  std::erase_if(mapped_, [&](model::ModuleId id) { return is_gone(id); });
  std::size_t count = 0;
  std::size_t before = 0;
  do {
    before = count;
    if (writer_gone) {
      counter_.look();
      consumer_.look_at_the_last();
    } else {
      consumer_.look(counts_time_ ? counter_.look() : base::monotonic_ns());
    }
    if (count == 0) fill_percent_ = consumer_.fill_percent();
    count += read_what_was_found();
  } while (count - before >= kMany && count < consumer_.capacity());
  report_loss();
  return count;
}

std::size_t SegmentReader::read_what_was_found() {
  constexpr std::size_t kReleaseEvery = 256;
  std::size_t count = 0;
  while (const ajar_record* record = consumer_.next()) {
    decode(*record);
    if (++count % kReleaseEvery == 0) consumer_.release();
  }
  consumer_.release();
  return count;
}

void SegmentReader::report_loss() {
  const std::uint64_t lost = consumer_.lost();
  if (lost <= lost_reported_) return;
  recorder_.loss({.image = identity_.image, .time = recorder_.now(), .events = lost - lost_reported_});
  lost_reported_ = lost;
}

void SegmentReader::decode(const ajar_record& record) {
  switch (record.kind) {
    case AJAR_RECORD_EVENT:
      return decode_event(record);
    case AJAR_RECORD_MODULE:
      return decode_module(record);
    case AJAR_RECORD_MODULE_GONE:
      return decode_module_gone(record);
    case AJAR_RECORD_PLACE:
      return decode_place(record);
    case AJAR_RECORD_THREAD:
      return decode_thread(record);
    case AJAR_RECORD_IMAGE:
      return decode_image(record);
    default:
      decode_other(record);
  }
}

model::Time SegmentReader::time_of(std::uint64_t time) const {
  return recorder_.time_of(ns_of(time));
}

void SegmentReader::decode_thread(const ajar_record& record) {
  const auto [whole, thread, rest] = parse<ajar_thread>(record);
  if (!whole) return;
  const auto* end = static_cast<const char*>(std::memchr(thread.name, 0, sizeof(thread.name)));
  const std::string_view name(
      thread.name, end == nullptr ? sizeof(thread.name) : static_cast<std::size_t>(end - thread.name));
  model::World& world = recorder_.world();
  const model::ThreadId id = world.threads.next_id();
  world.threads.add({.id = id, .process = identity_.process, .tid = thread.tid, .name = std::string(name)});
  recent_threads_[thread.tid % recent_threads_.size()] = {};
  decoded_.clear();
  threads_[thread.tid] = id;  // a number that was given again names the new thread from here on
}

model::ThreadId SegmentReader::thread_of(std::uint32_t tid) {
  RecentThread& recent = recent_threads_[tid % recent_threads_.size()];
  if (recent.id.none() || recent.tid != tid) recent = {tid, find_thread(tid)};
  return recent.id;
}

model::ThreadId SegmentReader::find_thread(std::uint32_t tid) {
  const auto known = threads_.find(tid);
  if (known != threads_.end()) return known->second;
  model::World& world = recorder_.world();
  const model::ThreadId id = world.threads.next_id();
  world.threads.add({.id = id, .process = identity_.process, .tid = tid, .name = {}});
  threads_.emplace(tid, id);
  return id;
}

void SegmentReader::decode_image(const ajar_record& record) {
  auto [whole, fixed, rest] = parse<ajar_image>(record);
  model::Image* image = recorder_.world().images.find(identity_.image);
  if (!whole || image == nullptr) return;
  image->path = take(rest, fixed.path_length);
  image->command.clear();
  std::string_view command = take(rest, fixed.command_length);
  while (!command.empty()) {
    const std::size_t end = std::min(command.find('\0'), command.size());
    image->command.emplace_back(command.substr(0, end));
    command.remove_prefix(std::min(end + 1, command.size()));
  }
  recorder_.changed(identity_.image);
}

void SegmentReader::decode_module(const ajar_record& record) {
  auto [whole, fixed, rest] = parse<ajar_module>(record);
  if (!whole) return;
  model::World& world = recorder_.world();
  const model::ModuleId id = world.modules.next_id();
  model::Module module;
  module.id = id;
  module.image = identity_.image;
  module.path = take(rest, fixed.path_length);
  module.build_id = module_identity(fixed, module.path);
  module.bias = fixed.bias;
  module.begin = fixed.begin;
  module.end = fixed.end;
  module.loaded = time_of(fixed.record.time);
  world.modules.add(std::move(module));
  modules_[fixed.generation] = id;
  mapped_.push_back(id);
}

// Stays among those that are mapped for now: events of the time before may still come.
void SegmentReader::decode_module_gone(const ajar_record& record) {
  const auto [whole, fixed, rest] = parse<ajar_module_gone>(record);
  const auto known = modules_.find(fixed.generation);
  if (known == modules_.end()) return;
  model::Module* module = recorder_.world().modules.find(known->second);
  if (module == nullptr) return;
  module->unloaded = time_of(fixed.record.time);
  recorder_.changed(known->second);
}

}  // namespace ajar::capture::segment
