#include "capture/ptrace/record_writer.h"

#include <elf.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/number.h"
#include "calls/numbers.h"
#include "capture/ptrace/call_payload.h"
#include "capture/ptrace/own_table.h"
#include "platform/procfs.h"
#include "platform/read_file.h"
#include "unwind/table.h"

namespace ajar::capture::ptrace {
namespace {

constexpr std::size_t kMostPath = PATH_MAX;
constexpr std::size_t kMostPayload = AJAR_CALL_PAYLOAD + kMostPath + AJAR_CALL_COMMAND;
static_assert(kMostPayload >= AJAR_PYTHON_MOST_BYTES);
constexpr std::size_t kMostBytes = sizeof(ajar_call) + std::size_t{16} * AJAR_CALL_FRAMES + kMostPayload +
                                   sizeof(ajar_call_registers) + AJAR_CALL_STACK;

std::string in_proc(int thread, const std::string& file) {
  return "/proc/" + std::to_string(thread) + "/" + file;
}

std::string link_of(int thread, const std::string& file) {
  return platform::read_link(in_proc(thread, file)).value_or("");
}

// As AJAR_CALL_FILE has paths: from the last component to the first, each with a NUL.
std::string components_of(std::string_view path) {
  std::string components;
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    if (begin < path.size()) components.append(path.substr(begin)).push_back('\0');
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  return components;
}

// What an image has mapped where, as the kernel tells it in /proc/PID/stat (proc(5)): the 26th field.
std::uint64_t first_code_of(int thread) {
  constexpr int kStartCode = 26;
  const auto read = platform::read_file(in_proc(thread, "stat"));
  return read ? base::parse_number<std::uint64_t>(platform::stat_field(*read, kStartCode)).value_or(0) : 0;
}

template <typename Entry>
std::uint64_t vdso_of(int thread) {
  const auto read = platform::read_file(in_proc(thread, "auxv"));
  if (!read) return 0;
  for (std::size_t at = 0; at + sizeof(Entry) <= read->size(); at += sizeof(Entry)) {
    Entry entry{};
    std::memcpy(&entry, read->data() + at, sizeof(entry));
    if (entry.a_type == AT_SYSINFO_EHDR) return entry.a_un.a_val;
  }
  return 0;
}

}  // namespace

// A record as it is put together in the ring: what was called, the payload, the stack.
class RecordWriter::Record {
 public:
  Record(RecordRing& ring, std::uint16_t kind, const Whose& whose)
      : ring_(ring), at_(ring.reserve(kMostBytes)) {
    call.kind = kind;
    call.pid = static_cast<ajar_u32>(whose.pid);
    call.tid = static_cast<ajar_u32>(whose.tid);
    call.table = whose.table;
  }
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  // Where there is no room in the ring, nothing that is put in goes anywhere.
  ~Record() {
    if (at_ == nullptr) return;
    call.time = base::monotonic_ns();
    call.size = static_cast<ajar_u32>(end());
    std::memcpy(at_, &call, sizeof(call));
    ring_.commit(call.size);
  }

  [[nodiscard]] bool has_room() const { return at_ != nullptr; }

  // For more of the payload.
  [[nodiscard]] std::span<std::byte> room(std::size_t most) {
    if (at_ == nullptr) return {};
    return {at_ + fixed_ + call.payload_length, std::min(most, kMostPayload - call.payload_length)};
  }
  std::size_t put(std::string_view text) {
    const std::span<std::byte> to = room(text.size());
    std::memcpy(to.data(), text.data(), to.size());
    call.payload_length += static_cast<ajar_u32>(to.size());
    return to.size();
  }

  [[nodiscard]] std::string_view payload() const {
    return {reinterpret_cast<const char*>(at_ + fixed_), call.payload_length};
  }

  // Before the payload.
  void put_python(const PythonReader::Frames& frames) {
    if (at_ == nullptr || frames.words.empty()) return;
    call.python = frames.met;
    std::memcpy(at_ + sizeof(call), frames.words.data(), frames.words.size() * sizeof(std::uint64_t));
    fixed_ = sizeof(call) + frames.words.size() * sizeof(std::uint64_t);
  }

