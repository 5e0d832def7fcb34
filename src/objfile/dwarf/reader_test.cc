#include "objfile/dwarf/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "objfile/dwarf/testing/fake_dwarf.h"

namespace ajar::objfile::dwarf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// "inner@10 < outer" for each address.
std::vector<std::string> names_at(Reader& reader, const std::vector<std::uint64_t>& addresses) {
  std::vector<std::string> words(addresses.size(), "-");
  reader.find(addresses, [&](std::size_t index, const Chain& chain) {
    std::string& out = words[index];
    out.clear();
    for (const Place& place : chain) {
      out += (out.empty() ? "" : " < ") + (place.function.empty() ? "?" : place.function);
      if (place.inlined) out += "*";
    }
  });
  return words;
}

std::vector<std::string> names_at(const FakeDwarf& dwarf, const std::vector<std::uint64_t>& addresses) {
  Reader reader(dwarf.sections());
  auto words = names_at(reader, addresses);
  EXPECT_FALSE(reader.trouble().has_value());
  return words;
}

FakeEntry unit(std::vector<FakeEntry> children, Language of = Language::none) {
  return {.tag = Tag{0x11},
          .attributes = with_code(0x1000, 0x1000, {language(of)}),
          .children = std::move(children)};
}

TEST(DwarfReader, the_function_that_holds_the_address_is_named) {
  FakeDwarf dwarf;
  dwarf.add_unit(unit({{.tag = Tag::subprogram, .attributes = with_code(0x1000, 0x10, {name("first")})},
                       {.tag = Tag::subprogram, .attributes = with_code(0x1010, 0x10, {name("second")})}}));
  EXPECT_THAT(names_at(dwarf, {0x0fff, 0x1000, 0x100f, 0x1010, 0x1020}),
              ElementsAre("-", "first", "first", "second", "-"));
}

TEST(DwarfReader, the_place_begins_where_its_code_does) {
  FakeDwarf dwarf;
  dwarf.add_unit(unit({{.tag = Tag::subprogram, .attributes = with_code(0x1010, 0x10, {name("f")})}}));
  Reader reader(dwarf.sections());
  std::uint64_t begin = 0;
  reader.find(std::vector<std::uint64_t>{0x1018},
              [&](std::size_t, const Chain& chain) { begin = chain.front().begin; });
  EXPECT_EQ(begin, 0x1010U);
}

TEST(DwarfReader, inlined_functions_come_innermost_first) {
  FakeDwarf dwarf;
  const FakeEntry inner{.tag = Tag::inlined_subroutine,
                        .attributes = with_code(0x1004, 4, {origin("inner")})};
  const FakeEntry outer{.tag = Tag::inlined_subroutine,
                        .attributes = with_code(0x1002, 8, {origin("outer")}),
                        .children = {{.tag = Tag{0x0b}, .children = {inner}}}};
  dwarf.add_unit(unit({
      {.tag = Tag::subprogram, .attributes = {name("inner")}, .label = "inner"},
      {.tag = Tag::subprogram, .attributes = {name("outer"), linkage_name("_Z5outerv")}, .label = "outer"},
      {.tag = Tag::subprogram, .attributes = with_code(0x1000, 0x10, {name("f")}), .children = {outer}},
  }));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1002, 0x1004, 0x1008, 0x100a}),
              ElementsAre("f", "_Z5outerv* < f", "inner* < _Z5outerv* < f", "_Z5outerv* < f", "f"));
}

TEST(DwarfReader, what_is_inlined_into_other_functions_does_not_count) {
  FakeDwarf dwarf;
  const auto call = [](std::uint64_t at) {
    return FakeEntry{.tag = Tag::inlined_subroutine, .attributes = with_code(at, 4, {name("g")})};
  };
  dwarf.add_unit(unit({
      {.tag = Tag::subprogram,
       .attributes = with_code(0x1000, 0x10, {name("a")}),
       .children = {call(0x1000)}},
      {.tag = Tag::subprogram,
       .attributes = with_code(0x1010, 0x10, {name("b")}),
       .children = {call(0x1010)}},
  }));
  EXPECT_THAT(names_at(dwarf, {0x1012}), ElementsAre("g* < b"));
}

