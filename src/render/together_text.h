#pragma once

#include <string>
#include <vector>

#include "report/count_trends.h"

// How processes that have to do with each other are told of, for people, safe for a terminal.
namespace ajar::render {

// Of a growing process, a sentence each: "hand in hand with gateway (pid 2291): they share 790 unix stream
// sockets", "rises as gateway (pid 2291) does (r = 0.998); that alone proves nothing". At most three of each
// kind.
std::vector<std::string> together_words(const report::CountTrend& trend);

// "lsass (pid 640) fell by 12,040 when w3wp (pid 5404) ended: it held them for it; they shared 11,800
// handles"
std::string fall_words(const report::FallAtEnd& fall);

// The curves of all that it is about, a line each: its name, its curve, and between which numbers.
std::vector<std::string> fall_curves(const report::FallAtEnd& fall);

// "w3wp (pid 5404) and lsass (pid 640) both grow: …"
std::string token_words(const report::TokenQuestion& question);

}  // namespace ajar::render
