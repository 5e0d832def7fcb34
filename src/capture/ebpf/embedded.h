#pragma once

#include <cstddef>

// A file as it is when this is compiled, whole: `name` is its first byte, `name_end` what comes behind its
// last.
#define AJAR_EMBED(name, file)                        \
  asm(".pushsection .rodata\n"                        \
      ".balign 16\n"                                  \
      ".global " #name "\n" #name ": .incbin \"" file \
      "\"\n"                                          \
      ".global " #name "_end\n" #name                 \
      "_end:\n"                                       \
      ".popsection\n");                               \
  extern "C" const std::byte name[];                  \
  extern "C" const std::byte name##_end[]
