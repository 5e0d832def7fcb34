#include "capture/kernel/followed_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "capture/kernel/module_table.h"
#include "capture/testing/module_image.h"

// What following code says where call-frame information says it as well.
namespace ajar::capture::testing {
namespace {

using kernel::FollowedRules;
using kernel::ModuleTable;
using objfile::ElfFile;
using unwind::FollowedFrame;

std::string words(const FollowedFrame& frame) {
  return "kind " + std::to_string(static_cast<int>(frame.kind)) + " depth " + std::to_string(frame.depth) +
         " bp " + std::to_string(static_cast<int>(frame.bp)) + " " + std::to_string(frame.bp_depth) +
         " saved " + std::to_string(frame.saved);
}

std::string words(const ajar_rule& rule) {
  return "cfa " + std::to_string(rule.cfa) + " " + std::to_string(rule.offset) + " bp " +
         std::to_string(rule.bp) + " " + std::to_string(rule.bp_offset);
}

bool same_cfa(const FollowedFrame& ours, const ajar_rule& theirs) {
  if (theirs.cfa == AJAR_CFA_SP) return ours.depth == theirs.offset;
  return theirs.cfa == AJAR_CFA_BP && ours.bp == FollowedFrame::Bp::frame_pointer &&
         ours.bp_depth == theirs.offset;
}

// Nobody knows here what the register is by which they find the frame.
bool is_comparable(const FollowedFrame& ours, const ajar_rule& theirs) {
  if (theirs.cfa == AJAR_CFA_NONE || theirs.cfa == AJAR_CFA_EXOTIC) return false;
  if (theirs.cfa == AJAR_CFA_SP && ours.depth == FollowedFrame::kNoDepth) return false;
  return theirs.cfa != AJAR_CFA_BP || ours.bp != FollowedFrame::Bp::other;
}

// Compilers say that the register is saved still when it was restored and its place is left: both say what it
// is. It isn't read from below the stack pointer here.
bool same_bp(const FollowedFrame& ours, const ajar_rule& theirs) {
  const bool is_callers = ours.bp == FollowedFrame::Bp::callers;
  if (theirs.bp == AJAR_BP_SAME) return is_callers;
  if (theirs.bp != AJAR_BP_AT_CFA) return false;
  if (ours.saved != 0 && theirs.bp_offset == -ours.saved) return true;
  return is_callers && ours.depth != FollowedFrame::kNoDepth && -theirs.bp_offset > ours.depth;
}

struct Comparison {
  std::size_t equal = 0, wrong = 0;
  std::size_t begun_by_kernel = 0;  // information says it has a caller, though the file begins there
  std::size_t unsaid = 0;           // information that doesn't tell of a push
  std::size_t nothing_to_compare = 0;
  std::size_t bytes = 0, followed_bytes = 0;  // of which there is information
};

// Hand-written code whose one row tells of no push: before the offset, the row has instructions of another
// depth.
bool says_nothing_of_pushes(const ajar_unwind_table& theirs, const FollowedRules& ours,
                            std::uint32_t offset) {
  const std::uint32_t begin = std::upper_bound(theirs.offsets, theirs.offsets + theirs.row_count, offset)[-1];
  const FollowedFrame* const first = ours.frame_at(begin);
  if (first == nullptr || !first->is_entry()) return false;
  for (std::uint32_t at = begin; at <= offset; at += ours.length_at(at)) {
    if (ours.frame_at(at) == nullptr) return false;
    if (ours.frame_at(at)->depth != first->depth) return true;
  }
  return false;
}

void count(const ajar_unwind_table& theirs, const FollowedRules& ours, const FollowedRules::Row& row,
           std::uint64_t entry, const std::string& path, Comparison& counts) {
  const ajar_rule their = ajar_unwind_rule(&theirs, theirs.base + row.begin);
  const FollowedFrame& our = *ours.frame_at(row.begin);
  if (!is_comparable(our, their)) {
    ++counts.nothing_to_compare;
    return;
  }
  counts.followed_bytes += row.end - row.begin;
  const bool is_special = row.rule.cfa == AJAR_CFA_END || row.rule.cfa == AJAR_CFA_SIGNAL;
  if (is_special ? row.rule.cfa == their.cfa : same_cfa(our, their) && same_bp(our, their)) {
    ++counts.equal;
  } else if (row.rule.cfa == AJAR_CFA_END && theirs.base + row.begin - entry < 64) {
    ++counts.begun_by_kernel;
  } else if (!is_special && says_nothing_of_pushes(theirs, ours, row.begin)) {
    ++counts.unsaid;
  } else if (++counts.wrong <= 20) {
    ADD_FAILURE() << path << " " << std::hex << theirs.base + row.begin << ": " << words(our)
                  << ", call-frame information: " << words(their);
  }
}

Comparison compare(const std::string& path) {
  const std::string bytes = file_bytes(path);
  const ElfFile elf = ElfFile::parse(std::as_bytes(std::span(bytes))).value();
  const ModuleTable table = ModuleTable::of_frames(elf).value();
  const ajar_unwind_table theirs = table.table();
  ajar_unwind_table nothing = theirs;
  nothing.row_count = 0;
  const auto ours = FollowedRules::make(elf, nothing);
  Comparison counts;
  if (ours == nullptr) return counts;
  for (const FollowedRules::Row& row : ours->rows())
    count(theirs, *ours, row, elf.header().entry, path, counts);
  for (std::uint32_t i = 0; i + 1 < theirs.row_count; ++i) {
    if (theirs.rule_of[i] != AJAR_RULE_NONE) counts.bytes += theirs.offsets[i + 1] - theirs.offsets[i];
  }
  return counts;
}

class FollowedFile : public ::testing::TestWithParam<std::string> {};

TEST_P(FollowedFile, SaysWhatCallFrameInformationSaysOrNothing) {
  const std::string& path = GetParam();
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " isn't there";
  const Comparison counts = compare(path);
  std::printf(
      "%s: %zu rows equal, %zu wrong; %zu begun by the kernel, %zu pushes unsaid, %zu not to be compared; "
      "%.1f%% of bytes\n",
      path.c_str(), counts.equal, counts.wrong, counts.begun_by_kernel, counts.unsaid,
      counts.nothing_to_compare,
      100.0 * static_cast<double>(counts.followed_bytes) / static_cast<double>(counts.bytes));
  EXPECT_EQ(counts.wrong, 0U);
  EXPECT_LE(counts.unsaid * 1000, counts.equal) << "only of some hand-written functions";
}

// AJAR_FOLLOW may name others, with spaces between them.
std::vector<std::string> files() {
  std::vector<std::string> paths = {"/lib/x86_64-linux-gnu/libc.so.6",
                                    "/lib64/ld-linux-x86-64.so.2",
                                    "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
                                    "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
                                    "/usr/lib/x86_64-linux-gnu/libm.so.6",
                                    "/usr/bin/python3",
                                    "/proc/self/exe"};
  const char* const others = std::getenv("AJAR_FOLLOW");
  std::istringstream words(others == nullptr ? "" : others);
  for (std::string path; words >> path;) paths.push_back(path);
  return paths;
}

INSTANTIATE_TEST_SUITE_P(FollowedRules, FollowedFile, ::testing::ValuesIn(files()));

}  // namespace
}  // namespace ajar::capture::testing
