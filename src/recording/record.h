#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/byte_reader.h"
#include "base/ids.h"
#include "model/snapshot.h"
#include "recording/byte_writer.h"
#include "recording/format.h"

// A record is a row of fields behind a length. A later minor version may append fields: a reader leaves what
// it does not know, and takes fields that are not there as 0, empty or none. So the two coders below are
// called with the same list of fields, which is written down once (fields.h).
namespace ajar::recording {

// Text as it may stand in a recording.
inline std::string_view cut(std::string_view text) {
  return text.substr(0, kMaxText);
}

class Encoder {
 public:
  explicit Encoder(ByteWriter& out) : out_(out) {}

  void operator()(const auto&... values) { (put(values), ...); }

  // An enum of which later versions may know more values.
  template <typename Enum>
  void choice(const Enum& value, Enum /*last*/, Enum /*fallback*/) {
    out_.write_varint(static_cast<std::uint64_t>(value));
  }

  // A record's last field: where there are none, or it is not so, it is left out.
  void last(const std::vector<std::string>& list) {
    if (!list.empty()) put(list);
  }
  void last(const bool& is_so) {
    if (is_so) out_.write_varint(1);
  }
  // The last two.
  void last(const std::vector<model::TypeCount>& counts, const std::vector<model::SharedCount>& shared) {
    if (!counts.empty() || !shared.empty()) put(counts);
    if (!shared.empty()) put(shared);
  }

 private:
  void put(std::unsigned_integral auto value) { out_.write_varint(value); }
  void put(std::signed_integral auto value) { out_.write_zigzag(value); }
  void put(std::chrono::nanoseconds value) { out_.write_zigzag(value.count()); }
  void put(const std::string& value) { out_.write_text(cut(value)); }
  template <typename Tag>
  void put(base::Id<Tag> id) {
    out_.write_varint(id.value);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    out_.write_varint(value.has_value() ? 1 : 0);
    if (value) put(*value);
  }
  void put(const std::vector<std::string>& list) {
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < list.size(); ++count) {
      bytes += cut(list[count]).size() + 3;
      if (bytes > kMaxListText) break;
    }
    out_.write_varint(count);
    for (std::size_t i = 0; i < count; ++i) put(list[i]);
  }
  void put(const std::vector<model::TypeCount>& counts) {
    const std::size_t count = std::min(counts.size(), kMaxTypeCounts);
    out_.write_varint(count);
    for (std::size_t i = 0; i < count; ++i) {
      put(counts[i].type);
      put(counts[i].count);
    }
  }
  void put(const std::vector<model::SharedCount>& shared) {
    const std::size_t count = std::min(shared.size(), kMaxShared);
    out_.write_varint(count);
    for (std::size_t i = 0; i < count; ++i) {
      put(shared[i].other);
      put(shared[i].type);
      put(shared[i].count);
    }
  }

  ByteWriter& out_;
};

class Decoder {
 public:
  explicit Decoder(base::ByteReader& in) : in_(in) {}

  void operator()(auto&... values) { (get(values), ...); }

  template <typename Enum>
  void choice(Enum& value, Enum last, Enum fallback) {
    const std::uint64_t number = next_varint();
    value = number > static_cast<std::uint64_t>(last) ? fallback : static_cast<Enum>(number);
  }

  void last(std::vector<std::string>& list) { get(list); }
  void last(bool& is_so) { get(is_so); }
  void last(std::vector<model::TypeCount>& counts, std::vector<model::SharedCount>& shared) {
    get(counts);
    get(shared);
  }

 private:
  // Fields that are not there are 0; a field that is there in part makes the reader fail.
  std::uint64_t next_varint() { return in_.remaining() == 0 ? 0 : in_.read_varint(); }

  void get(bool& value) { value = next_varint() != 0; }
  template <std::unsigned_integral T>
  void get(T& value) {
    const std::uint64_t number = next_varint();
    if (number > std::numeric_limits<T>::max()) return in_.fail();
    value = static_cast<T>(number);
  }
  template <std::signed_integral T>
  void get(T& value) {
    const std::int64_t number = in_.remaining() == 0 ? 0 : in_.read_zigzag();
    if (number > std::numeric_limits<T>::max() || number < std::numeric_limits<T>::min()) return in_.fail();
    value = static_cast<T>(number);
  }
  void get(std::chrono::nanoseconds& value) {
    std::int64_t number = 0;
    get(number);
    value = std::chrono::nanoseconds(number);
  }
  void get(std::string& value) { value = in_.text(next_varint()); }
  template <typename Tag>
  void get(base::Id<Tag>& id) {
    get(id.value);
  }
  template <typename T>
  void get(std::optional<T>& value) {
    value.reset();
    if (next_varint() != 0) get(value.emplace());
  }
  void get(std::vector<std::string>& list) {
    list.clear();
    const std::uint64_t count = next_varint();
    if (count > std::min(in_.remaining(), kMaxListText / 3)) return in_.fail();
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) get(list.emplace_back());
  }
  void get(std::vector<model::TypeCount>& counts) {
    counts.clear();
    const std::uint64_t count = next_varint();
    if (count > kMaxTypeCounts) return in_.fail();
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
      model::TypeCount& one = counts.emplace_back();
      get(one.type);
      get(one.count);
    }
  }
  void get(std::vector<model::SharedCount>& shared) {
    shared.clear();
    const std::uint64_t count = next_varint();
    if (count > kMaxShared) return in_.fail();
    for (std::uint64_t i = 0; i < count && in_.ok(); ++i) {
      model::SharedCount& one = shared.emplace_back();
      get(one.other);
      get(one.type);
      get(one.count);
    }
  }

  base::ByteReader& in_;
};

// T is Row, const or not.
template <typename T, typename Row>
concept Is = std::same_as<std::remove_const_t<T>, Row>;

}  // namespace ajar::recording