// A function with two inlined ones, the first of which says that `next` comes behind it, and holds another.
FakeDwarf two_inlined(const std::string& next) {
  FakeDwarf dwarf;
  const auto inlined = [](const char* function, std::uint64_t at, std::vector<FakeEntry> children = {}) {
    return FakeEntry{.tag = Tag::inlined_subroutine,
                     .attributes = with_code(at, 4, {name(function)}),
                     .children = std::move(children),
                     .label = function};
  };
  FakeEntry first = inlined("first", 0x1000, {inlined("in_first", 0x1000)});
  first.attributes.push_back(sibling(next));
  dwarf.add_unit(unit({{.tag = Tag::subprogram,
                        .attributes = with_code(0x1000, 0x20, {name("f")}),
                        .children = {first, inlined("second", 0x1010)},
                        .label = "f"},
                       {.tag = Tag::subprogram, .attributes = with_code(0x1020, 0x10, {name("g")})}}));
  return dwarf;
}

TEST(DwarfReader, siblings_are_found_behind_what_holds_no_address) {
  const FakeDwarf dwarf = two_inlined("second");
  EXPECT_THAT(names_at(dwarf, {0x1010, 0x1020}), ElementsAre("second* < f", "g"));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1010}), ElementsAre("in_first* < first* < f", "second* < f"));
}

TEST(DwarfReader, a_sibling_that_is_no_later_entry_is_not_believed) {
  for (const char* const wrong : {"f", "first"}) {
    EXPECT_THAT(names_at(two_inlined(wrong), {0x1010, 0x1020}), ElementsAre("second* < f", "g"));
  }
}

TEST(DwarfReader, declarations_are_passed_over_with_their_parameters) {
  FakeDwarf dwarf;
  const FakeAttribute declaration{.attribute = Attribute::declaration, .form = Form::data2, .number = 1};
  dwarf.add_unit(
      unit({{.tag = Tag::class_type,
             .attributes = {name("Shop")},
             .children = {{.tag = Tag::subprogram,
                           .attributes = {declaration, sibling("close"), name("open")},
                           .children = {{.tag = Tag{0x05}}},
                           .label = "open"},
                          {.tag = Tag::subprogram, .attributes = {name("close")}, .label = "close"}}},
            {.tag = Tag::subprogram, .attributes = with_code(0x1000, 4, {origin("open")})},
            {.tag = Tag::subprogram, .attributes = with_code(0x1004, 4, {origin("close")})}},
           Language::c_plus_plus_14));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1004}), ElementsAre("Shop::open", "Shop::close"));
}

TEST(DwarfReader, a_function_in_a_function_stands_for_itself) {
  FakeDwarf dwarf;
  const FakeEntry nested{
      .tag = Tag::subprogram,
      .attributes = with_code(0x1100, 0x10, {name("nested")}),
      .children = {{.tag = Tag::inlined_subroutine, .attributes = with_code(0x1104, 4, {name("g")})}}};
  dwarf.add_unit(unit(
      {{.tag = Tag::subprogram, .attributes = with_code(0x1000, 0x10, {name("f")}), .children = {nested}}}));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1100, 0x1104}), ElementsAre("f", "nested", "g* < nested"));
}

TEST(DwarfReader, a_name_of_cplusplus_has_what_is_around_it) {
  FakeDwarf dwarf;
  const FakeEntry lambda{
      .tag = Tag::class_type,
      .children = {{.tag = Tag::subprogram, .attributes = with_code(0x1100, 0x10, {name("operator()")})}}};
  const FakeEntry function{
      .tag = Tag::subprogram, .attributes = with_code(0x1000, 0x10, {name("f")}), .children = {lambda}};
  const FakeEntry space{.tag = Tag::name_space,
                        .attributes = {name("shop")},
                        .children = {{.tag = Tag::name_space, .children = {function}}}};
  dwarf.add_unit(
      unit({space, {.tag = Tag::subprogram, .attributes = with_code(0x1200, 0x10, {name("main")})}},
           Language::c_plus_plus_14));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1100, 0x1200}),
              ElementsAre("shop::(anonymous namespace)::f",
                          "shop::(anonymous namespace)::f::{lambda}::operator()", "main"));
}

TEST(DwarfReader, a_name_in_another_language_stays_as_it_is) {
  FakeDwarf dwarf;
  dwarf.add_unit(
      unit({{.tag = Tag::name_space,
             .attributes = {name("main")},
             .children = {{.tag = Tag::subprogram, .attributes = with_code(0x1000, 4, {name("main.f")})}}}}));
  EXPECT_THAT(names_at(dwarf, {0x1000}), ElementsAre("main.f"));
}

