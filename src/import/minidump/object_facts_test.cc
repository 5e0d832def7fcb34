#include "import/minidump/object_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/testing/fake_minidump.h"

namespace ajar::import {
namespace {

using model::FactKey;
using objfile::bytes_of;
using objfile::words_of;
using Type = objfile::MinidumpObjectInfo::Type;

std::vector<model::Fact> facts_of(Type type, const std::string& bytes) {
  const objfile::MinidumpObjectInfo info{.type = type, .bytes = bytes_of(bytes)};
  return object_facts({&info, 1});
}

std::string text_of(const std::vector<model::Fact>& facts, FactKey key) {
  return std::string(model::fact_text(facts, key));
}

TEST(ObjectFacts, TellOfAThreadWhichOneItIsAndThatItHasEnded) {
  const auto facts = facts_of(Type::thread, objfile::thread_contents(7, 4242, 12));
  EXPECT_EQ(model::fact_number(facts, FactKey::thread), 12U);
  EXPECT_EQ(text_of(facts, FactKey::process), "pid 4242");
  EXPECT_EQ(model::fact_number(facts, FactKey::thread_gone), 1U);
  EXPECT_EQ(model::fact_number(facts, FactKey::exit_status), 7U);
  EXPECT_EQ(model::fact_number(facts, FactKey::priority), 8U);
  EXPECT_EQ(model::fact_number(facts, FactKey::base_priority), 10U);
}

TEST(ObjectFacts, AThreadThatRunsHasNoExitStatus) {
  const auto facts = facts_of(Type::thread, objfile::thread_contents(0x103, 4242, 12));
  EXPECT_EQ(model::find_fact(facts, FactKey::thread_gone), nullptr);
  EXPECT_EQ(model::find_fact(facts, FactKey::exit_status), nullptr);
}

TEST(ObjectFacts, TellOfAProcessWhichOneItIsAndThatItHasEnded) {
  // Exit status, PEB, affinity, base priority, pid, parent; 64 bits each but for the statuses.
  const std::string bytes = words_of({0, 0, 1, 0, 3, 0, 8, 0, 813, 0, 1, 0});
  const auto facts = facts_of(Type::process, bytes);
  EXPECT_EQ(text_of(facts, FactKey::process), "pid 813");
  EXPECT_EQ(model::fact_number(facts, FactKey::process_gone), 1U);
  EXPECT_EQ(model::fact_number(facts, FactKey::exit_status), 0U);
}

TEST(ObjectFacts, TellWhoseAMutexIs) {
  EXPECT_EQ(model::fact_number(facts_of(Type::mutant, words_of({1, 0})), FactKey::signaled), 1U);
  EXPECT_EQ(model::fact_number(facts_of(Type::mutant, words_of({0, 0})), FactKey::signaled), 0U);
  EXPECT_THAT(text_of(facts_of(Type::mutant, words_of({0, 0x0100})), FactKey::told),
              testing::HasSubstr("abandoned"));
  EXPECT_EQ(text_of(facts_of(Type::mutant_owner, words_of({42, 0, 7, 0})), FactKey::owner),
            "thread 7 of pid 42");
  EXPECT_EQ(text_of(facts_of(Type::mutant_owner, words_of({0, 0, 0, 0})), FactKey::owner), "");
}

TEST(ObjectFacts, TellOfEventsSemaphoresAndSections) {
  const auto event = facts_of(Type::event, words_of({1, 0}));
  EXPECT_EQ(text_of(event, FactKey::kind), "auto reset");
  EXPECT_EQ(model::fact_number(event, FactKey::signaled), 0U);
  const auto semaphore = facts_of(Type::semaphore, words_of({3, 10}));
  EXPECT_EQ(model::fact_number(semaphore, FactKey::count), 3U);
  EXPECT_EQ(model::fact_number(semaphore, FactKey::most), 10U);
  const auto section = facts_of(Type::section, words_of({0, 0, 0x0800'0000, 0, 4096, 0}));
  EXPECT_EQ(model::fact_number(section, FactKey::size), 4096U);
}

TEST(ObjectFacts, WhatIsNotKnownIsToldInHexadecimal) {
  EXPECT_EQ(text_of(facts_of(Type{99}, "\x01\xff"), FactKey::told), "object information 99: 01ff");
  EXPECT_EQ(text_of(facts_of(Type::thread, "\x02"), FactKey::told), "object information 1: 02");
  EXPECT_LT(text_of(facts_of(Type{99}, std::string(5000, 'x')), FactKey::told).size(), 200U);
}

}  // namespace
}  // namespace ajar::import
