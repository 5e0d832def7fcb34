#include "agent/linux/large_file_names.h"

#include <gtest/gtest.h>

namespace ajar::agent {
namespace {

TEST(LargeFileNames, AreTheOthersWhereTheCLibraryHasNone) {
  int open = 0;
  int fopen = 0;
  int own = 0;
  RealFunction functions[] = {{"open64", nullptr},  {"open", &open},    {"fopen", &fopen},
                              {"fopen64", &own},    {"fts64", nullptr}, {"openat64", nullptr},
                              {"mkostemp", nullptr}};
  fill_in_large_file_names(functions, 7);
  EXPECT_EQ(functions[0].address, &open);
  EXPECT_EQ(functions[3].address, &own) << "it has its own";
  EXPECT_EQ(functions[4].address, nullptr) << "there is no fts";
  EXPECT_EQ(functions[5].address, nullptr) << "there is no openat";
  EXPECT_EQ(functions[6].address, nullptr);
}

}  // namespace
}  // namespace ajar::agent
