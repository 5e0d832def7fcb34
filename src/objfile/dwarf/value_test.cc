#include "objfile/dwarf/value.h"

#include <gtest/gtest.h>

#include <string>

#include "objfile/dwarf/testing/fake_dwarf.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr Encoding kUsual{.version = 5, .address_size = 8, .offset_size = 4};

Value read_all(const std::string& bytes, Form form, const Encoding& encoding = kUsual) {
  base::ByteReader in(bytes_of(bytes));
  Value value = read_value(in, form, encoding);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0U) << "form " << static_cast<int>(form);
  return value;
}

TEST(DwarfValue, numbers_of_each_size_are_read_whole) {
  EXPECT_EQ(read_all("\x81", Form::data1).number, 0x81U);
  EXPECT_EQ(read_all("\x01\x02", Form::data2).number, 0x201U);
  EXPECT_EQ(read_all("\x01\x02\x03", Form::strx3).number, 0x30201U);
  EXPECT_EQ(read_all("\x01\x02\x03\x04", Form::ref4).number, 0x4030201U);
  EXPECT_EQ(read_all("\x01\x02\x03\x04\x05\x06\x07\x08", Form::data8).number, 0x807060504030201U);
  EXPECT_EQ(read_all("\x80\x01", Form::udata).number, 0x80U);
  EXPECT_EQ(read_all("\x7f", Form::sdata).number, ~std::uint64_t{0});
}

TEST(DwarfValue, offsets_and_addresses_have_the_size_of_the_unit) {
  EXPECT_EQ(fixed_size(Form::addr, kUsual), 8U);
  EXPECT_EQ(fixed_size(Form::strp, kUsual), 4U);
  EXPECT_EQ(fixed_size(Form::strp, {.version = 5, .address_size = 8, .offset_size = 8}), 8U);
  EXPECT_EQ(fixed_size(Form::addr, {.version = 4, .address_size = 4, .offset_size = 4}), 4U);
}

TEST(DwarfValue, blocks_are_passed_over) {
  read_all(std::string("\x02\xaa\xbb", 3), Form::block1);
  read_all(std::string("\x01\x00\xaa", 3), Form::block2);
  read_all(std::string("\x01\x00\x00\x00\xaa", 5), Form::block4);
  read_all("\x02\xaa\xbb", Form::exprloc);
  read_all(std::string(16, 'x'), Form::data16);
}

TEST(DwarfValue, an_indirect_form_stands_before_its_value) {
  const Value value = read_all(std::string("\x0b\x2a", 2), Form::indirect);
  EXPECT_EQ(value.form, Form::data1);
  EXPECT_EQ(value.number, 42U);
}

TEST(DwarfValue, a_form_that_nobody_knows_makes_the_reader_fail) {
  const std::string bytes(100, '\1');
  base::ByteReader in(bytes_of(bytes));
  read_value(in, Form{0x7777}, kUsual);
  EXPECT_FALSE(in.ok());
}

TEST(DwarfValue, a_chain_of_indirections_ends) {
  const std::string bytes(100, '\x16');
  base::ByteReader in(bytes_of(bytes));
  read_value(in, Form::indirect, kUsual);
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace ajar::objfile::dwarf
