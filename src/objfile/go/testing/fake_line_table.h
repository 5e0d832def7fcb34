#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "objfile/go/line_table.h"
#include "objfile/testing/fake_elf.h"

// For tests: a Go program's table made of values.
namespace ajar::objfile::go {

struct FakeLineTable {
  // What holds from where the one before it ended.
  struct Step {
    std::uint64_t length = 0;
    std::int32_t file = 0;  // of the table's files
    std::int32_t line = 0;
    std::int32_t call = -1;  // of the function's calls
  };
  struct Call {
    std::string function;
    std::uint32_t parent = 0;  // from the function's beginning
  };
  struct Function {
    std::string name;
    std::uint64_t begin = 0;
    std::vector<Step> steps;
    std::vector<Call> calls = {};
  };

  Layout layout = Layout::go_1_18;
  unsigned pointer_size = 8;
  std::uint64_t text = 0x1000;
  std::vector<Function> functions;  // by address
  std::uint64_t end = 0;            // of the last one
  std::vector<std::string> files;

  struct Built {
    std::string table, trees;
  };

  [[nodiscard]] Built build() const {
    Parts parts = make_parts();
    return {.table = layout == Layout::go_1_2 ? old_table(parts) : new_table(parts),
            .trees = std::move(parts.trees)};
  }

 private:
  struct Parts {
    std::string names = std::string(1, '\0'), values = std::string(1, '\0'), trees;
    std::vector<std::string>
        records;  // of functions, without where they begin and with offsets from `names`, `values`
    std::vector<std::uint32_t> name_of, files_of, lines_of, indices_of, tree_of;
  };

