#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/result.h"

namespace ajar::capture::ptrace {

// Records on their way from the tracer to ajar, in memory that both processes have: made before the one
// forks the other. One process writes, one reads, one thread each. What was written stays when the writer
// dies; the writer goes on, and counts for nobody, when the reader does.
class RecordRing {
 public:
  // `bytes`: a power of two, at least a page.
  static base::Result<RecordRing> make(std::size_t bytes);
  RecordRing(RecordRing&& other) noexcept;
  RecordRing& operator=(RecordRing&&) = delete;
  ~RecordRing();

  // To write: a place for a record of at most so many bytes, in one piece. nullptr where there is none, also
  // after some waiting: then the record is lost, and counted. It begins with its size (ajar_call::size).
  std::byte* reserve(std::size_t most);
  // The record that was reserved last is written. `bytes`: a multiple of 8.
  void commit(std::size_t bytes);

  // To read: calls `taken` with each record that is there.
  struct Read {
    std::size_t records = 0;
    std::uint32_t fill_percent = 0;  // before
  };
  Read read(const std::function<void(std::span<const std::byte>)>& taken);

  // Records that had no room, since the start.
  [[nodiscard]] std::uint64_t lost() const;

  // Nobody will read any more: what is written from then on goes nowhere. Either side may say it.
  void abandon();
  [[nodiscard]] bool abandoned() const;

 private:
  struct Shared;

  RecordRing(Shared* shared, std::byte* bytes, std::size_t size)
      : shared_(shared), bytes_(bytes), size_(size) {}
  [[nodiscard]] bool has_room(std::size_t bytes) const;
  bool wait_for_room(std::size_t bytes);

  Shared* shared_;
  std::byte* bytes_;  // mapped twice in a row, so that no record is ever in two pieces
  std::size_t size_;
  bool starved_ = false;  // the last record had no room
};

}  // namespace ajar::capture::ptrace
