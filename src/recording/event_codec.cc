#include "recording/event_codec.h"

#include <bit>

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
  for (int unknown = std::popcount(shape >> kKnownShape); unknown > 0; --unknown) in.read_varint();
}

}  // namespace

template <typename Key>
std::size_t EventEncoder::Numbers<Key>::Hash::operator()(const Key& key) const {
  return static_cast<std::size_t>(hash_of(key));
}

template <typename Key>
void EventEncoder::put(Numbers<Key>& numbers, const Key& key) {
  for (const auto* recent : numbers.recent) {
    if (recent != nullptr && recent->first == key) return out_.write_varint(recent->second);
  }
  const auto [at, is_new] = numbers.known.try_emplace(key, numbers.known.size() + 1);
  numbers.recent = {&*at, numbers.recent.front()};
  out_.write_varint(is_new ? 0 : at->second);
  if (is_new) write_record(out_, scratch_, key);
}

void EventEncoder::add(const model::Event& event) {
  if (empty()) {
    write_record(out_, scratch_, Start{event.time});
    last_ = event.time;
  }
  const std::uint64_t shape = shape_of(event);
  put(whos_, Who{.table = event.table, .image = event.image, .thread = event.thread});
  put(whats_, What{.kind = static_cast<std::uint32_t>(event.kind),
                   .implied = event.implied,
                   .call = event.call,
                   .type = event.type,
                   .flags = event.flags,
                   .error = event.error,
                   .shape = shape});
  out_.write_zigzag(difference(event.time, last_));
  last_ = event.time;
  if ((shape & kHandle) != 0) out_.write_varint(event.handle);
  if ((shape & kStack) != 0) out_.write_varint(event.stack.value);
  if ((shape & kOther) != 0) out_.write_varint(event.other);
  if ((shape & kText) != 0) out_.write_varint(event.text.value);
}

void EventEncoder::clear() {
  out_.clear();
  whos_ = {};
  whats_ = {};
}

Outcome EventDecoder::decode(std::span<const std::byte> payload, std::vector<model::Event>& events) {
  whos_.clear();
  whats_.clear();
  if (payload.empty()) return {};
  Outcome outcome;
  base::ByteReader in(payload);
  Start start;
  read_record(in, start);
  model::Time time = start.time;
  for (std::size_t items = 0; in.remaining() > 0 && items < kMaxItems; ++items) {
    const Who* who = read_numbered(in, whos_);
    const What* what = read_numbered(in, whats_);
    if (who == nullptr || what == nullptr) break;
    time = sum(time, in.read_zigzag());
    model::Event event{.kind = static_cast<model::EventKind>(what->kind),
                       .implied = what->implied,
                       .table = who->table,
                       .image = who->image,
                       .thread = who->thread,
                       .time = time,
                       .stack = {},
                       .call = what->call,
                       .type = what->type,
                       .text = {},
                       .error = what->error,
                       .flags = what->flags};
    read_numbers(in, what->shape, event);
    if (!in.ok()) break;
    if (what->kind == 0 || what->kind > static_cast<std::uint32_t>(model::EventKind::close_range)) {
      outcome.unknown = true;
    } else {
      events.push_back(event);
    }
  }
  outcome.damaged = !in.ok() || in.remaining() > 0;
  return outcome;
}

}  // namespace ajar::recording
