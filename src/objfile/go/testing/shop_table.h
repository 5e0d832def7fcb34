#pragma once

#include "objfile/go/testing/fake_line_table.h"

namespace ajar::objfile::go {

// Two functions; into the second one `main.twice` is inlined, and into that `main.once`.
inline FakeLineTable shop_table(Layout layout) {
  FakeLineTable fake;
  fake.layout = layout;
  fake.files = {"/src/shop/main.go", "/src/shop/inner.go"};
  const bool numbered_from_one = layout == Layout::go_1_2;
  const std::int32_t main = numbered_from_one ? 1 : 0;
  const std::int32_t inner = main + 1;
  fake.functions = {
      {.name = "main.open",
       .begin = 0x1000,
       .steps = {{.length = 0x10, .file = main, .line = 7}, {.length = 0x10, .file = main, .line = 5}}},
      {.name = "main.(*server).serve",
       .begin = 0x1020,
       .steps = {{.length = 0x10, .file = main, .line = 20},
                 {.length = 0x10, .file = inner, .line = 3, .call = 1},
                 {.length = 0x10, .file = inner, .line = 9, .call = 0},
                 {.length = 0x200, .file = main, .line = 1000}},
       .calls = {{.function = "main.twice", .parent = 0x8}, {.function = "main.once", .parent = 0x22}}}};
  fake.end = 0x1250;
  return fake;
}

}  // namespace ajar::objfile::go
