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

// Nothing where the bytes are not what they should be.
template <typename Object>
std::optional<model::WindowsObject> read(base::ByteReader& in) {
  Object object;
  model::read(in, object);
  if (!in.ok()) return std::nullopt;
  return object;
}

struct Reader {
  Type type{};
  std::optional<model::WindowsObject> (*read)(base::ByteReader& in) = nullptr;
};

constexpr std::array kReaders = {
    Reader{Type::thread, read<model::ThreadObject>},       Reader{Type::mutant, read<model::MutantObject>},
    Reader{Type::mutant_owner, read<model::MutantOwner>},  Reader{Type::process, read<model::ProcessObject>},
    Reader{Type::event, read<model::EventObject>},         Reader{Type::section, read<model::SectionObject>},
    Reader{Type::semaphore, read<model::SemaphoreObject>},
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
