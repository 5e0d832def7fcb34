#include "recording/event_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ajar::recording {
namespace {

constexpr std::uint64_t kHandle = 1U << 0U;
constexpr std::uint64_t kStack = 1U << 1U;
constexpr std::uint64_t kOther = 1U << 2U;
constexpr std::uint64_t kText = 1U << 3U;
constexpr unsigned kKnownShape = 4;  // bits

std::uint64_t shape_of(const model::Event& event) {
  return (event.handle != 0 ? kHandle : 0) | (event.stack.none() ? 0 : kStack) |
         (event.other != 0 ? kOther : 0) | (event.text.none() ? 0 : kText);
}

// The base of the times, as a record.
struct Start {
  model::Time time{};
};
void fields(auto& coder, Is<Start> auto& row) {
  coder(row.time);
}

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return (std::rotl(hash, 23) ^ value) * 0x9e37'79b9'7f4a'7c15U;
}

std::uint64_t hash_of(const Who& who) {
  return mix(mix(mix(0, who.table.value), who.image.value), who.thread.value);
}

std::uint64_t hash_of(const What& what) {
  const std::uint64_t small = what.kind | (what.implied ? 1U << 16U : 0U) | what.shape << 32U;
  return mix(mix(mix(mix(mix(0, small), what.call.value), what.type.value), what.flags),
             static_cast<std::uint32_t>(what.error));
}

// The difference of two times, which may be any.
std::int64_t difference(model::Time later, model::Time earlier) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(later.count()) -
                                   static_cast<std::uint64_t>(earlier.count()));
}

model::Time sum(model::Time time, std::int64_t difference) {
  return model::Time(static_cast<std::int64_t>(static_cast<std::uint64_t>(time.count()) +
                                               static_cast<std::uint64_t>(difference)));
}

// What stands for a Who or a What: its number, or 0 and the thing itself, which gets the next number.
template <typename Key>
const Key* read_numbered(base::ByteReader& in, std::vector<Key>& known) {
  const std::uint64_t number = in.read_varint();
  if (number == 0) read_record(in, known.emplace_back());
  if (number > known.size() || !in.ok()) {
    in.fail();
    return nullptr;
  }
  return number == 0 ? &known.back() : &known[number - 1];
}

std::uint32_t read_id(base::ByteReader& in) {
  const std::uint64_t number = in.read_varint();
  if (number > UINT32_MAX) in.fail();
  return static_cast<std::uint32_t>(number);
}

void read_numbers(base::ByteReader& in, std::uint64_t shape, model::Event& event) {
  if ((shape & kHandle) != 0) event.handle = in.read_varint();
  if ((shape & kStack) != 0) event.stack.value = read_id(in);
  if ((shape & kOther) != 0) event.other = in.read_varint();
  if ((shape & kText) != 0) event.text.value = read_id(in);
  for (std::uint64_t unknown = shape >> kKnownShape; unknown != 0; unknown &= unknown - 1) in.read_varint();
}

// 0 is none.
model::EventKind kind_of(const What& what) {
  const bool known = what.kind <= static_cast<std::uint32_t>(model::EventKind::bad_use);
  return static_cast<model::EventKind>(known ? what.kind : 0);
}

}  // namespace

template <typename Key>
std::size_t EventEncoder::Numbers<Key>::Hash::operator()(const Key& key) const {
  return static_cast<std::size_t>(hash_of(key));
}

template <typename Key>
std::uint64_t EventEncoder::number_of(Numbers<Key>& numbers, const Key& key) {
  for (const auto& recent : numbers.recent) {
    if (recent.number != 0 && recent.key == key) return recent.number;
  }
  const auto [at, is_new] = numbers.known.try_emplace(key, numbers.known.size() + 1);
  numbers.recent = {{{key, at->second}, numbers.recent.front()}};
  return is_new ? 0 : at->second;
}

template <typename Key>
void EventEncoder::write_numbered(std::uint64_t number, const Key& key) {
  out_.write_varint(number);
  if (number == 0) write_record(out_, scratch_, key);
}

void EventEncoder::add(const model::Event& event, std::uint32_t likeness) {
  if (empty()) {
    write_record(out_, scratch_, Start{event.time});
    last_ = event.time;
  }
  if (knows(likeness)) return write_like(alike_[likeness], event.time);
  write_in_full(event, likeness);
}