  static void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7fU) | 0x80U);
    out += static_cast<char>(value);
  }

  template <typename Value>
  static std::uint32_t add_values(std::string& values, const std::vector<Step>& steps, Value&& value) {
    const auto at = static_cast<std::uint32_t>(values.size());
    std::int64_t before = -1;
    for (std::size_t i = 0; i < steps.size();) {
      std::uint64_t length = 0;
      const std::int64_t now = value(steps[i]);
      for (; i < steps.size() && value(steps[i]) == now; ++i) length += steps[i].length;
      const std::int64_t change = now - before;
      append_varint(values, static_cast<std::uint64_t>(change < 0 ? -2 * change - 1 : 2 * change));
      append_varint(values, length);
      before = now;
    }
    values += '\0';
    return at;
  }

  static std::uint32_t add_name(std::string& names, const std::string& name) {
    const auto at = static_cast<std::uint32_t>(names.size());
    names += name + '\0';
    return at;
  }

  std::uint32_t add_tree(Parts& parts, const Function& function) const {
    if (function.calls.empty()) return UINT32_MAX;
    const auto at = static_cast<std::uint32_t>(parts.trees.size());
    for (const Call& call : function.calls) {
      const std::uint32_t name = add_name(parts.names, call.function);
      append_number(parts.trees, 0, layout == Layout::go_1_20 ? 4 : 12);
      append_number(parts.trees, name, 4);
      append_number(parts.trees, call.parent, 4);
      if (layout == Layout::go_1_20) append_number(parts.trees, 0, 4);
    }
    return at;
  }

  [[nodiscard]] Parts make_parts() const {
    Parts parts;
    for (const Function& function : functions) {
      parts.name_of.push_back(add_name(parts.names, function.name));
      const auto file = [](const Step& step) { return step.file; };
      const auto line = [](const Step& step) { return step.line; };
      const auto call = [](const Step& step) { return step.call; };
      parts.files_of.push_back(add_values(parts.values, function.steps, file));
      parts.lines_of.push_back(add_values(parts.values, function.steps, line));
      parts.indices_of.push_back(function.calls.empty() ? 0 : add_values(parts.values, function.steps, call));
      parts.tree_of.push_back(add_tree(parts, function));
    }
    return parts;
  }

  // What the table says of a function; the offsets are from where names and values begin.
  [[nodiscard]] std::string record(const Parts& parts, std::size_t i, std::uint64_t names,
                                   std::uint64_t values) const {
    const bool is_short = layout >= Layout::go_1_18;
    const std::uint64_t begin = functions[i].begin;
    std::string out;
    append_number(out, is_short ? begin - text : begin, is_short ? 4 : pointer_size);
    append_number(out, names + parts.name_of[i], 4);
    append_number(out, 0, 12);
    append_number(out, values + parts.files_of[i], 4);
    append_number(out, values + parts.lines_of[i], 4);
    append_number(out, is_short ? 3 : 0, 4);
    if (layout >= Layout::go_1_16) append_number(out, 0, 4);  // the first of the files' numbers
    if (layout >= Layout::go_1_20) append_number(out, 0, 4);
    if (!is_short) return out + std::string(8, '\0');
    append_number(out, 4U << 24U, 4);
    append_number(out, 0, 8);
    append_number(out, parts.indices_of[i], 4);
    for (int pointer = 0; pointer < 3; ++pointer) append_number(out, UINT32_MAX, 4);
    append_number(out, parts.tree_of[i], 4);
    return out;
  }

  [[nodiscard]] std::string start() const {
    std::string out;
    const std::uint32_t magic = layout == Layout::go_1_2    ? 0xffff'fffbU
                                : layout == Layout::go_1_16 ? 0xffff'fffaU
                                : layout == Layout::go_1_18 ? 0xffff'fff0U
                                                            : 0xffff'fff1U;
    append_number(out, magic, 4);
    append_number(out, 0, 2);
    append_number(out, 1, 1);
    append_number(out, pointer_size, 1);
    append_number(out, functions.size(), pointer_size);
    return out;
  }

  // The rows, whose records stand behind them; `at` is where the rows begin.
  [[nodiscard]] std::string rows(const Parts& parts, std::uint64_t at, std::uint64_t names,
                                 std::uint64_t values, std::size_t gap) const {
    const bool is_short = layout >= Layout::go_1_18;
    const unsigned size = is_short ? 4 : pointer_size;
    std::string out;
    std::string records;
    const std::uint64_t first = at + (2 * functions.size() + 1) * size + gap;
    for (std::size_t i = 0; i < functions.size(); ++i) {
      append_number(out, is_short ? functions[i].begin - text : functions[i].begin, size);
      append_number(out, first + records.size(), size);
      records += record(parts, i, names, values);
    }
    append_number(out, is_short ? end - text : end, size);
    return out + std::string(gap, '\0') + records;
  }

  [[nodiscard]] std::string new_table(const Parts& parts) const {
    std::string units;
    std::string names_of_files;
    for (const std::string& file : files) append_number(units, add_name(names_of_files, file), 4);
    const bool has_text = layout >= Layout::go_1_18;
    std::string out = start();
    const std::uint64_t header = 8 + std::uint64_t{has_text ? 8U : 7U} * pointer_size;
    append_number(out, files.size(), pointer_size);
    if (has_text) append_number(out, text, pointer_size);
    std::uint64_t at = header;
    for (const std::size_t size :
         {parts.names.size(), units.size(), names_of_files.size(), parts.values.size()}) {
      append_number(out, at, pointer_size);
      at += size;
    }
    append_number(out, at, pointer_size);
    return out + parts.names + units + names_of_files + parts.values + rows(parts, 0, 0, 0, 0);
  }

  // Everything is an offset from the table's start; files have numbers from 1 on.
  [[nodiscard]] std::string old_table(const Parts& parts) const {
    const std::uint64_t first = 8 + pointer_size;
    const std::uint64_t files_at = first + (2 * functions.size() + 1) * pointer_size + 4;
    const std::size_t files_size = 4 * (files.size() + 1);
    const std::uint64_t names_of_files = files_at + files_size + functions.size() * (pointer_size + 36);
    std::string text_of_files;
    std::string numbers;
    append_number(numbers, files.size() + 1, 4);
    for (const std::string& file : files)
      append_number(numbers, names_of_files + add_name(text_of_files, file), 4);
    const std::uint64_t names = names_of_files + text_of_files.size();
    const std::uint64_t values = names + parts.names.size();
    std::string out = start() + rows(parts, first, names, values, 4 + files_size);
    std::string file_table;
    append_number(file_table, files_at, 4);
    out.replace(static_cast<std::size_t>(files_at - 4), 4 + files_size, file_table + numbers);
    return out + text_of_files + parts.names + parts.values;
  }
};

}  // namespace ajar::objfile::go
