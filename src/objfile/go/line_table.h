#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// The table by which a Go program's own runtime gives names to its stacks (`pclntab`). It is there also in
// programs that were stripped. Its layouts are those of Go's src/internal/abi/symtab.go,
// src/runtime/symtab.go and src/debug/gosym/pclntab.go.
namespace ajar::objfile::go {

// One function at an address. The texts are in the table's bytes.
struct Place {
  std::string_view function;  // as the linker knows it: "main.(*server).leak"
  std::string_view file;      // with its folders; empty where no line is known
  std::uint32_t line = 0;
  bool inlined = false;
  std::uint64_t begin = 0;  // where the function's code starts; of an inlined copy that is not known: 0

  bool operator==(const Place&) const = default;
};

// Inlined functions innermost first, then the function that they were inlined into. The line is where
// execution is in the innermost one, and the place of the inlined call in each of the others.
using Chain = std::vector<Place>;

// By which release of Go the layout was introduced.
enum class Layout : std::uint8_t { go_1_2, go_1_16, go_1_18, go_1_20 };

// A table as its bytes tell. They are not copied: they must outlive it and what it returns. No byte of them
// is trusted: what makes no sense is as if it were not there. Reading by several threads is fine.
class LineTable {
 public:
  // How its first bytes may be (with those of the pointers' size): to look for it where no section is named
  // after it.
  static bool may_begin(std::span<const std::byte> bytes);

  // `bytes` begin with the table and may go on behind it. Nothing where it is no table, or one of an unknown
  // layout.
  static std::optional<LineTable> parse(std::span<const std::byte> bytes);

  // Tells where the functions' code begins, for programs whose table does not say. Layouts of Go 1.18 and
  // later; the others say it of each function.
  void set_text(std::uint64_t text) { text_ = text; }

  [[nodiscard]] Layout layout() const { return layout_; }
  [[nodiscard]] std::uint64_t text() const { return text_; }
  [[nodiscard]] std::size_t size() const { return count_; }

  // Where the names of functions begin in the table's bytes.
  [[nodiscard]] std::uint64_t names_at() const { return names_at_; }

  // The innermost first; empty for an address in no function.
  [[nodiscard]] Chain find(std::uint64_t address) const;

  struct Function {
    std::uint64_t begin = 0, end = 0;
    std::string_view name;
  };
  // `index` is below size(); functions are by address.
  [[nodiscard]] Function function(std::size_t index) const;

  // Tells where the trees of inlined calls are: the bytes that Go's linker calls `go:func.*`, up to their end
  // or further. Refused where some tree in them would make no sense, or there is none at all: then no inlined
  // calls are found. Layouts of Go 1.18 and later.
  bool set_trees(std::span<const std::byte> bytes);

 private:
  // A row of the table.
  struct Row {
    std::uint64_t begin = 0, end = 0;
    std::uint32_t name = 0, files = 0, lines = 0, unit = 0;  // offsets
    std::uint32_t tree_indices = 0;                          // 0: none
    std::optional<std::uint32_t> tree;
  };
  struct Call {
    std::string_view function;
    std::uint64_t parent = 0;  // an address whose place is the call's
  };

  bool read_header();
  bool read_old_header(std::uint64_t functions);
  bool read_new_header();
  [[nodiscard]] bool makes_sense() const;
  [[nodiscard]] std::uint64_t pointer(std::span<const std::byte> bytes, std::uint64_t at) const;
  [[nodiscard]] std::uint64_t begin_of(std::size_t index) const;
  [[nodiscard]] std::size_t row_size() const { return layout_ >= Layout::go_1_18 ? 8 : 2 * pointer_size_; }
  [[nodiscard]] std::optional<Row> row(std::size_t index) const;
  [[nodiscard]] std::optional<std::size_t> index_of(std::uint64_t address) const;
  [[nodiscard]] std::int32_t value(std::uint32_t values, std::uint64_t begin, std::uint64_t address) const;
  [[nodiscard]] std::string_view file(const Row& row, std::int32_t number) const;
  [[nodiscard]] Place place(const Row& row, std::uint64_t address) const;
  [[nodiscard]] std::optional<Call> call(const Row& row, std::int32_t index) const;

  std::span<const std::byte> bytes_;
  std::span<const std::byte> rows_, functions_, names_, units_, files_, values_, trees_;
  std::uint64_t names_at_ = 0;
  std::uint64_t text_ = 0;
  std::size_t count_ = 0;
  Layout layout_{};
  unsigned quantum_ = 1;
  unsigned pointer_size_ = 8;
};

}  // namespace ajar::objfile::go