void EventEncoder::write_time(model::Time time) {
  out_.write_zigzag(difference(time, last_));
  last_ = time;
}

// Both arrays are copied whole, whatever they hold: cheaper than to mind their lengths.
void EventEncoder::write_like(const Alike& alike, model::Time time) {
  std::byte* at = out_.room_for(alike.before_time.size() + kMaxVarint + alike.after_time.size());
  std::memcpy(at, alike.before_time.data(), alike.before_time.size());
  at = put_varint(zigzag(difference(time, last_)), at + alike.before);
  last_ = time;
  std::memcpy(at, alike.after_time.data(), alike.after_time.size());
  out_.wrote(at + alike.after);
}

void EventEncoder::write_in_full(const model::Event& event, std::uint32_t likeness) {
  const std::uint64_t shape = shape_of(event);
  const Who who{.table = event.table, .image = event.image, .thread = event.thread};
  const What what{.kind = static_cast<std::uint32_t>(event.kind),
                  .implied = event.implied,
                  .call = event.call,
                  .type = event.type,
                  .flags = event.flags,
                  .error = event.error,
                  .shape = shape};
  const std::uint64_t who_number = number_of(whos_, who);
  const std::uint64_t what_number = number_of(whats_, what);
  const std::size_t begin = out_.size();
  write_numbered(who_number, who);
  write_numbered(what_number, what);
  const std::size_t before_time = out_.size();
  write_time(event.time);
  const std::size_t after_time = out_.size();
  if ((shape & kHandle) != 0) out_.write_varint(event.handle);
  if ((shape & kStack) != 0) out_.write_varint(event.stack.value);
  if ((shape & kOther) != 0) out_.write_varint(event.other);
  if ((shape & kText) != 0) out_.write_varint(event.text.value);
  if (likeness == 0 || who_number == 0 || what_number == 0) return;
  keep_as(likeness, out_.bytes().subspan(begin, before_time - begin), out_.bytes().subspan(after_time));
}

void EventEncoder::keep_as(std::uint32_t likeness, std::span<const std::byte> before,
                           std::span<const std::byte> after) {
  if (alike_.size() <= likeness) alike_.resize(std::size_t{likeness} + 1);
  Alike& alike = alike_[likeness];
  if (before.size() > alike.before_time.size() || after.size() > alike.after_time.size()) return;
  alike.block = block_;
  alike.before = static_cast<std::uint8_t>(before.size());
  alike.after = static_cast<std::uint8_t>(after.size());
  std::ranges::copy(before, alike.before_time.begin());
  std::ranges::copy(after, alike.after_time.begin());
}

void EventEncoder::clear() {
  ++block_;
  out_.clear();
  whos_.known.clear();
  whos_.recent = {};
  whats_.known.clear();
  whats_.recent = {};
}

void EventDecoder::start(std::span<const std::byte> payload) {
  in_ = base::ByteReader(payload);
  items_ = 0;
  outcome_ = {};
  whos_.clear();
  whats_.clear();
  Start start;
  if (!payload.empty()) read_record(in_, start);
  time_ = start.time;
}

void EventDecoder::next(std::vector<model::Event>& events) {
  events.resize(kBatch);
  std::size_t count = 0;
  while (count < kBatch && in_.remaining() > 0 && items_ < kMaxItems) {
    model::Event& event = events[count];
    if (!read_event(event)) break;
    ++items_;
    if (event.kind != model::EventKind()) {
      ++count;
    } else {
      outcome_.unknown = true;
    }
  }
  if (count == 0) outcome_.damaged = !in_.ok() || in_.remaining() > 0;
  events.resize(count);
}

bool EventDecoder::read_event(model::Event& event) {
  const Who* who = read_numbered(in_, whos_);
  const What* what = read_numbered(in_, whats_);
  if (who == nullptr || what == nullptr) return false;
  time_ = sum(time_, in_.read_zigzag());
  event = {.kind = kind_of(*what),
           .implied = what->implied,
           .table = who->table,
           .image = who->image,
           .thread = who->thread,
           .time = time_,
           .stack = {},
           .call = what->call,
           .type = what->type,
           .text = {},
           .error = what->error,
           .flags = what->flags};
  read_numbers(in_, what->shape, event);
  return in_.ok();
}

}  // namespace ajar::recording
