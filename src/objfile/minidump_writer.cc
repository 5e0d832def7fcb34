#include "objfile/minidump_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "base/byte_writer.h"
#include "objfile/minidump_infos.h"
#include "objfile/minidump_operations.h"
#include "objfile/utf16.h"

namespace ajar::objfile {
namespace {

constexpr std::uint32_t kVersion = 0xa793;      // MINIDUMP_VERSION
constexpr std::uint64_t kWithFullMemory = 0x2;  // MINIDUMP_TYPE
constexpr std::uint64_t kWithHandleData = 0x4;
constexpr std::uint64_t kWithThreadInfo = 0x1000;
constexpr std::uint32_t kMemoryStream = 9;
constexpr std::size_t kLongestText = 32767;  // UTF-16 units: no name in Windows is longer

// The file from its start on; the streams are put behind what they point to.
class Writing {
 public:
  explicit Writing(const MinidumpContents& contents) : contents_(contents) {}

  base::Result<std::vector<std::byte>> write() {
    struct Stream {
      std::uint32_t type = 0;
      base::ByteWriter (Writing::*rows)() = nullptr;
    };
    std::vector<Stream> streams = {
        {7, &Writing::system},
        {15, &Writing::process},
        {3, &Writing::threads},
        {17, &Writing::thread_infos},
        {4, &Writing::modules},
        contents_.memory ? Stream{kMemoryStream, &Writing::memory} : Stream{5, &Writing::no_memory},
        {12, &Writing::handles},
        {Minidump::kFactStream, &Writing::facts},
    };
    if (contents_.operations) streams.push_back({18, &Writing::operations});
    constexpr std::uint32_t kHeader = 32, kEntry = 12;
    out_.write_bytes(std::as_bytes(std::span(std::string_view("MDMP"))));
    out_.write(kVersion);
    out_.write(static_cast<std::uint32_t>(streams.size()));
    out_.write(kHeader);
    out_.write(std::uint32_t{0});  // checksum
    out_.write(contents_.written);
    out_.write(kWithHandleData | kWithThreadInfo | (contents_.memory ? kWithFullMemory : 0));
    out_.write_zeros(streams.size() * kEntry);
    std::size_t entry = kHeader;
    for (const Stream& stream : streams) {
      const base::ByteWriter rows = (this->*stream.rows)();
      const std::uint32_t at = add(rows.bytes());
      out_.put(entry, stream.type);
      out_.put(entry + 4, static_cast<std::uint32_t>(rows.size()));
      out_.put(entry + 8, at);
      if (stream.type == kMemoryStream) memory_begins_ = at + sizeof(std::uint64_t);
      entry += kEntry;
    }
    if (out_.size() > UINT32_MAX) {
      return base::Error(
          fmt::format("its {} handles and what was done to them take {} bytes, and a minidump can have 4 GiB",
                      contents_.handles.size(), out_.size()));
    }
    if (contents_.memory) out_.put(memory_begins_, static_cast<std::uint32_t>(out_.size()));
    return std::vector(out_.bytes().begin(), out_.bytes().end());
  }

 private:
  // Puts it at the end, and says where that is. Of what is beyond 4 GiB the place means nothing: write() sees
  // to that.
  std::uint32_t add(std::span<const std::byte> bytes) {
    constexpr std::size_t kAlignment = 4;
    out_.write_zeros((kAlignment - out_.size() % kAlignment) % kAlignment);
    const auto at = static_cast<std::uint32_t>(out_.size());
    out_.write_bytes(bytes);
    return at;
  }

  // MINIDUMP_STRING; 0 for no text.
  std::uint32_t add_text(const std::string& text) { return text.empty() ? 0 : add_any_text(text); }
  std::uint32_t add_any_text(const std::string& text) {
    const auto [known, is_new] = texts_.try_emplace(text);
    if (is_new) {
      std::u16string units = utf16_of_utf8(text);
      if (units.size() > kLongestText) units.resize(kLongestText);
      base::ByteWriter bytes;
      bytes.write(static_cast<std::uint32_t>(2 * units.size()));
      for (const char16_t unit : units) bytes.write(static_cast<std::uint16_t>(unit));
      bytes.write(std::uint16_t{0});
      known->second = add(bytes.bytes());
    }
    return known->second;
  }