TEST(DwarfReader, a_unit_says_in_aranges_what_is_its) {
  FakeDwarf dwarf;
  const FakeEntry silent{
      .tag = Tag{0x11},
      .children = {{.tag = Tag::subprogram, .attributes = with_code(0x5000, 0x10, {name("f")})}}};
  dwarf.add_unit({.tag = Tag{0x11}});
  const std::uint64_t begin = dwarf.add_unit(silent);
  EXPECT_THAT(names_at(dwarf, {0x5008}), ElementsAre("-"));
  std::string set;
  put(set, 2, 2);
  put(set, begin, 4);
  put(set, 8, 1);
  put(set, 0, 1 + 4);  // segments; pairs are aligned
  put(set, 0x5000, 8);
  put(set, 0x10, 8);
  put(set, 0, 16);
  put(dwarf.aranges, set.size(), 4);
  dwarf.aranges += set;
  EXPECT_THAT(names_at(dwarf, {0x5008, 0x5010}), ElementsAre("f", "-"));
}

TEST(DwarfReader, every_kind_of_range_list_entry_is_understood) {
  FakeDwarf dwarf;
  std::string& lists = dwarf.rnglists;
  put(lists, 0, 12);
  put_varint(lists, 3), put_varint(lists, 0), put_varint(lists, 0x10);     // startx_length: 0x1000
  put_varint(lists, 2), put_varint(lists, 1), put_varint(lists, 2);        // startx_endx: 0x1100..0x1110
  put_varint(lists, 5), put(lists, 0x1200, 8);                             // base_address
  put_varint(lists, 4), put_varint(lists, 0x10), put_varint(lists, 0x20);  // offset_pair: 0x1210
  put_varint(lists, 1), put_varint(lists, 3);                              // base_addressx: 0x1300
  put_varint(lists, 4), put_varint(lists, 0), put_varint(lists, 0x10);     // offset_pair: 0x1300
  put_varint(lists, 6), put(lists, 0x1400, 8), put(lists, 0x1410, 8);      // start_end
  put_varint(lists, 7), put(lists, 0x1500, 8), put_varint(lists, 0x10);    // start_length
  put_varint(lists, 7), put(lists, 0, 8), put_varint(lists, 0x10000);      // thrown away by the linker
  put_varint(lists, 0);
  for (const std::uint64_t address : {0x1000U, 0x1100U, 0x1110U, 0x1300U}) put(dwarf.addr, address, 8);
  FakeEntry first =
      unit({{.tag = Tag::subprogram,
             .attributes = {name("f"),
                            {.attribute = Attribute::ranges, .form = Form::sec_offset, .number = 12}}}});
  first.attributes.push_back({.attribute = Attribute::addr_base, .form = Form::sec_offset, .number = 0});
  dwarf.add_unit(first);
  EXPECT_THAT(
      names_at(dwarf, {0x1000, 0x1010, 0x1100, 0x1110, 0x1200, 0x1210, 0x1300, 0x1400, 0x1500, 0x1600}),
      ElementsAre("f", "-", "f", "-", "-", "f", "f", "f", "f", "-"));
}

TEST(DwarfReader, version_4_ranges_are_counted_from_their_base) {
  FakeDwarf dwarf;
  dwarf.version = 4;
  for (const std::uint64_t number : {0x10ULL, 0x20ULL, ~0ULL, 0x1800ULL, 0x0ULL, 0x8ULL, 0ULL, 0ULL}) {
    put(dwarf.ranges, number, 8);
  }
  dwarf.add_unit(
      unit({{.tag = Tag::subprogram,
             .attributes = {name("f"),
                            {.attribute = Attribute::ranges, .form = Form::sec_offset, .number = 0}}}}));
  EXPECT_THAT(names_at(dwarf, {0x1000, 0x1010, 0x1020, 0x1800, 0x1808}),
              ElementsAre("-", "f", "-", "f", "-"));
}

// A .dwo file, and what leads to it.
class OneFile final : public Companions {
 public:
  OneFile(const Sections& sections, std::string expected)
      : sections_(sections), expected_(std::move(expected)) {}
  const Sections* supplementary() override { return nullptr; }
  const Sections* split(const SplitUnit& unit) override {
    return unit.name == expected_ ? &sections_ : nullptr;
  }
  const Sections* package() override { return nullptr; }

