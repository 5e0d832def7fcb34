#include "symbolize/pdb_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/testing/fake_pdb.h"
#include "objfile/testing/fake_pe.h"
#include "platform/testing/temp_tree.h"

namespace ajar::symbolize {
namespace {

using objfile::append_number;
using objfile::FakePdb;
using platform::TempTree;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

// An image whose only section is a debug directory that names this PDB, of age 10.
std::string image_with(const std::string& recorded) {
  constexpr std::uint32_t kRow = 28;
  constexpr std::uint32_t kHeaders = 0x40 + 4 + 20 + 112 + 16 * 8 + 40;
  std::string record = "RSDS" + FakePdb().guid;
  append_number(record, 10, 4);
  record += recorded + '\0';
  std::string row(12, '\0');
  append_number(row, 2, 4);  // CodeView
  append_number(row, record.size(), 4);
  append_number(row, 0x2000 + kRow, 4);
  append_number(row, kHeaders + kRow, 4);
  objfile::FakePe fake;
  fake.sections.push_back({.name = ".debug", .address = 0x2000, .contents = row + record, .flags = 0x40});
  fake.directories[6] = {0x2000, kRow};
  return fake.build();
}

PdbFile found(const std::string& recorded, const PdbSearch& search) {
  const std::string image = image_with(recorded);
  return find_pdb(objfile::PeFile::parse(std::as_bytes(std::span(image))).value(), search);
}

std::string pdb() {
  return FakePdb{.dbi_age = 10}.build();
}

TEST(PdbFile, LiesBesideTheImageUnderTheNameThatTheImageRecords) {
  const TempTree tree{{"bin/shop.pdb", pdb()}};
  const PdbFile file =
      found("C:\\build\\shop.pdb", {.image = tree.path("bin/renamed.dll"), .root = {}, .folders = {}});
  EXPECT_EQ(file.path, tree.path("bin/shop.pdb"));
  EXPECT_THAT(file.troubles, IsEmpty());
}

TEST(PdbFile, OrWhereTheLinkerLeftIt) {
  const TempTree tree{{"build/shop.pdb", pdb()}, {"container/build/x.pdb", pdb()}};
  EXPECT_EQ(found(tree.path("build/shop.pdb"), {.image = "/bin/shop.dll", .root = {}, .folders = {}}).path,
            tree.path("build/shop.pdb"));
  EXPECT_EQ(
      found("/build/x.pdb", {.image = "/bin/x.dll", .root = tree.path("container"), .folders = {}}).path,
      tree.path("container/build/x.pdb"));
}

TEST(PdbFile, OrInTheFoldersAsSymbolServersLayThemOutToo) {
  const TempTree tree{{"flat/shop.pdb", pdb()},
                      {"same/bin/shop.pdb", pdb()},
                      {"server/shop.pdb/67676767676767676767676767676767A/shop.pdb", pdb()},
                      {"small/shop.pdb/67676767676767676767676767676767a/shop.pdb", pdb()}};
  for (const auto& [folder, path] :
       {std::pair("flat", "flat/shop.pdb"),
        {"same", "same/bin/shop.pdb"},
        {"server", "server/shop.pdb/67676767676767676767676767676767A/shop.pdb"},
        {"small", "small/shop.pdb/67676767676767676767676767676767a/shop.pdb"}}) {
    EXPECT_EQ(found("shop.pdb", {.image = "/bin/shop.dll", .root = {}, .folders = {tree.path(folder)}}).path,
              tree.path(path));
  }
}

TEST(PdbFile, OfAnotherBuildIsNotTakenAndMentioned) {
  const TempTree tree{{"a/shop.pdb", FakePdb{.dbi_age = 11}.build()},
                      {"b/shop.pdb", FakePdb{.guid = std::string(16, 'h'), .dbi_age = 10}.build()},
                      {"c/shop.pdb", "text"},
                      {"d/shop.pdb", pdb()}};
  PdbSearch search{
      .image = "/bin/shop.dll", .root = {}, .folders = {tree.path("a"), tree.path("b"), tree.path("c")}};
  const PdbFile none = found("shop.pdb", search);
  EXPECT_EQ(none.path, "");
  EXPECT_THAT(none.troubles,
              ElementsAre(EndsWith("a/shop.pdb: is of another build (its GUID or age differs)"),
                          EndsWith("b/shop.pdb: is of another build (its GUID or age differs)"),
                          EndsWith("c/shop.pdb: is no PDB")));
  search.folders.push_back(tree.path("d"));
  EXPECT_EQ(found("shop.pdb", search).path, tree.path("d/shop.pdb"));
}

TEST(PdbFile, WhatTheImageDoesNotNameIsNotLookedFor) {
  const TempTree tree{{"shop.pdb", pdb()}};
  EXPECT_EQ(found("", {.image = tree.path("shop.dll"), .root = {}, .folders = {}}).path, "");
  EXPECT_EQ(found("C:\\", {.image = tree.path("shop.dll"), .root = {}, .folders = {}}).path, "");
}

}  // namespace
}  // namespace ajar::symbolize
