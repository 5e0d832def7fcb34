#pragma once

// A function that stands in front of the C library's of the same name.
#define AJAR_HOOK extern "C" __attribute__((visibility("default")))
