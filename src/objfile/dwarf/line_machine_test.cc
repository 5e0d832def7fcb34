#include "objfile/dwarf/line_machine.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "objfile/dwarf/testing/fake_dwarf.h"

namespace ajar::objfile::dwarf {
namespace {

// A program as assemblers write it: 13 opcodes below the special ones, which add up to 13 lines from -3 on.
class Program {
 public:
  Program& at(std::uint64_t address) {
    bytes_ += std::string("\x00\x09\x02", 3);
    put(bytes_, address, 8);
    return *this;
  }
  Program& row() { return add("\x01"); }
  Program& line(unsigned char by) { return add({'\x03', static_cast<char>(by)}); }
  Program& file(unsigned char number) { return add({'\x04', static_cast<char>(number)}); }
  Program& forward(unsigned char bytes) { return add({'\x02', static_cast<char>(bytes)}); }
  Program& special(unsigned char address, int line) {
    return add(std::string(1, static_cast<char>(13 + address * 14 + line + 3)));
  }
  Program& end() { return add(std::string("\x00\x01\x01", 3)); }
  Program& add(const std::string& bytes) {
    bytes_ += bytes;
    return *this;
  }

  std::vector<std::string> lines(const std::vector<std::uint64_t>& addresses) const {
    LineInstructions program;
    program.bytes = bytes_of(bytes_);
    program.first_special = 13;
    static const std::string kOperands("\0\1\1\1\1\0\0\0\1\0\0\1", 12);
    program.operand_counts = bytes_of(kOperands);
    for (int i = 13; i < 256; ++i) {
      program.steps[static_cast<std::size_t>(i)] = {.address = static_cast<std::uint16_t>((i - 13) / 14),
                                                    .line = static_cast<std::int16_t>((i - 13) % 14 - 3)};
    }
    std::vector<std::optional<Line>> found(addresses.size());
    run_line_program(program, addresses, found);
    std::vector<std::string> words;
    for (const auto& line : found) {
      words.push_back(line.has_value() ? std::to_string(line->file) + ":" + std::to_string(line->line) : "-");
    }
    return words;
  }

 private:
  std::string bytes_;
};

using Lines = std::vector<std::string>;

TEST(LineMachine, a_row_holds_up_to_the_next_one) {
  Program program;
  program.at(0x1000).line(9).row().forward(4).line(2).row().forward(4).end();
  EXPECT_EQ(program.lines({0xfff, 0x1000, 0x1003, 0x1004, 0x1007, 0x1008}),
            (Lines{"-", "1:10", "1:10", "1:12", "1:12", "-"}));
}

TEST(LineMachine, of_several_rows_at_one_address_the_last_holds) {
  Program program;
  program.at(0x1000).line(9).row().line(1).row().line(1).row().forward(4).end();
  EXPECT_EQ(program.lines({0x1000}), Lines{"1:12"});
}

TEST(LineMachine, special_opcodes_move_both) {
  Program program;
  program.at(0x1000).special(0, 4).special(3, -2).special(2, 5).forward(1).end();
  EXPECT_EQ(program.lines({0x1000, 0x1002, 0x1003, 0x1005}), (Lines{"1:5", "1:5", "1:3", "1:8"}));
}

TEST(LineMachine, each_sequence_starts_anew) {
  Program program;
  program.at(0x2000).file(3).line(50).row().forward(4).end();
  program.at(0x1000).row().forward(4).end();
  EXPECT_EQ(program.lines({0x1000, 0x2000}), (Lines{"1:1", "3:51"}));
}

TEST(LineMachine, code_that_the_linker_threw_away_has_no_lines) {
  Program program;
  program.at(0).line(70).row().forward(100).end();
  program.at(0x10).row().forward(100).end();
  EXPECT_EQ(program.lines({0x5, 0x10}), (Lines{"-", "1:1"}));
}

TEST(LineMachine, opcodes_that_nobody_knows_are_passed_over) {
  Program program;
  program.at(0x1000)
      .add(std::string("\x0c\x07", 2))
      .add(std::string("\x00\x03\x80\x01\x02", 5))
      .line(4)
      .row();
  program.forward(1).end();
  EXPECT_EQ(program.lines({0x1000}), Lines{"1:5"});
}

TEST(LineMachine, a_program_that_was_cut_gives_what_it_had) {
  Program program;
  program.at(0x1000).row().forward(8).line(3).row().add("\x03");
  EXPECT_EQ(program.lines({0x1000, 0x1008}), (Lines{"1:1", "-"}));
}

}  // namespace
}  // namespace ajar::objfile::dwarf
