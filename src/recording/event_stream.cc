#include "recording/event_stream.h"

#include <system_error>
#include <utility>

// Either side that has to wait does so until half of the batches are there, or free: both threads are busy
// for a while then, and don't wake each other for each batch.
namespace ajar::recording {
namespace {

constexpr std::size_t kWorthAThread = 8;  // blocks

}  // namespace

EventStream::EventStream(std::span<const std::byte> bytes, std::vector<Block> blocks)
    : bytes_(bytes), blocks_(std::move(blocks)) {
  if (blocks_.size() < kWorthAThread || std::thread::hardware_concurrency() < 2) return;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    thread_ = {};  // the caller's thread does it
  }
}

EventStream::~EventStream() {
  if (!thread_.joinable()) return;
  {
    const Lock lock(mutex_);
    stop_ = true;
  }
  given_back_changed_.notify_one();
  thread_.join();
}

void EventStream::decode(Batch& batch) {
  if (!in_block_) {
    const auto payload = unpacker_.payload(bytes_, blocks_[ended_]);
    unpacked_ = payload.has_value();
    decoder_.start(payload.value_or(std::span<const std::byte>()));
  }
  decoder_.next(batch.events);
  in_block_ = !batch.events.empty();
  if (in_block_) return;
  batch.outcome = unpacked_ ? decoder_.outcome() : Outcome{.damaged = true};
  ++ended_;
}

void EventStream::work() {
  while (ended_ < blocks_.size()) {
    Batch* batch = free_batch();
    if (batch == nullptr) return;
    decode(*batch);
    give();
  }
}

EventStream::Batch* EventStream::free_batch() {
  Lock lock(mutex_);
  if (given_ - given_back_ == kBatches) {
    given_back_changed_.wait(lock, [&] { return stop_ || given_ - given_back_ <= kBatches / 2; });
  }
  return stop_ ? nullptr : &batches_[given_ % kBatches];
}

void EventStream::give() {
  bool worth_waking = false;
  {
    const Lock lock(mutex_);
    all_given_ = ended_ == blocks_.size();
    worth_waking = ++given_ - given_back_ >= kBatches / 2 || all_given_;
  }
  if (worth_waking) given_changed_.notify_one();
}

void EventStream::give_back() {
  bool worth_waking = false;
  {
    const Lock lock(mutex_);
    worth_waking = given_ - ++given_back_ <= kBatches / 2;
  }
  if (worth_waking) given_back_changed_.notify_one();
}

void EventStream::await_batch() {
  Lock lock(mutex_);
  if (given_ != given_back_) return;
  given_changed_.wait(lock, [&] { return all_given_ || given_ - given_back_ >= kBatches / 2; });
}

std::span<const model::Event> EventStream::next() {
  if (!thread_.joinable()) {
    decode(batches_.front());
  } else {
    if (std::exchange(looked_at_, true)) give_back();
    await_batch();
  }
  const Batch& batch = batches_[given_back_ % kBatches];
  if (batch.events.empty()) outcome_ = batch.outcome;
  return batch.events;
}

}  // namespace ajar::recording
