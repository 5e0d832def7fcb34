#include "import/minidump/object_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/byte_reader.h"
#include "model/windows_objects.h"

namespace ajar::import {
namespace {

using model::Fact;
using model::FactKey;
using objfile::MinidumpObjectInfo;
using Type = MinidumpObjectInfo::Type;

constexpr std::size_t kShownBytes = 64;  // of what is not known

// Each reader says whether the bytes were what they should be. Numbers that are as long as a pointer come as
// 64 bits from processes of 32, too.
std::optional<model::WindowsObject> read_thread(base::ByteReader& in) {
  model::ThreadObject thread;
  thread.exit_status = in.read<std::uint32_t>();
  in.skip(4);
  thread.teb = in.read<std::uint64_t>();
  thread.pid = in.read<std::uint64_t>();
  thread.tid = in.read<std::uint64_t>();
  thread.affinity = in.read<std::uint64_t>();
  thread.priority = in.read<std::uint32_t>();
  thread.base_priority = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return thread;
}

std::optional<model::WindowsObject> read_process(base::ByteReader& in) {
  model::ProcessObject process;
  process.exit_status = in.read<std::uint32_t>();
  in.skip(4);
  process.peb = in.read<std::uint64_t>();
  process.affinity = in.read<std::uint64_t>();
  process.base_priority = in.read<std::uint32_t>();
  in.skip(4);
  process.pid = in.read<std::uint64_t>();
  process.parent = in.read<std::uint64_t>();
  if (!in.ok()) return std::nullopt;
  return process;
}

std::optional<model::WindowsObject> read_mutant(base::ByteReader& in) {
  model::MutantObject mutant;
  mutant.count = in.read<std::int32_t>();
  mutant.owned_by_caller = in.read<std::uint8_t>() != 0;  // by the dump's writer
  mutant.abandoned = in.read<std::uint8_t>() != 0;
  if (!in.ok()) return std::nullopt;
  return mutant;
}

std::optional<model::WindowsObject> read_mutant_owner(base::ByteReader& in) {
  model::MutantOwner owner;
  owner.pid = in.read<std::uint64_t>();
  owner.tid = in.read<std::uint64_t>();
  if (!in.ok()) return std::nullopt;
  return owner;
}

std::optional<model::WindowsObject> read_event(base::ByteReader& in) {
  model::EventObject event;
  event.kind = in.read<std::uint32_t>();
  event.state = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return event;
}

std::optional<model::WindowsObject> read_semaphore(base::ByteReader& in) {
  model::SemaphoreObject semaphore;
  semaphore.count = in.read<std::uint32_t>();
  semaphore.limit = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return semaphore;
}

std::optional<model::WindowsObject> read_section(base::ByteReader& in) {
  model::SectionObject section;
  section.base = in.read<std::uint64_t>();
  section.attributes = in.read<std::uint32_t>();
  in.skip(4);
  section.size = in.read<std::uint64_t>();
  if (!in.ok()) return std::nullopt;
  return section;
}

struct Reader {
  Type type{};
  std::optional<model::WindowsObject> (*read)(base::ByteReader& in) = nullptr;
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
    const auto object = reader == kReaders.end() ? std::nullopt : reader->read(in);
    if (object.has_value()) {
      model::add_facts(*object, facts);
    } else {
      facts.push_back({.key = FactKey::told, .number = 0, .text = in_hex(info)});
    }
  }
  return facts;
}

}  // namespace ajar::import