  [[nodiscard]] std::byte* stack() { return at_ + fixed_ + padded_payload(); }

  ajar_call call{};

 private:
  [[nodiscard]] std::size_t padded_payload() const { return (call.payload_length + 7U) & ~std::size_t{7}; }
  [[nodiscard]] std::size_t end() const {
    return fixed_ + padded_payload() +
           (call.stack_length == 0 ? 0 : sizeof(ajar_call_registers) + call.stack_length);
  }

  RecordRing& ring_;
  std::byte* at_;
  std::size_t fixed_ = sizeof(ajar_call);  // what the payload is behind
};

// Tells what their code is called, too: before the record that they are for is begun.
PythonReader::Frames RecordWriter::python_of(const Whose& whose) {
  if (ring_.abandoned()) return {};
  return python_.frames(whose.pid, whose.tid, [&](const ajar_python_code& code, std::string_view texts) {
    Record record(ring_, AJAR_CALL_PYTHON_CODE, whose);
    std::memcpy(record.call.arguments, &code, sizeof(code));
    record.put(texts);
    return record.has_room();
  });
}

// The stack as it is; ajar walks it.
void RecordWriter::put_stack(Record& record, const Whose& whose, const ajar_call_registers& registers) {
  if (!record.has_room()) return;
  std::byte* to = record.stack();
  std::memcpy(to, &registers, sizeof(registers));
  std::size_t most = AJAR_CALL_STACK;
  if (whose.stack_end > registers.sp) most = std::min<std::size_t>(most, whose.stack_end - registers.sp);
  const std::size_t length = read_memory(whose.tid, registers.sp, to + sizeof(registers), most);
  record.call.stack_length = static_cast<ajar_u16>(length & ~std::size_t{7});
}

void RecordWriter::with_stack(ajar_call_record kind, const Whose& whose, const Call& call,
                              std::uint64_t other, std::int64_t result) {
  const PythonReader::Frames python = python_of(whose);
  Record record(ring_, kind, whose);
  record.call.number = static_cast<ajar_u32>(call.number);
  record.call.abi = call.abi;
  record.call.other = other;
  record.call.result = result;
  std::ranges::copy(call.arguments, record.call.arguments);
  if (!record.has_room()) return;
  record.put_python(python);
  if (const auto registers = registers_of(whose.tid)) put_stack(record, whose, *registers);
}

void RecordWriter::begins(const Whose& whose, const Call& call) {
  with_stack(AJAR_CALL_BEGINS, whose, call, 0, 0);
}

void RecordWriter::used(const Whose& whose, const Call& call, std::uint64_t number) {
  with_stack(AJAR_CALL_USED, whose, call, number, -calls::kErrorBadNumber);
}

std::optional<std::string_view> RecordWriter::made(const Whose& whose, const Call& call,
                                                   const ajar_call_plan& plan,
                                                   const ajar_call_registers& registers) {
  const bool has_stack = (plan.what & AJAR_PLAN_NO_STACK) == 0;
  const PythonReader::Frames python = has_stack ? python_of(whose) : PythonReader::Frames{};
  Record record(ring_, AJAR_CALL_MADE, whose);
  record.call.number = static_cast<ajar_u32>(call.number);
  record.call.abi = call.abi;
  record.call.result = static_cast<std::int64_t>(registers.ax);
  if (call.abi == AJAR_ABI_32) record.call.result = static_cast<std::int32_t>(registers.ax);
  std::ranges::copy(call.arguments, record.call.arguments);
  if (!record.has_room()) return std::nullopt;
  record.put_python(python);
  if (plan.payload == AJAR_CALL_FILE_PATH) {
    const auto number = static_cast<std::int32_t>(call.arguments[4]);
    if (number >= 0) record.put(components_of(link_of(whose.tid, "fd/" + std::to_string(number))));
  } else {
    const std::size_t length = read_payload(whose.tid, plan, record.call, record.room(AJAR_CALL_PAYLOAD));
    record.call.payload_length = static_cast<ajar_u32>(length);
  }
  record.call.payload = plan.payload;
  if (has_stack) put_stack(record, whose, registers);
  return record.payload();
}

void RecordWriter::forked(const Whose& whose, int child_pid, int child_tid, std::uint64_t child_table) {
  if (child_pid != whose.pid) python_.forked(whose.pid, child_pid);
  Record record(ring_, AJAR_CALL_FORKED, whose);
  record.call.other = static_cast<ajar_u64>(child_pid);
  record.call.result = child_tid;
  record.call.arguments[0] = child_table;
  if (child_pid == whose.pid || child_table == whose.table || !record.has_room()) return;
  const auto numbers = open_numbers(child_tid);
  if (!numbers) return;
  record.call.payload = AJAR_CALL_NUMBERS_OPEN;
  record.call.payload_length = static_cast<ajar_u32>(put_numbers(*numbers, record.room(AJAR_CALL_PAYLOAD)));
}

void RecordWriter::tell_files(const Whose& whose) {
  constexpr std::size_t kMost = AJAR_CALL_FILES;
  const auto numbers = open_numbers(whose.tid);
  for (std::size_t i = 0; numbers && i < std::min(numbers->size(), kMost); ++i) {
    const auto entry = entry_of(whose.tid, (*numbers)[i]);
    if (!entry) continue;
    Record record(ring_, AJAR_CALL_FILE, whose);
    record.call.other = (*numbers)[i];
    static_assert(sizeof(entry->file) == sizeof(record.call.arguments));
    std::memcpy(record.call.arguments, &entry->file, sizeof(entry->file));
    record.call.payload = AJAR_CALL_LINK;
    record.put(entry->link);
  }
}

void RecordWriter::execed(const Whose& whose, const ajar_call_registers& registers) {
  python_.forget(whose.pid);
  if (ring_.abandoned()) return;
  tell_files(whose);
  Record record(ring_, AJAR_CALL_EXECED, whose);
  if (!record.has_room()) return;
  ajar_execed told{};
  const auto numbers = open_numbers(whose.tid);
  record.call.payload = AJAR_CALL_NUMBERS_OPEN;
  if (numbers) told.numbers_length = put_numbers(*numbers, record.room(AJAR_CALL_PAYLOAD));
  record.call.payload_length = static_cast<ajar_u32>(told.numbers_length);
  told.path_length = record.put(components_of(link_of(whose.tid, "exe")));
  const auto command = platform::read_file(in_proc(whose.tid, "cmdline"));
  if (command) told.command_length = record.put(std::string_view(*command).substr(0, AJAR_CALL_COMMAND));
  told.code = first_code_of(whose.tid);
  told.entry = registers.ip;
  const bool is_32 = registers.cs == AJAR_SEGMENT_32;
  told.vdso = is_32 ? vdso_of<Elf32_auxv_t>(whose.tid) : vdso_of<Elf64_auxv_t>(whose.tid);
  std::memcpy(record.call.arguments, &told, sizeof(told));
}

void RecordWriter::ended(const Whose& whose, std::int64_t status, std::uint64_t ends, bool has_table) {
  python_.thread_ended(whose.tid);
  if ((ends & AJAR_ENDS_PROCESS) != 0) python_.forget(whose.pid);
  if (ring_.abandoned()) return;
  const bool whole = (ends & AJAR_ENDS_PROCESS) != 0 && has_table;
  if (whole) tell_files(whose);
  Record record(ring_, AJAR_CALL_ENDED, whose);
  record.call.result = status;
  record.call.other = ends;
  if (!whole || !record.has_room()) return;
  const auto numbers = open_numbers(whose.tid);
  if (!numbers) return;
  record.call.payload = AJAR_CALL_NUMBERS_OPEN;
  record.call.payload_length = static_cast<ajar_u32>(put_numbers(*numbers, record.room(AJAR_CALL_PAYLOAD)));
}

}  // namespace ajar::capture::ptrace
