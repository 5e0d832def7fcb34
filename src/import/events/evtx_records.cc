#include "import/events/evtx_records.h"

#include <libbfio.h>
#include <libevtx.h>

#include <cstdint>
#include <string>

namespace ajar::import::events {
namespace {

// What the library hands out, by the pointer's address, and takes back in the same way.
template <typename Thing, int (*GiveBack)(Thing**, libevtx_error_t**)>
class Held {
 public:
  Held() = default;
  ~Held() {
    if (thing_ != nullptr) GiveBack(&thing_, nullptr);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  [[nodiscard]] Thing* get() const { return thing_; }
  [[nodiscard]] Thing** place() { return &thing_; }

 private:
  Thing* thing_ = nullptr;
};

using Memory = Held<libbfio_handle_t, libbfio_handle_free>;
using File = Held<libevtx_file_t, libevtx_file_free>;
using Record = Held<libevtx_record_t, libevtx_record_free>;

bool open(std::span<const std::byte> bytes, Memory& memory, File& file) {
  // The library reads only, and has no word for it.
  auto* const start = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(bytes.data()));
  return libbfio_memory_range_initialize(memory.place(), nullptr) == 1 &&
         libbfio_memory_range_set(memory.get(), start, bytes.size(), nullptr) == 1 &&
         libevtx_file_initialize(file.place(), nullptr) == 1 &&
         libevtx_file_open_file_io_handle(file.get(), memory.get(), LIBEVTX_OPEN_READ, nullptr) == 1;
}

// "" where it can't be read.
std::string xml_of(const File& file, int number) {
  Record record;
  std::size_t size = 0;
  if (libevtx_file_get_record_by_index(file.get(), number, record.place(), nullptr) != 1) return {};
  if (libevtx_record_get_utf8_xml_string_size(record.get(), &size, nullptr) != 1 || size == 0) return {};
  std::string xml(size, '\0');
  auto* const place = reinterpret_cast<std::uint8_t*>(xml.data());
  if (libevtx_record_get_utf8_xml_string(record.get(), place, size, nullptr) != 1) return {};
  xml.pop_back();  // the end of string character
  return xml;
}

}  // namespace

bool read_evtx_records(std::span<const std::byte> bytes,
                       const std::function<bool(std::string_view xml)>& tell) {
  Memory memory;
  File file;
  int records = 0;
  if (!open(bytes, memory, file)) return false;
  if (libevtx_file_get_number_of_records(file.get(), &records, nullptr) != 1) return false;
  for (int number = 0; number < records; ++number) {
    if (!tell(xml_of(file, number))) return false;
  }
  return libevtx_file_is_corrupted(file.get(), nullptr) == 0;
}

}  // namespace ajar::import::events
