#include "objfile/minidump.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/byte_reader.h"
#include "objfile/utf16.h"

namespace ajar::objfile {
namespace {

constexpr std::string_view kMagic = "MDMP";

// Bytes of a row. Those of handles and operations are longer in later versions.
constexpr std::size_t kThreadRow = 48, kModuleRow = 108, kUnloadedRow = 24, kThreadInfoRow = 64;
constexpr std::size_t kSystemRow = 20, kMiscRow = 16;
constexpr std::size_t kShortHandleRow = 32, kHandleRow = 40, kOperationHead = 32, kFactRow = 24;

constexpr std::size_t kMostFrames = 32;
constexpr std::size_t kMostInfos = 32;         // in a chain; Windows has eight kinds
constexpr std::uint32_t kLongestText = 65534;  // bytes: no name in Windows is longer

base::Error damaged(std::string_view what, std::uint64_t at, std::string_view why) {
  return base::Error(fmt::format("{} at {:#x} {}: the file is damaged or cut off", what, at, why));
}

// RSDS; other records (of old compilers, of ELF modules) are passed over.
std::optional<PePdb> pdb_in(std::span<const std::byte> record) {
  base::ByteReader in(record);
  PePdb pdb;
  if (in.text(4) != "RSDS") return std::nullopt;
  std::ranges::copy(in.bytes(pdb.guid.size()), pdb.guid.begin());
  pdb.age = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  const std::string_view path = in.text(in.remaining());
  pdb.path = path.substr(0, path.find('\0'));
  return pdb;
}

}  // namespace

bool Minidump::is_minidump(std::span<const std::byte> bytes) {
  return base::ByteReader(bytes).text(kMagic.size()) == kMagic;
}

base::Result<Minidump> Minidump::parse(std::span<const std::byte> bytes) {
  Minidump dump(bytes);
  const auto read = dump.read();
  if (!read.ok()) return read.error();
  return dump;
}

base::Result<void> Minidump::read() {
  if (!is_minidump(bytes_)) return base::Error("not a minidump: it does not begin with MDMP");
  base::ByteReader in(bytes_);
  in.skip(kMagic.size() + sizeof(std::uint32_t));  // version
  const auto count = in.read<std::uint32_t>();
  const auto directory = in.read<std::uint32_t>();
  in.skip(sizeof(std::uint32_t));  // checksum, which is 0
  written_ = in.read<std::uint32_t>();
  in.skip(sizeof(std::uint64_t));  // flags
  if (!in.ok()) return damaged("the minidump's header", 0, "has no end");
  return read_streams(directory, count);
}

// The streams that are read, by number.
const Minidump::KnownStream* Minidump::known_stream(std::uint32_t type) {
  static constexpr std::array known = {
      KnownStream{3, "thread list (stream 3)", &Minidump::threads_, Layout::counted, kThreadRow},
      KnownStream{4, "module list (stream 4)", &Minidump::modules_, Layout::counted, kModuleRow},
      KnownStream{7, "system information (stream 7)", &Minidump::system_row_, Layout::one, kSystemRow},
      KnownStream{12, "handle data (stream 12)", &Minidump::handles_, Layout::described, kShortHandleRow},
      KnownStream{14, "list of unloaded modules (stream 14)", &Minidump::unloaded_, Layout::described,
                  kUnloadedRow},
      KnownStream{15, "miscellaneous information (stream 15)", &Minidump::misc_row_, Layout::one, kMiscRow},
      KnownStream{17, "thread information (stream 17)", &Minidump::thread_infos_, Layout::described,
                  kThreadInfoRow},
      KnownStream{18, "list of handle operations (stream 18)", &Minidump::operations_, Layout::described,
                  kOperationHead},
      KnownStream{kFactStream, "ajar's facts (stream 0x72616a61)", &Minidump::facts_, Layout::described,
                  kFactRow},
  };
  const auto found = std::ranges::find(known, type, &KnownStream::type);
  return found == known.end() ? nullptr : &*found;
}

base::Result<void> Minidump::read_streams(std::uint32_t directory, std::uint32_t count) {
  constexpr std::uint64_t kEntry = 12;
  base::ByteReader in(bytes_);
  in.seek(directory);
  base::ByteReader entries(in.bytes(count * kEntry));
  if (!in.ok())
    return damaged("the directory", directory,
                   fmt::format("should have {} streams, and does not fit", count));
  while (entries.remaining() > 0) {
    const KnownStream* const known = known_stream(entries.read<std::uint32_t>());
    const auto size = entries.read<std::uint32_t>();
    const auto at = entries.read<std::uint32_t>();
    if (known == nullptr) continue;
    const std::string what = fmt::format("the {}", known->what);
    MinidumpRows& rows = this->*known->rows;
    if (rows.is_there) return damaged(what, at, "is there twice");
    in.seek(at);
    const MinidumpStream stream{.what = known->what, .at = at, .bytes = in.bytes(size)};
    if (!in.ok()) return damaged(what, at, fmt::format("should have {} bytes", size));
    auto read = known->layout == Layout::counted     ? read_counted_rows(stream, known->row_size)
                : known->layout == Layout::described ? read_described_rows(stream, known->row_size)
                                                     : read_only_row(stream, known->row_size);
    if (!read.ok()) return std::move(read).error();
    rows = read.value();
  }
  read_system();
  read_misc();
  return {};
}

void Minidump::read_system() {
  if (!system_row_.is_there) return;
  base::ByteReader in(system_row_.bytes);
  system_.processor = MinidumpProcessor{in.read<std::uint16_t>()};
  in.skip(6);  // which processor, how many, whether a server
  system_.major = in.read<std::uint32_t>();
  system_.minor = in.read<std::uint32_t>();
  system_.build = in.read<std::uint32_t>();
}

void Minidump::read_misc() {
  constexpr std::uint32_t kHasPid = 1, kHasTimes = 2;
  if (!misc_row_.is_there) return;
  base::ByteReader in(misc_row_.bytes);
  in.skip(sizeof(std::uint32_t));  // its size
  const auto flags = in.read<std::uint32_t>();
  const auto pid = in.read<std::uint32_t>();
  const auto created = in.read<std::uint32_t>();
  if ((flags & kHasPid) != 0) process_.pid = pid;
  if ((flags & kHasTimes) != 0) process_.created = created;
}

// Addresses of 32-bit processes may come with their sign extended.
std::uint64_t Minidump::address(std::uint64_t raw) const {
  return system_.processor == MinidumpProcessor::x86 ? raw & UINT32_MAX : raw;
}

// What rows of modules begin with, whether they are loaded or not.
MinidumpModule Minidump::read_module(base::ByteReader& in) const {
  MinidumpModule module;
  module.base = address(in.read<std::uint64_t>());
  module.size = in.read<std::uint32_t>();
  in.skip(sizeof(std::uint32_t));  // checksum
  module.timestamp = in.read<std::uint32_t>();
  module.name = MinidumpText{in.read<std::uint32_t>()};
  return module;
}

base::Result<MinidumpModule> Minidump::module(std::size_t index) const {
  constexpr std::size_t kVersion = 52;
  base::ByteReader in(modules_.row(index));
  MinidumpModule module = read_module(in);
  in.skip(kVersion);
  const auto size = in.read<std::uint32_t>();
  const auto at = in.read<std::uint32_t>();
  if (size == 0 || at == 0) return module;
  base::ByteReader record(bytes_);
  record.seek(at);
  module.pdb = pdb_in(record.bytes(size));
  if (!record.ok()) {
    return damaged(fmt::format("the CodeView record of the module at {:#x}", module.base), at,
                   fmt::format("should have {} bytes", size));
  }
  return module;
}

MinidumpModule Minidump::unloaded(std::size_t index) const {
  base::ByteReader in(unloaded_.row(index));
  return read_module(in);
}

MinidumpThread Minidump::thread(std::size_t index) const {
  base::ByteReader in(threads_.row(index));
  return {.id = in.read<std::uint32_t>()};
}

MinidumpThreadInfo Minidump::thread_info(std::size_t index) const {
  base::ByteReader in(thread_infos_.row(index));
  MinidumpThreadInfo info;
  info.id = in.read<std::uint32_t>();
  in.skip(2 * sizeof(std::uint32_t));  // flags and error of whoever wrote the dump
  info.exit_status = in.read<std::uint32_t>();
  info.created = in.read<std::uint64_t>();
  info.exited = in.read<std::uint64_t>();
  return info;
}

MinidumpHandle Minidump::handle(std::size_t index) const {
  base::ByteReader in(handles_.row(index));
  MinidumpHandle handle;
  handle.value = in.read<std::uint64_t>();
  handle.type = MinidumpText{in.read<std::uint32_t>()};
  handle.name = MinidumpText{in.read<std::uint32_t>()};
  handle.attributes = in.read<std::uint32_t>();
  handle.granted_access = in.read<std::uint32_t>();
  handle.handle_count = in.read<std::uint32_t>();
  handle.pointer_count = in.read<std::uint32_t>();
  if (handles_.row_size >= kHandleRow) handle.info = in.read<std::uint32_t>();
  return handle;
}

MinidumpFact Minidump::fact(std::size_t index) const {
  base::ByteReader in(facts_.row(index));
  MinidumpFact fact;
  fact.handle = in.read<std::uint64_t>();
  fact.key = in.read<std::uint32_t>();
  fact.text = MinidumpText{in.read<std::uint32_t>()};
  fact.number = in.read<std::uint64_t>();
  return fact;
}

MinidumpOperation Minidump::operation(std::size_t index) const {
  base::ByteReader in(operations_.row(index));
  MinidumpOperation operation;
  operation.handle = in.read<std::uint64_t>();
  operation.process = in.read<std::uint32_t>();
  operation.thread = in.read<std::uint32_t>();
  operation.kind = MinidumpOperation::Kind{in.read<std::uint32_t>()};
  in.skip(sizeof(std::uint32_t));
  const auto depth = in.read<std::uint32_t>();
  in.skip(sizeof(std::uint32_t));  // the stack's number
  const std::size_t there = std::min(in.remaining() / sizeof(std::uint64_t), kMostFrames);
  for (std::size_t i = 0; i < std::min<std::size_t>(depth, there); ++i) {
    // Whoever took the stack may have counted places that it left empty.
    if (const std::uint64_t frame = address(in.read<std::uint64_t>()); frame != 0)
      operation.frames.push_back(frame);
  }
  return operation;
}

base::Result<std::string> Minidump::text(MinidumpText text) const {
  if (text == MinidumpText::none) return std::string();
  const auto at = static_cast<std::uint32_t>(text);
  base::ByteReader in(bytes_);
  in.seek(at);
  const auto size = in.read<std::uint32_t>();
  if (size > kLongestText)
    return damaged("the text", at, fmt::format("should have {} bytes, longer than any name is", size));
  const std::span<const std::byte> units = in.bytes(size);
  if (!in.ok()) return damaged("the text", at, "does not fit into the file");
  return utf8_of_utf16(units);
}

base::Result<std::vector<MinidumpObjectInfo>> Minidump::object_infos(std::uint32_t first) const {
  std::vector<MinidumpObjectInfo> infos;
  for (std::uint32_t at = first; at != 0;) {
    if (infos.size() == kMostInfos) {
      return damaged("the object information", first,
                     fmt::format("has more than {} links: it runs in a circle", kMostInfos));
    }
    base::ByteReader in(bytes_);
    in.seek(at);
    const auto next = in.read<std::uint32_t>();
    MinidumpObjectInfo& info = infos.emplace_back();
    info.type = MinidumpObjectInfo::Type{in.read<std::uint32_t>()};
    const auto size = in.read<std::uint32_t>();
    info.bytes = in.bytes(size);
    if (!in.ok()) return damaged("the object information", at, "does not fit into the file");
    at = next;
  }
  return infos;
}

}  // namespace ajar::objfile
