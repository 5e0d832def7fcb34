#include "capture/kernel/call_events.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "calls/numbers.h"
#include "calls/opens_if.h"
#include "calls/uses.h"
#include "capture/kernel/call_made.h"
#include "capture/kernel/told_file.h"
#include "capture/object_words.h"
#include "catalog/linux_tables.h"

namespace ajar::capture::kernel {
namespace {

using calls::Effect;

// The call that does the same as a wish to io_uring.
std::uint16_t like(std::uint32_t wish) {
  switch (wish) {
    case AJAR_RING_ACCEPT:
      return calls::kAccept;
    case AJAR_RING_CLOSE:
      return calls::kClose;
    case AJAR_RING_SOCKET:
      return calls::kSocket;
    case AJAR_RING_INSTALL:
      return calls::kIoUringEnter;
    default:
      return calls::kOpenat;
  }
}

const calls::CallRow* row_of(const ajar_call& call) {
  if (call.kind == AJAR_CALL_WISHED) return calls::call_row(like(call.number));
  return calls::call_row(call.number, call.abi == AJAR_ABI_32);
}

// The call of 64-bit programs that does the same to code; 0: none does.
std::uint32_t code_call_of(const ajar_call& call) {
  if (call.abi == AJAR_ABI_64) {
    const bool changes =
        call.number == calls::kMmap || call.number == calls::kMprotect || call.number == calls::kMunmap;
    return changes ? call.number : 0;
  }
  switch (call.number) {
    case calls::kMmap32:
      return calls::kMmap;
    case calls::kMprotect32:
      return calls::kMprotect;
    case calls::kMunmap32:
      return calls::kMunmap;
    default:
      return 0;
  }
}

}  // namespace

const CallEvents::RowIds& CallEvents::ids_of(std::size_t row) {
  if (ids_.empty()) ids_.resize(calls::kCallRowCount);
  RowIds& ids = ids_[row];
  if (!ids.known) {
    const catalog::Call& words = catalog::kLinuxCalls[row];
    ids = {true, recorder_.intern(words.name), recorder_.intern(words.type)};
  }
  return ids;
}

void CallEvents::emit(const model::Event& event) {
  if (event.kind != model::EventKind::close_range) processes_.touched(event.table, event.handle);
  recorder_.event(event);
}

model::Event CallEvents::event_of(const Made& made, model::EventKind kind, std::uint64_t handle) {
  model::Event event;
  event.kind = kind;
  event.table = made.table;
  event.image = made.image;
  event.thread = made.thread;
  event.time = recorder_.time_of(made.call.time);
  event.handle = handle;
  event.stack = made.stack;
  event.error = made.error();
  if (made.row != nullptr) event.call = ids_of(static_cast<std::size_t>(made.row - calls::kCallRows)).call;
  return event;
}

void CallEvents::duplicated(const Made& made, std::uint64_t of) {
  const bool failed = made.has_failed();
  model::Event event = event_of(made, failed ? model::EventKind::failed_open : model::EventKind::duplicate,
                                failed ? 0 : handle_number(static_cast<std::uint64_t>(made.call.result)));
  event.other = of;
  emit(event);
}

// A negative number is none, and closing it the harmless way to close nothing.
void CallEvents::closed(const Made& made) {
  const auto number = static_cast<std::int32_t>(made.argument(made.row->argument));
  if (number < 0) return;
  const auto handle = static_cast<std::uint64_t>(number);
  const bool bad = made.error() == calls::kErrorBadNumber;
  model::Event event =
      event_of(made, bad ? model::EventKind::bad_reference : model::EventKind::close, handle);
  if (!bad) event.error = 0;  // whatever else it said, it is closed
  emit(event);
}

// A range that is not closed, or in a table of its own.
void CallEvents::range_closed(const Made& made, bool told_before) {
  const auto flags = static_cast<std::uint32_t>(made.argument(2));
  if (made.has_failed() || (flags & calls::kRangeCloseOnExec) != 0 || told_before) return;
  model::Event event =
      event_of(made, model::EventKind::close_range, static_cast<std::uint32_t>(made.argument(0)));
  event.other = static_cast<std::uint32_t>(made.argument(1));
  emit(event);
}

void CallEvents::learned_peer(const Made& made) {
  if (made.has_failed() && made.error() != calls::kErrorInProgress) return;
  const std::string address = words_of_address(made.payload);
  if (address.empty()) return;
  model::Event event = event_of(made, model::EventKind::address, handle_number(made.argument(0)));
  event.error = 0;
  event.text = recorder_.intern(address);
  recorder_.event(event);
}

void CallEvents::came_true(const ajar_call& call) {
  const auto found = wishes_.find(call.other);
  if (found == wishes_.end()) return;
  Wish wish = std::move(found->second);
  wishes_.erase(found);
  wish.made.call.time = call.time;
  wish.made.call.result = call.result;
  wish.made.payload = wish.payload;
  wish.made.row->effect == Effect::CLOSES ? closed(wish.made) : opened(wish.made, call.result);
}

void CallEvents::used(const Made& made) {
  const calls::Use* use = calls::use_of(made.call.number, made.call.abi == AJAR_ABI_32);
  if (use == nullptr) return;
  const unsigned uses = calls::descriptors_of(*use, made.argument(1));
  bool is_used = false;
  for (unsigned i = 0; i < 6; ++i)
    is_used |= (uses >> i & 1U) != 0 && static_cast<std::uint32_t>(made.argument(i)) == made.call.other;
  if (!is_used) return;
  model::Event event = event_of(made, model::EventKind::bad_use, made.call.other);
  event.call = recorder_.intern(use->name);
  recorder_.event(event);
}

void CallEvents::begins(const Made& made) {
  if (made.row->effect == Effect::CLOSES_RANGE) return range_closed(made, false);
  closed(made);
}

void CallEvents::made(const Made& made) {
  switch (made.row->effect) {
    case Effect::OPENS_IF:
      if (!calls::opens_result(made.row->number, made.call.arguments)) return;
      [[fallthrough]];
    case Effect::OPENS_RESULT:
      return opened(made, made.call.result);
    case Effect::OPENS_PAIR:
      return pair(made);
    case Effect::CLOSES:
      return closed(made);
    case Effect::CLOSES_RANGE:
      return range_closed(made, made.argument(2) == 0);
    case Effect::DUPLICATES:
      return duplicated(made, handle_number(made.argument(made.row->argument)));
    case Effect::REPLACES: {
      const std::uint64_t of = handle_number(made.argument(made.row->argument));
      const std::uint64_t number = handle_number(made.argument(made.row->argument + 1U));
      if (!made.has_failed() && of == number) return;
      if (!made.has_failed()) {
        model::Event event = event_of(made, model::EventKind::close, number);
        event.implied = true;
        emit(event);
      }
      return duplicated(made, of);
    }
    case Effect::LEARNS_PEER:
      return learned_peer(made);
    case Effect::RECEIVES:
      return received(made);
    case Effect::RECEIVES_MANY:
      return received_many(made);
    case Effect::TABLE_TELLS:
      return events_read(made);
    case Effect::COPIES_TABLE:
      return process_made(made);
    case Effect::DEVICE:
      return by_ioctl(made);
    case Effect::SPECIAL:
      return special(made);
    default:
      return;
  }
}

void CallEvents::code_changed(Process& process, const ajar_call& call, std::string_view payload) {
  if (call.changes != 0) process.code->told_changes(call.changes);
  const std::uint32_t does = code_call_of(call);
  if (does == calls::kMunmap)
    return process.code->unmapped(call.arguments[0], call.arguments[0] + call.arguments[1]);
  constexpr std::uint64_t kAnonymous = 0x20;  // MAP_ANONYMOUS
  constexpr std::uint64_t kPage = 4096;
  const bool is_32 = call.abi == AJAR_ABI_32;
  const bool of_file = does == calls::kMmap && (call.arguments[3] & kAnonymous) == 0;
  platform::MappedRange range;
  if (of_file) {
    range.path = range.file = told_path(payload);
    range.offset = call.arguments[5] * (is_32 ? calls::kMmap32Unit : 1);
  }
  range.begin = does == calls::kMmap ? static_cast<std::uint64_t>(call.result) : call.arguments[0];
  if (is_32) range.begin = static_cast<std::uint32_t>(range.begin);
  range.end = (range.begin + call.arguments[1] + kPage - 1) / kPage * kPage;
  process.code->mapped(range);
}

void CallEvents::take(const CallRecord& record) {
  const ajar_call& call = record.call;
  const std::string_view payload = record.payload;
  Process* process = processes_.find(call.pid);
  if (process == nullptr) return;
  switch (call.kind) {
    case AJAR_CALL_FORKED:
      return processes_.forked(*process, call, payload);
    case AJAR_CALL_FILE:
      return processes_.told(*process, told_handle(call, payload));
    case AJAR_CALL_EXECED:
      return processes_.execed(*process, call, payload);
    case AJAR_CALL_ENDED:
      return processes_.ended(*process, call, payload);
    case AJAR_CALL_PYTHON_CODE:
      return process->code->learn_python(call, payload);
    default:
      break;
  }
  if (call.kind == AJAR_CALL_CAME_TRUE) return came_true(call);
  const bool is_wish = call.kind == AJAR_CALL_WISHED;
  const bool is_use = call.kind == AJAR_CALL_USED;
  if (!is_wish && !is_use && code_call_of(call) != 0) return code_changed(*process, call, payload);
  const calls::CallRow* row = row_of(call);
  if ((row == nullptr && !is_use) || process->becomes_program) return;
  const Made made{.call = call,
                  .payload = payload,
                  .row = row,
                  .table = processes_.table_of(*process, call),
                  .image = process->image,
                  .thread = processes_.thread_of(*process, call.tid),
                  .stack = process->code->stack_of(record)};
  if (is_use) return used(made);
  if (is_wish) {
    wishes_[call.other] = {.made = made, .payload = std::string(payload)};
    return;
  }
  call.kind == AJAR_CALL_BEGINS ? begins(made) : this->made(made);
}

}  // namespace ajar::capture::kernel