 private:
  Sections sections_;
  std::string expected_;
};

FakeEntry skeleton() {
  return {
      .tag = Tag{0x4a},
      .attributes = with_code(0x1000, 0x1000,
                              {{.attribute = Attribute::dwo_name, .form = Form::string, .text = "a.dwo"},
                               {.attribute = Attribute::addr_base, .form = Form::sec_offset, .number = 0}})};
}

TEST(DwarfReader, a_split_unit_is_read_where_it_is) {
  FakeDwarf main, split;
  main.add_unit(skeleton(), UnitType::skeleton, 77);
  put(main.addr, 0x1010, 8);
  split.add_unit({.tag = Tag{0x11}}, UnitType::split_compile, 76);
  split.add_unit(
      {.tag = Tag{0x11},
       .children = {{.tag = Tag::subprogram,
                     .attributes = {name("f"),
                                    {.attribute = Attribute::low_pc, .form = Form::addrx, .number = 0},
                                    {.attribute = Attribute::high_pc, .form = Form::data4, .number = 8}}}}},
      UnitType::split_compile, 77);
  OneFile file(split.sections(), "a.dwo");
  Reader reader(main.sections(), &file);
  EXPECT_THAT(names_at(reader, {0x1010, 0x1018}), ElementsAre("f", "-"));
  EXPECT_THAT(reader.missing_split(), ElementsAre());
}

TEST(DwarfReader, a_split_unit_of_another_compilation_is_not_taken) {
  FakeDwarf main, split;
  main.add_unit(skeleton(), UnitType::skeleton, 77);
  split.add_unit(unit({{.tag = Tag::subprogram, .attributes = with_code(0x1000, 8, {name("f")})}}),
                 UnitType::split_compile, 78);
  OneFile file(split.sections(), "a.dwo");
  Reader reader(main.sections(), &file);
  EXPECT_THAT(names_at(reader, {0x1000}), ElementsAre("-"));
  EXPECT_THAT(reader.missing_split(), ElementsAre("a.dwo"));
}

TEST(DwarfReader, entries_that_refer_to_each_other_in_a_circle_have_no_name) {
  FakeDwarf dwarf;
  dwarf.add_unit(
      unit({{.tag = Tag::subprogram, .attributes = {origin("b")}, .label = "a"},
            {.tag = Tag::subprogram, .attributes = with_code(0x1000, 8, {origin("a")}), .label = "b"}}));
  EXPECT_THAT(names_at(dwarf, {0x1000}), ElementsAre("?"));
}

TEST(DwarfReader, a_unit_that_was_cut_is_said_and_the_others_are_read) {
  FakeDwarf dwarf;
  dwarf.add_unit(unit({{.tag = Tag::subprogram, .attributes = with_code(0x1000, 8, {name("f")})}}));
  const std::uint64_t begin = dwarf.add_unit(
      {.tag = Tag{0x11},
       .attributes = with_code(0x3000, 0x1000),
       .children = {{.tag = Tag::subprogram, .attributes = with_code(0x3000, 8, {name("g")})}}});
  dwarf.info()[begin + 12 + 13] = '\x7f';  // the first entry's child has no abbreviation of that number
  Reader reader(dwarf.sections());
  EXPECT_THAT(names_at(reader, {0x1000, 0x3000}), ElementsAre("f", "-"));
  ASSERT_TRUE(reader.trouble().has_value());
  EXPECT_THAT(reader.trouble()->message(), HasSubstr("makes no sense"));
}

TEST(DwarfReader, ranges_that_everything_refers_to_come_to_an_end) {
  FakeDwarf dwarf;
  dwarf.version = 4;
  for (int i = 0; i < 20'000; ++i)
    put(dwarf.ranges, 0x0000'0005'0000'0001ULL, 8), put(dwarf.ranges, 0x0000'0006'0000'0001ULL, 8);
  std::vector<FakeEntry> functions;
  for (int i = 0; i < 20'000; ++i) {
    functions.push_back(
        {.tag = Tag::subprogram,
         .attributes = {{.attribute = Attribute::ranges, .form = Form::sec_offset, .number = 0}}});
  }
  dwarf.add_unit(unit(functions));
  Reader reader(dwarf.sections());
  names_at(reader, {0x1000});
  ASSERT_TRUE(reader.trouble().has_value());
}

}  // namespace
}  // namespace ajar::objfile::dwarf
