#include "objfile/go/line_table.h"

#include <algorithm>
#include <utility>

#include "base/byte_reader.h"

namespace ajar::objfile::go {
namespace {

using base::ByteReader;
using Bytes = std::span<const std::byte>;

struct Magic {
  std::uint32_t number = 0;
  Layout layout{};
};
constexpr Magic kMagics[] = {{0xffff'fffbU, Layout::go_1_2},
                             {0xffff'fffaU, Layout::go_1_16},
                             {0xffff'fff0U, Layout::go_1_18},
                             {0xffff'fff1U, Layout::go_1_20}};
constexpr std::size_t kStart = 8;            // magic, two zeros, the quantum, the size of a pointer
constexpr std::uint32_t kNone = UINT32_MAX;  // of offsets
constexpr std::uint32_t kTreeIndices = 2;    // PCDATA_InlTreeIndex
constexpr std::uint32_t kTree = 3;           // FUNCDATA_InlTree
constexpr std::size_t kDeepest = 100;        // inlined calls at one address
constexpr std::size_t kMostFunctions = std::size_t{1} << 24U;
constexpr std::size_t kTreesChecked = 256;
constexpr std::size_t kMostSteps = std::size_t{1} << 20U;  // of the values in one function

std::uint32_t read_32(Bytes bytes, std::uint64_t at) {
  ByteReader in(bytes);
  in.seek(at);
  return in.read<std::uint32_t>();
}

Bytes from(Bytes bytes, std::uint64_t at) {
  return at < bytes.size() ? bytes.subspan(static_cast<std::size_t>(at)) : Bytes();
}

std::string_view text_at(Bytes bytes, std::uint64_t at) {
  ByteReader in(bytes);
  in.seek(at);
  return in.c_string();
}

// Names of functions and of anything else that a person wrote.
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) { return c >= '\0' && c < ' '; });
}

}  // namespace

bool LineTable::may_begin(Bytes bytes) {
  ByteReader in(bytes);
  const auto magic = in.read<std::uint32_t>();
  const auto zeros = in.read<std::uint16_t>();
  const auto quantum = in.read<std::uint8_t>();
  const auto pointer = in.read<std::uint8_t>();
  const bool known = std::ranges::find(kMagics, magic, &Magic::number) != std::end(kMagics);
  return in.ok() && known && zeros == 0 && (quantum == 1 || quantum == 2 || quantum == 4) &&
         (pointer == 4 || pointer == 8);
}

std::uint64_t LineTable::pointer(Bytes bytes, std::uint64_t at) const {
  ByteReader in(bytes);
  in.seek(at);
  return pointer_size_ == 8 ? in.read<std::uint64_t>() : in.read<std::uint32_t>();
}

std::optional<LineTable> LineTable::parse(Bytes bytes) {
  if (!may_begin(bytes)) return std::nullopt;
  LineTable table;
  table.bytes_ = bytes;
  if (!table.read_header() || !table.makes_sense()) return std::nullopt;
  return table;
}

bool LineTable::read_header() {
  const std::uint32_t magic = read_32(bytes_, 0);
  for (const auto& [known, layout] : kMagics) {
    if (magic == known) layout_ = layout;
  }
  quantum_ = std::to_integer<unsigned>(bytes_[6]);
  pointer_size_ = std::to_integer<unsigned>(bytes_[7]);
  const std::uint64_t functions = pointer(bytes_, kStart);
  if (functions == 0 || functions > kMostFunctions) return false;
  count_ = static_cast<std::size_t>(functions);
  if (layout_ == Layout::go_1_2) return read_old_header(functions);
  return read_new_header();
}

// Everything is told as an offset from the table's start.
bool LineTable::read_old_header(std::uint64_t functions) {
  rows_ = from(bytes_, kStart + pointer_size_);
  functions_ = names_ = values_ = bytes_;
  const std::uint64_t end = (2 * functions + 1) * pointer_size_;
  files_ = from(bytes_, read_32(rows_, end));
  return end + 4 <= rows_.size() && !files_.empty();
}

bool LineTable::read_new_header() {
  const auto word = [&](unsigned number) { return pointer(bytes_, kStart + number * pointer_size_); };
  unsigned next = 2;  // after the numbers of functions and files
  if (layout_ >= Layout::go_1_18) text_ = word(next++);
  names_at_ = word(next);
  names_ = from(bytes_, word(next++));
  units_ = from(bytes_, word(next++));
  files_ = from(bytes_, word(next++));
  values_ = from(bytes_, word(next++));
  functions_ = rows_ = from(bytes_, word(next));
  return !names_.empty() && !files_.empty() && !values_.empty() && !functions_.empty();
}

// Of the end of the last function, too.
std::uint64_t LineTable::begin_of(std::size_t index) const {
  const std::uint64_t at = std::uint64_t{index} * row_size();
  return layout_ >= Layout::go_1_18 ? text_ + read_32(rows_, at) : pointer(rows_, at);
}

bool LineTable::makes_sense() const {
  if (std::uint64_t{count_} * row_size() + row_size() / 2 > rows_.size()) return false;
  std::uint64_t before = begin_of(0);
  for (std::size_t i = 1; i <= count_; ++i) {
    const std::uint64_t next = begin_of(i);
    if (next < before) return false;
    before = next;
  }
  return before > begin_of(0) && is_name(function(0).name) && is_name(function(count_ - 1).name);
}

std::optional<LineTable::Row> LineTable::row(std::size_t index) const {
  const std::uint64_t at = std::uint64_t{index} * row_size() + row_size() / 2;
  const std::uint64_t record = layout_ >= Layout::go_1_18 ? read_32(rows_, at) : pointer(rows_, at);
  Row row{.begin = begin_of(index), .end = begin_of(index + 1), .tree = {}};
  ByteReader in(functions_);
  in.seek(record);
  in.skip(layout_ >= Layout::go_1_18 ? 4 : pointer_size_);  // where it begins, again
  row.name = in.read<std::uint32_t>();
  in.skip(12);  // the arguments' size, where deferred calls return to, sizes of the frame
  row.files = in.read<std::uint32_t>();
  row.lines = in.read<std::uint32_t>();
  const auto tables = in.read<std::uint32_t>();
  if (layout_ >= Layout::go_1_16) row.unit = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  if (layout_ < Layout::go_1_18 || tables <= kTreeIndices) return row;
  if (layout_ >= Layout::go_1_20) in.skip(4);  // the line that it begins in
  in.skip(3);
  const auto pointers = in.read<std::uint8_t>();
  const std::size_t first = in.position();
  row.tree_indices = read_32(functions_, first + std::size_t{4} * kTreeIndices);
  if (pointers <= kTree) return row;
  const std::uint32_t tree = read_32(functions_, first + std::uint64_t{4} * (tables + std::uint64_t{kTree}));
  if (tree != kNone) row.tree = tree;
  return row;
}

LineTable::Function LineTable::function(std::size_t index) const {
  const std::optional<Row> found = row(index);
  if (!found.has_value()) return {};
  return {.begin = found->begin, .end = found->end, .name = text_at(names_, found->name)};
}

std::optional<std::size_t> LineTable::index_of(std::uint64_t address) const {
  std::size_t low = 0;
  std::size_t high = count_ + 1;  // the first that begins behind the address is at or before it
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (begin_of(middle) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 || low > count_ ? std::nullopt : std::optional(low - 1);
}

// Steps of a value and of an address, each a varint; the value's in zigzag form.
std::int32_t LineTable::value(std::uint32_t values, std::uint64_t begin, std::uint64_t address) const {
  constexpr std::int32_t kNothing = -1;
  if (values == 0) return kNothing;
  ByteReader in(values_);
  in.seek(values);
  std::uint64_t at = begin;
  std::uint32_t value = static_cast<std::uint32_t>(kNothing);
  for (std::size_t i = 0; i < kMostSteps && in.ok(); ++i) {
    const auto step = static_cast<std::uint32_t>(in.read_varint());
    if (step == 0 && at != begin) break;
    value += (step >> 1U) ^ (0U - (step & 1U));
    at += in.read_varint() * quantum_;
    if (in.ok() && address < at) return static_cast<std::int32_t>(value);
  }
  return kNothing;
}

std::string_view LineTable::file(const Row& row, std::int32_t number) const {
  if (number < 0) return {};
  const auto index = static_cast<std::uint64_t>(number);
  if (layout_ == Layout::go_1_2) return index == 0 ? "" : text_at(bytes_, read_32(files_, 4 * index));
  const std::uint64_t at = 4 * (std::uint64_t{row.unit} + index);
  if (at + 4 > units_.size()) return {};
  const std::uint32_t name = read_32(units_, at);
  return name == kNone ? std::string_view() : text_at(files_, name);
}

// Without the function.
Place LineTable::place(const Row& row, std::uint64_t address) const {
  Place place;
  place.file = file(row, value(row.files, row.begin, address));
  const std::int32_t line = value(row.lines, row.begin, address);
  if (line > 0 && !place.file.empty()) {
    place.line = static_cast<std::uint32_t>(line);
  } else {
    place.file = {};
  }
  return place;
}

std::optional<LineTable::Call> LineTable::call(const Row& row, std::int32_t index) const {
  const bool newer = layout_ >= Layout::go_1_20;
  const std::uint64_t size = newer ? 16 : 20;
  ByteReader in(trees_);
  in.seek(std::uint64_t{*row.tree} + static_cast<std::uint64_t>(index) * size);
  in.skip(newer ? 4 : 12);
  const auto name = in.read<std::uint32_t>();
  const auto parent = in.read<std::uint32_t>();
  if (!in.ok() || parent >= row.end - row.begin) return std::nullopt;
  Call call{.function = text_at(names_, name), .parent = row.begin + parent};
  return is_name(call.function) ? std::optional(call) : std::nullopt;
}

Chain LineTable::find(std::uint64_t address) const {
  Chain chain;
  const std::optional<std::size_t> index = index_of(address);
  const std::optional<Row> row = index ? this->row(*index) : std::nullopt;
  if (!row.has_value()) return chain;
  std::uint64_t at = address;
  while (row->tree.has_value() && !trees_.empty() && chain.size() < kDeepest) {
    const std::int32_t number = value(row->tree_indices, row->begin, at);
    const std::optional<Call> inlined = number < 0 ? std::nullopt : call(*row, number);
    if (!inlined.has_value()) break;
    Place& place = chain.emplace_back(this->place(*row, at));
    place.function = inlined->function;
    place.inlined = true;
    at = inlined->parent;
  }
  Place& function = chain.emplace_back(this->place(*row, at));
  function.function = text_at(names_, row->name);
  function.begin = row->begin;
  if (!is_name(function.function)) chain.clear();
  return chain;
}

bool LineTable::set_trees(Bytes bytes) {
  trees_ = layout_ >= Layout::go_1_18 ? bytes : Bytes();
  std::size_t checked = 0;
  for (std::size_t i = 0; i < count_ && checked < kTreesChecked && !trees_.empty(); ++i) {
    const std::optional<Row> row = this->row(i);
    if (!row.has_value() || !row->tree.has_value() || row->tree_indices == 0) continue;
    ++checked;
    if (!call(*row, 0).has_value()) trees_ = {};
  }
  if (checked == 0) trees_ = {};
  return !trees_.empty();
}

}  // namespace ajar::objfile::go
