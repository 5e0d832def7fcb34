#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"
#include "objfile/minidump_rows.h"
#include "objfile/pe.h"

namespace ajar::objfile {

// PROCESSOR_ARCHITECTURE_…; any other number may come as well.
enum class MinidumpProcessor : std::uint16_t { x86 = 0, arm = 5, x86_64 = 9, arm64 = 12, unknown = 0xffff };

struct MinidumpSystem {
  MinidumpProcessor processor = MinidumpProcessor::unknown;
  std::uint32_t major = 0, minor = 0, build = 0;  // of Windows

  bool operator==(const MinidumpSystem&) const = default;
};

// Times are seconds since 1970; 0 where the dump does not tell.
struct MinidumpProcess {
  std::uint32_t pid = 0;  // 0 where the dump does not tell
  std::uint32_t created = 0;

  bool operator==(const MinidumpProcess&) const = default;
};

// A number that stands for a text elsewhere in the file (an RVA); 0: there is none.
enum class MinidumpText : std::uint32_t { none = 0 };

struct MinidumpModule {
  std::uint64_t base = 0;
  std::uint32_t size = 0;       // bytes in memory
  std::uint32_t timestamp = 0;  // as in the image's header
  MinidumpText name{};          // a path
  std::optional<PePdb> pdb;     // not for modules that were unloaded

  bool operator==(const MinidumpModule&) const = default;
};

struct MinidumpThread {
  std::uint32_t id = 0;

  bool operator==(const MinidumpThread&) const = default;
};

// Times are 100 ns since 1601; 0 where there is none.
struct MinidumpThreadInfo {
  std::uint32_t id = 0;
  std::uint32_t exit_status = 0;  // model::kStillRunning while it runs
  std::uint64_t created = 0, exited = 0;

  bool operator==(const MinidumpThreadInfo&) const = default;
};

struct MinidumpHandle {
  std::uint64_t value = 0;
  MinidumpText type{};  // none: whoever wrote the dump could not read it
  MinidumpText name{};
  std::uint32_t attributes = 0;  // OBJ_…
  std::uint32_t granted_access = 0;
  std::uint32_t handle_count = 0, pointer_count = 0;
  std::uint32_t info = 0;  // where its first MinidumpObjectInfo is; 0: there is none

  bool operator==(const MinidumpHandle&) const = default;
};

// What is known of an object beyond its name, by its type.
struct MinidumpObjectInfo {
  // MINIDUMP_HANDLE_OBJECT_INFORMATION_TYPE; any other number may come as well.
  enum class Type : std::uint32_t {
    none = 0,
    thread = 1,
    mutant = 2,
    mutant_owner = 3,
    process = 4,
    process_2 = 5,
    event = 6,
    section = 7,
    semaphore = 8,
  };

  Type type{};
  std::span<const std::byte> bytes;
};

// What ajar, where it wrote the dump, knows of a handle and no stream of Windows's has a place for.
struct MinidumpFact {
  std::uint64_t handle = 0;
  std::uint32_t key = 0;  // model::FactKey
  MinidumpText text{};    // none: the fact is a number
  std::uint64_t number = 0;

  bool operator==(const MinidumpFact&) const = default;
};

// What the system kept of one operation on a handle (handle tracing).
struct MinidumpOperation {
  enum class Kind : std::uint32_t { open = 1, close = 2, bad_reference = 3 };  // others may come

  std::uint64_t handle = 0;
  std::uint32_t process = 0, thread = 0;  // who did it: perhaps another process
  Kind kind{};
  std::vector<std::uint64_t> frames;  // return addresses, innermost first; without zeros

  bool operator==(const MinidumpOperation&) const = default;
};

// A minidump of a process, as WinDbg (.dump), procdump, the Task Manager, Crashpad and others write it: what
// tells of handles. The bytes are not copied: they must outlive the Minidump and all that it returns. No byte
// of them is trusted. Where a stream that is read makes no sense, or is cut off, parse() gives an Error that
// names it and where it is; what else is in the file is not looked at. Rows are decoded as they are asked
// for: memory used does not grow with what the file claims. Reading by several threads is fine. Source:
// Microsoft, minidumpapiset.h and avrfsdk.h; the object information as dbghelp.dll writes it.
class Minidump {
 public:
  // Ours, beyond those that are Microsoft's: "ajar".
  static constexpr std::uint32_t kFactStream = 0x7261'6a61;

  // Whether the file begins as minidumps do, whatever follows.
  static bool is_minidump(std::span<const std::byte> bytes);

  static base::Result<Minidump> parse(std::span<const std::byte> bytes);

  [[nodiscard]] std::uint32_t written() const { return written_; }  // seconds since 1970
  [[nodiscard]] const MinidumpSystem& system() const { return system_; }
  [[nodiscard]] const MinidumpProcess& process() const { return process_; }

  // In the order of the file; the first module is the program itself.
  [[nodiscard]] std::size_t module_count() const { return modules_.count; }
  [[nodiscard]] base::Result<MinidumpModule> module(std::size_t index) const;
  [[nodiscard]] std::size_t unloaded_count() const { return unloaded_.count; }
  [[nodiscard]] MinidumpModule unloaded(std::size_t index) const;
  [[nodiscard]] std::size_t thread_count() const { return threads_.count; }
  [[nodiscard]] MinidumpThread thread(std::size_t index) const;
  [[nodiscard]] std::size_t thread_info_count() const { return thread_infos_.count; }
  [[nodiscard]] MinidumpThreadInfo thread_info(std::size_t index) const;

  // Whether whoever wrote the dump asked for handles.
  [[nodiscard]] bool has_handles() const { return handles_.is_there; }
  [[nodiscard]] std::size_t handle_count() const { return handles_.count; }
  [[nodiscard]] MinidumpHandle handle(std::size_t index) const;

  [[nodiscard]] std::size_t fact_count() const { return facts_.count; }
  [[nodiscard]] MinidumpFact fact(std::size_t index) const;

  // Whether handle tracing was on in the process.
  [[nodiscard]] bool has_operations() const { return operations_.is_there; }
  [[nodiscard]] std::size_t operation_count() const { return operations_.count; }
  [[nodiscard]] MinidumpOperation operation(std::size_t index) const;

  // UTF-8; half of a surrogate pair becomes U+FFFD. Empty for none.
  [[nodiscard]] base::Result<std::string> text(MinidumpText text) const;

  // The chain that begins at MinidumpHandle::info.
  [[nodiscard]] base::Result<std::vector<MinidumpObjectInfo>> object_infos(std::uint32_t first) const;

 private:
  using Bytes = std::span<const std::byte>;

  explicit Minidump(Bytes bytes) : bytes_(bytes) {}

  enum class Layout : std::uint8_t { counted, described, one };
  struct KnownStream {
    std::uint32_t type = 0;
    std::string_view what;
    MinidumpRows Minidump::* rows = nullptr;
    Layout layout{};
    std::size_t row_size = 0;  // bytes, at least
  };

  static const KnownStream* known_stream(std::uint32_t type);
  base::Result<void> read();
  base::Result<void> read_streams(std::uint32_t directory, std::uint32_t count);
  void read_system();
  void read_misc();
  [[nodiscard]] std::uint64_t address(std::uint64_t raw) const;
  MinidumpModule read_module(base::ByteReader& in) const;

  Bytes bytes_;
  std::uint32_t written_ = 0;
  MinidumpSystem system_;
  MinidumpProcess process_;
  MinidumpRows system_row_, misc_row_;
  MinidumpRows modules_, unloaded_, threads_, thread_infos_, handles_, operations_, facts_;
};

}  // namespace ajar::objfile
