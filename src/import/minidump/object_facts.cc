#include "import/minidump/object_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/byte_reader.h"

namespace ajar::import {
namespace {

using model::Fact;
using model::FactKey;
using objfile::Minidump;
using objfile::MinidumpObjectInfo;
using Type = MinidumpObjectInfo::Type;

constexpr std::size_t kShownBytes = 64;  // of what is not known

void add(std::vector<Fact>& facts, FactKey key, std::uint64_t number) {
  if (model::find_fact(facts, key) == nullptr) facts.push_back({.key = key, .number = number, .text = {}});
}

void add(std::vector<Fact>& facts, FactKey key, std::string text) {
  if (key == FactKey::told || model::find_fact(facts, key) == nullptr)
    facts.push_back({.key = key, .text = std::move(text)});
}

std::string process_words(std::uint64_t pid) {
  return fmt::format("pid {}", pid);
}

void add_end(std::vector<Fact>& facts, FactKey gone, std::uint32_t exit_status) {
  if (exit_status == Minidump::kStillRunning) return;
  add(facts, gone, 1);
  add(facts, FactKey::exit_status, exit_status);
}

// Each reader says whether the bytes were what they should be. Numbers that are as long as a pointer come as
// 64 bits from processes of 32, too.
bool read_thread(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto exit_status = in.read<std::uint32_t>();
  in.skip(4 + 8);  // padding, TEB
  const auto pid = in.read<std::uint64_t>();
  const auto tid = in.read<std::uint64_t>();
  in.skip(8);  // affinity
  const auto priority = in.read<std::uint32_t>();
  const auto base_priority = in.read<std::uint32_t>();
  if (!in.ok()) return false;
  add(facts, FactKey::thread, tid);
  add(facts, FactKey::process, process_words(pid));
  add_end(facts, FactKey::thread_gone, exit_status);
  add(facts, FactKey::priority, priority);
  add(facts, FactKey::base_priority, base_priority);
  return true;
}

bool read_process(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto exit_status = in.read<std::uint32_t>();
  in.skip(4 + 8 + 8);  // padding, PEB, affinity
  const auto base_priority = in.read<std::uint32_t>();
  in.skip(4);
  const auto pid = in.read<std::uint64_t>();
  in.skip(8);  // its parent's
  if (!in.ok()) return false;
  add(facts, FactKey::process, process_words(pid));
  add_end(facts, FactKey::process_gone, exit_status);
  add(facts, FactKey::base_priority, base_priority);
  return true;
}

bool read_mutant(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto count = in.read<std::int32_t>();
  in.skip(1);  // whether it is the dump's writer's
  const auto abandoned = in.read<std::uint8_t>();
  if (!in.ok()) return false;
  add(facts, FactKey::signaled, count > 0 ? 1U : 0U);
  if (abandoned != 0) add(facts, FactKey::told, std::string("abandoned: its owner ended without freeing it"));
  return true;
}

bool read_mutant_owner(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto pid = in.read<std::uint64_t>();
  const auto tid = in.read<std::uint64_t>();
  if (!in.ok()) return false;
  if (tid != 0) add(facts, FactKey::owner, fmt::format("thread {} of {}", tid, process_words(pid)));
  return true;
}

bool read_event(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto kind = in.read<std::uint32_t>();  // EVENT_TYPE
  const auto state = in.read<std::uint32_t>();
  if (!in.ok()) return false;
  add(facts, FactKey::kind, std::string(kind == 0 ? "manual reset" : "auto reset"));
  add(facts, FactKey::signaled, state != 0 ? 1U : 0U);
  return true;
}

bool read_semaphore(base::ByteReader& in, std::vector<Fact>& facts) {
  const auto count = in.read<std::uint32_t>();
  const auto limit = in.read<std::uint32_t>();
  if (!in.ok()) return false;
  add(facts, FactKey::count, count);
  add(facts, FactKey::most, limit);
  return true;
}

bool read_section(base::ByteReader& in, std::vector<Fact>& facts) {
  in.skip(8);  // where it is based
  const auto attributes = in.read<std::uint32_t>();
  in.skip(4);
  const auto size = in.read<std::uint64_t>();
  if (!in.ok()) return false;
  add(facts, FactKey::size, size);
  add(facts, FactKey::told, fmt::format("section attributes: {:#x}", attributes));
  return true;
}

struct Reader {
  Type type{};
  bool (*read)(base::ByteReader& in, std::vector<Fact>& facts) = nullptr;
};

constexpr std::array kReaders = {
    Reader{Type::thread, read_thread},
    Reader{Type::mutant, read_mutant},
    Reader{Type::mutant_owner, read_mutant_owner},
    Reader{Type::process, read_process},
    Reader{Type::event, read_event},
    Reader{Type::section, read_section},
    Reader{Type::semaphore, read_semaphore},
};

std::string in_hex(const MinidumpObjectInfo& info) {
  std::string words = fmt::format("object information {}: ", static_cast<std::uint32_t>(info.type));
  for (const std::byte byte : info.bytes.first(std::min(info.bytes.size(), kShownBytes)))
    words += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
  return info.bytes.size() > kShownBytes ? words + "…" : words;
}

}  // namespace

std::vector<Fact> object_facts(std::span<const MinidumpObjectInfo> infos) {
  std::vector<Fact> facts;
  for (const MinidumpObjectInfo& info : infos) {
    const auto reader = std::ranges::find(kReaders, info.type, &Reader::type);
    base::ByteReader in(info.bytes);
    if (reader == kReaders.end() || !reader->read(in, facts)) add(facts, FactKey::told, in_hex(info));
  }
  return facts;
}

}  // namespace ajar::import