  // Of streams that say how long their rows are.
  static base::ByteWriter described(std::uint32_t header, std::uint32_t row, std::size_t count) {
    base::ByteWriter rows;
    rows.write(header);
    rows.write(row);
    rows.write(static_cast<std::uint32_t>(count));
    rows.write_zeros(header - rows.size());
    return rows;
  }

  base::ByteWriter system() {
    constexpr std::uint32_t kWindowsNt = 2;  // VER_PLATFORM_WIN32_NT
    constexpr std::size_t kProcessorFeatures = 24;
    base::ByteWriter row;
    row.write(static_cast<std::uint16_t>(contents_.system.processor));
    row.write_zeros(4);  // which model it is
    row.write(static_cast<std::uint8_t>(std::min(contents_.processors, 255U)));
    row.write(std::uint8_t{0});  // whether a server
    for (const std::uint32_t number :
         {contents_.system.major, contents_.system.minor, contents_.system.build, kWindowsNt})
      row.write(number);
    row.write(add_empty_text());  // the service pack
    row.write_zeros(4);
    row.write_zeros(kProcessorFeatures);
    return row;
  }
  std::uint32_t add_empty_text() { return add_any_text(std::string()); }

  base::ByteWriter process() {
    constexpr std::uint32_t kHasPid = 1, kHasTimes = 2;
    base::ByteWriter row;
    row.write(std::uint32_t{24});
    row.write(kHasPid | (contents_.process.created == 0 ? 0 : kHasTimes));
    row.write(contents_.process.pid);
    row.write(contents_.process.created);
    row.write_zeros(8);  // its times of work
    return row;
  }

  base::ByteWriter threads() {
    base::ByteWriter rows;
    rows.write(static_cast<std::uint32_t>(contents_.threads.size()));
    for (const MinidumpContents::Thread& thread : contents_.threads) {
      rows.write(thread.id);
      rows.write_zeros(8);  // how often it is suspended, its class of priority
      rows.write(thread.priority);
      rows.write(thread.teb);
      rows.write_zeros(16 + 8);  // its stack, its registers: none are written
    }
    return rows;
  }

  base::ByteWriter thread_infos() {
    constexpr std::uint32_t kRow = 64;
    base::ByteWriter rows = described(12, kRow, contents_.threads.size());
    for (const MinidumpContents::Thread& thread : contents_.threads) {
      rows.write(thread.id);
      rows.write_zeros(8);
      rows.write(model::kStillRunning);
      rows.write(thread.created);
      rows.write_zeros(3 * 8);  // when it ended, its times of work
      rows.write(thread.start);
      rows.write_zeros(8);  // which processors it may use
    }
    return rows;
  }

  base::ByteWriter modules() {
    constexpr std::size_t kFileVersion = 52;
    base::ByteWriter rows;
    rows.write(static_cast<std::uint32_t>(contents_.modules.size()));
    for (const MinidumpContents::Module& module : contents_.modules) {
      rows.write(module.base);
      rows.write(module.size);
      rows.write(std::uint32_t{0});
      rows.write(module.timestamp);
      rows.write(add_text(module.path));
      rows.write_zeros(kFileVersion);
      add_code_view(module, rows);
      rows.write_zeros(8 + 16);  // other debug information
    }
    return rows;
  }

  // A list of memory that has none: every minidump has one.
  base::ByteWriter no_memory() {
    base::ByteWriter rows;
    rows.write(std::uint32_t{0});
    return rows;
  }

