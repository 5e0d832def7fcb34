#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/event.h"
#include "recording/counted_record.h"

// The payload of an events block, which decodes on its own: each Who and What comes in full where it is first
// used, and is a small number from then on. An event is: who, what, nanoseconds since the event before, and
// one number for each bit of the What's shape. So one whose stack is known takes some ten bytes.
namespace ajar::recording {

class EventEncoder {
 public:
  // Events with the same `likeness` must be alike but for their time: the caller numbers them 1, 2, 3 …, 0 is
  // none. One that is like an earlier one of the block is written without looking at it.
  void add(const model::Event& event, std::uint32_t likeness = 0);

  // Whether the block has an event of that likeness, and will write the next one so.
  [[nodiscard]] bool knows(std::uint32_t likeness) const {
    return likeness < alike_.size() && alike_[likeness].block == block_;
  }

  // From now on the numbers mean other events.
  void forget_likenesses() { alike_.clear(); }

  [[nodiscard]] bool empty() const { return out_.empty(); }
  [[nodiscard]] std::span<const std::byte> payload() const { return out_.bytes(); }
  void clear();

 private:
  template <typename Key>
  struct Numbers {
    struct Hash {
      std::size_t operator()(const Key& key) const;
    };
    struct Recent {
      Key key;
      std::uint64_t number = 0;  // 0: none yet
    };
    std::unordered_map<Key, std::uint64_t, Hash> known;
    // The two that were used last: most programs open and close by turns, and a comparison is cheaper than a
    // hash.
    std::array<Recent, 2> recent{};
  };

  // The bytes of events that are alike: what stands before the time, and what after it.
  struct Alike {
    std::uint32_t block = 0;  // in which the bytes mean this; 0: in none
    std::uint8_t before = 0, after = 0;
    std::array<std::byte, 8> before_time{};
    std::array<std::byte, 32> after_time{};
  };

  void write_time(model::Time time);
  void write_like(const Alike& alike, model::Time time);
  void write_in_full(const model::Event& event, std::uint32_t likeness);
  void keep_as(std::uint32_t likeness, std::span<const std::byte> before, std::span<const std::byte> after);

  // The number that stands for the key; 0 for one that this block has not had yet.
  template <typename Key>
  static std::uint64_t number_of(Numbers<Key>& numbers, const Key& key);
  // The key itself goes behind its 0.
  template <typename Key>
  void write_numbered(std::uint64_t number, const Key& key);

  ByteWriter out_, scratch_;
  Numbers<Who> whos_;
  Numbers<What> whats_;
  std::vector<Alike> alike_;  // by likeness
  std::uint32_t block_ = 1;
  model::Time last_{};
};

class EventDecoder {
 public:
  // Begins another payload, which has to stay until it is decoded.
  void start(std::span<const std::byte> payload);

  // Puts the next events in the place of those in `events`: a few hundred at most, so that they are in the
  // processor's cache still when they are looked at. None at the payload's end; where it is damaged, those
  // before the place.
  void next(std::vector<model::Event>& events);

  // When there are no more.
  [[nodiscard]] Outcome outcome() const { return outcome_; }

 private:
  static constexpr std::size_t kBatch = 512;

  // Whether there was another event; it may be of an unknown kind.
  bool read_event(model::Event& event);

  base::ByteReader in_{{}};
  std::size_t items_ = 0;
  model::Time time_{};
  Outcome outcome_;
  std::vector<Who> whos_;
  std::vector<What> whats_;
};

}  // namespace ajar::recording
