#include "capture/ebpf/code_maps.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

namespace ajar::capture::ebpf {
namespace {

using kernel::CodeFile;
using Mapping = kernel::ImageCode::Mapping;

constexpr std::uint64_t kHalf = 1ULL << 63U;

std::uint32_t chunks_of(const kernel::ModuleTable& table) {
  return static_cast<std::uint32_t>((table.row_count() + AJAR_CHUNK_ROWS - 1) / AJAR_CHUNK_ROWS);
}

// What the kernel's side walks by: it leaves 32-bit code to ajar.
const kernel::ModuleTable* table_of(const CodeFile* file) {
  return file == nullptr || file->is_32() ? nullptr : file->table();
}

}  // namespace

CodeMaps::CodeMaps(Program& program) : program_(program) {
  for (std::uint32_t i = program.code_count(); i-- > 0;) free_codes_.push_back(i);
  ajar_rule rule{};
  program_.rules().at[AJAR_RULE_NONE] = rule;
  rules_[std::bit_cast<std::uint64_t>(rule)] = AJAR_RULE_NONE;
  rule.cfa = AJAR_CFA_EXOTIC;
  rule.bp = AJAR_EXOTIC_NO_ROOM;
  program_.rules().at[AJAR_RULE_NO_ROOM] = rule;
  rules_[std::bit_cast<std::uint64_t>(rule)] = AJAR_RULE_NO_ROOM;
}

std::uint32_t CodeMaps::chunks_for(std::span<const Mapping> code) {
  std::set<const CodeFile*> files;
  std::uint32_t chunks = 0;
  for (const Mapping& mapping : code) {
    if (table_of(mapping.file.get()) == nullptr) continue;
    if (files.insert(mapping.file.get()).second) chunks += chunks_of(*mapping.file->table());
  }
  return chunks;
}

// Each rule is there once, whichever modules have it.
std::uint16_t CodeMaps::rule_number(const ajar_rule& rule) {
  const auto [at, added] = rules_.try_emplace(std::bit_cast<std::uint64_t>(rule), std::uint16_t{0});
  if (!added) return at->second;
  const std::size_t number = rules_.size() - 1;
  if (number >= AJAR_MOST_RULES) {
    rules_.erase(at);
    return AJAR_RULE_NO_ROOM;
  }
  program_.rules().at[number] = rule;
  return at->second = static_cast<std::uint16_t>(number);
}

void CodeMaps::fill(std::uint32_t number, const ajar_unwind_table& table, std::uint32_t first_row) {
  ajar_unwind_chunk& chunk = program_.chunk(number);
  const std::uint32_t rows = std::min<std::uint32_t>(table.row_count - first_row, AJAR_CHUNK_ROWS);
  chunk.row_count = rows;
  std::copy_n(table.offsets + first_row, rows, chunk.offsets);
  for (std::uint32_t i = 0; i < rows; ++i)
    chunk.rule_of[i] = rule_number(table.rules[table.rule_of[first_row + i]]);
}

const CodeMaps::Placed& CodeMaps::place(const std::shared_ptr<const CodeFile>& file) {
  const auto [at, added] = placed_.try_emplace(file.get());
  Placed& placed = at->second;
  if (!added) return placed;
  placed.file = file;
  const std::uint32_t chunks = chunks_of(*file->table());
  if (chunks > program_.chunk_count() - chunks_used_) return placed;
  placed.first_chunk = chunks_used_;
  placed.chunks = chunks;
  chunks_used_ += chunks;
  const ajar_unwind_table table = file->table()->table();
  for (std::uint32_t i = 0; i < chunks; ++i) fill(placed.first_chunk + i, table, i * AJAR_CHUNK_ROWS);
  return placed;
}

void CodeMaps::add(ajar_code& code, std::uint64_t begin, const ajar_code_entry& entry) {
  if (code.count == AJAR_CODE_ENTRIES) return;
  code.begins[code.count] = begin;
  code.entries[code.count] = entry;
  ++code.count;
}

void CodeMaps::add_mapping(ajar_code& code, const Mapping& mapping) {
  const CodeFile* file = mapping.file.get();
  const Placed* placed = table_of(file) == nullptr ? nullptr : &place(mapping.file);
  if (placed == nullptr || placed->chunks == 0) {
    const bool frames = placed == nullptr && file != nullptr && !file->is_32() && file->has_frame_pointers();
    add(code, mapping.begin, {0, 0, frames ? AJAR_CODE_FRAME_POINTER : AJAR_CODE_UNKNOWN});
  } else {
    const ajar_unwind_table table = file->table()->table();
    const std::uint64_t base = mapping.bias + table.base;
    for (std::uint32_t i = 0; i < placed->chunks; ++i) {
      const std::uint32_t last_row = std::min<std::uint32_t>((i + 1) * AJAR_CHUNK_ROWS, table.row_count) - 1;
      const bool is_last = i + 1 == placed->chunks;
      const std::uint64_t begin = base + table.offsets[i * AJAR_CHUNK_ROWS];
      if (begin >= mapping.end) break;
      if (!is_last && base + table.offsets[last_row + 1] <= mapping.begin) continue;
      add(code, std::max(i == 0 ? mapping.begin : begin, mapping.begin),
          {base, placed->first_chunk + i, AJAR_CODE_TABLE});
    }
  }
  add(code, mapping.end, {0, 0, AJAR_CODE_NOT});
}

std::uint32_t CodeMaps::put(const kernel::ImageCode& image) {
  if (free_codes_.empty()) return AJAR_NO_CODE;
  const std::uint32_t number = free_codes_.back();
  free_codes_.pop_back();
  ajar_code& code = program_.code(number);
  code.count = 0;
  code.changes = image.changes();
  code.image = image.begun();
  code.serial = ++serial_;
  code.python = image.python();
  for (const Mapping& mapping : image.mappings()) {
    // The kernel's own half (vsyscall), which the program's search takes for negative.
    if (mapping.end > kHalf) break;
    // The end of the one before, where this one begins.
    if (code.count > 0 && code.begins[code.count - 1] == mapping.begin) --code.count;
    add_mapping(code, mapping);
  }
  return number;
}

// Last in, last out: a program may still be reading it.
void CodeMaps::free(std::uint32_t number) {
  if (number != AJAR_NO_CODE) free_codes_.insert(free_codes_.begin(), number);
}

}  // namespace ajar::capture::ebpf
