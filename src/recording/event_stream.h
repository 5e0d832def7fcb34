#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "recording/event_codec.h"
#include "recording/unpacker.h"

namespace ajar::recording {

// The events of one block after the other. Where there are many blocks, they are unpacked and decoded on a
// thread of the stream's own, a little ahead of whoever looks at them. Memory: 3 MiB, and what one
// block unpacks to.
class EventStream {
 public:
  // Blocks of events of the recording that `bytes` are, which have to stay as long as the stream.
  EventStream(std::span<const std::byte> bytes, std::vector<Block> blocks);
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream();

  // The next events of the first block that has not been read to its end; none at its end, after which those
  // of the next block come. They stay until the next call. Not to be called when all blocks have ended.
  std::span<const model::Event> next();

  // Of the block whose end was reached last.
  [[nodiscard]] Outcome outcome() const { return outcome_; }

 private:
  using Lock = std::unique_lock<std::mutex>;

  // Events of one block. Without events: its end, and its outcome.
  struct Batch {
    std::vector<model::Event> events;
    Outcome outcome;
  };
  static constexpr std::size_t kBatches = 64;  // with fewer, the threads wake each other too often

  void decode(Batch& batch);
  void work();
  // The place for the next batch; nullptr where nobody will look at it.
  Batch* free_batch();
  void give();
  void give_back();
  void await_batch();

  std::span<const std::byte> bytes_;
  std::vector<Block> blocks_;
  std::array<Batch, kBatches> batches_;
  Outcome outcome_;
  bool looked_at_ = false;  // the batch at given_back_

  // The thread's, where there is one.
  Unpacker unpacker_;
  EventDecoder decoder_;
  std::size_t ended_ = 0;  // blocks
  bool in_block_ = false, unpacked_ = false;

  std::mutex mutex_;  // of what follows
  std::condition_variable given_changed_, given_back_changed_;
  std::size_t given_ = 0, given_back_ = 0;  // batches so far
  bool all_given_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace ajar::recording