  // MINIDUMP_MEMORY64_LIST. Where the bytes begin is known at the end only.
  base::ByteWriter memory() {
    base::ByteWriter rows;
    rows.write(std::uint64_t{contents_.memory->size()});
    rows.write(std::uint64_t{0});
    for (const MinidumpContents::Memory& range : *contents_.memory) {
      rows.write(range.begin);
      rows.write(range.size);
    }
    return rows;
  }

  void add_code_view(const MinidumpContents::Module& module, base::ByteWriter& row) {
    if (!module.pdb.has_value()) return row.write_zeros(8);
    base::ByteWriter record;
    record.write_bytes(std::as_bytes(std::span(std::string_view("RSDS"))));
    record.write_bytes(module.pdb->guid);
    record.write(module.pdb->age);
    record.write_bytes(std::as_bytes(std::span(module.pdb->path)));
    record.write(std::uint8_t{0});
    row.write(static_cast<std::uint32_t>(record.size()));
    row.write(add(record.bytes()));
  }

  // The chain, its last link first. 0 where there is none.
  std::uint32_t add_infos(const std::vector<model::WindowsObject>& objects) {
    std::uint32_t next = 0;
    for (std::size_t i = objects.size(); i > 0; --i) {
      const WrittenInfo info = write_info(objects[i - 1]);
      base::ByteWriter link;
      link.write(next);
      link.write(static_cast<std::uint32_t>(info.type));
      link.write(static_cast<std::uint32_t>(info.bytes.size()));
      link.write_bytes(info.bytes);
      next = add(link.bytes());
    }
    return next;
  }

  base::ByteWriter handles() {
    base::ByteWriter rows = described(16, 40, contents_.handles.size());
    for (const model::WindowsHandle& handle : contents_.handles) {
      const model::WindowsHandle::Counts counts = handle.counts.value_or(model::WindowsHandle::Counts());
      rows.write(handle.value);
      rows.write(add_text(handle.type));
      rows.write(add_text(handle.name));
      rows.write(handle.attributes);
      rows.write(handle.access);
      rows.write(counts.handles);
      rows.write(counts.pointers);
      rows.write(add_infos(handle.objects));
      rows.write(std::uint32_t{0});
    }
    return rows;
  }

  // AVRF_HANDLE_OPERATION.
  base::ByteWriter operations() {
    constexpr std::uint32_t kRow = 288;
    base::ByteWriter rows = described(16, kRow, contents_.operations->size());
    for (const MinidumpOperation& operation : *contents_.operations) {
      const std::size_t depth = std::min(operation.frames.size(), kMinidumpFrames);
      rows.write(operation.handle);
      rows.write(operation.process);
      rows.write(operation.thread);
      rows.write(static_cast<std::uint32_t>(operation.kind));
      rows.write_zeros(4);
      rows.write(static_cast<std::uint32_t>(depth));
      rows.write_zeros(4);  // the stack's number, in a list that is not written
      for (std::size_t i = 0; i < kMinidumpFrames; ++i) rows.write(i < depth ? operation.frames[i] : 0);
    }
    return rows;
  }

  base::ByteWriter facts() {
    std::size_t count = 0;
    for (const model::WindowsHandle& handle : contents_.handles) count += handle.more.size();
    base::ByteWriter rows = described(16, 24, count);
    for (const model::WindowsHandle& handle : contents_.handles) {
      for (const model::Fact& fact : handle.more) {
        rows.write(handle.value);
        rows.write(std::uint32_t{static_cast<std::uint16_t>(fact.key)});
        rows.write(fact.text.has_value() ? add_any_text(*fact.text) : 0);
        rows.write(fact.number);
      }
    }
    return rows;
  }

  const MinidumpContents& contents_;
  base::ByteWriter out_;
  std::map<std::string, std::uint32_t> texts_;  // where each is
  std::size_t memory_begins_ = 0;               // where that is written
};

}  // namespace

base::Result<std::vector<std::byte>> write_minidump(const MinidumpContents& contents) {
  return Writing(contents).write();
}

}  // namespace ajar::objfile
