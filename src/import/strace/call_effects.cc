#include "import/strace/call_effects.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "calls/numbers.h"
#include "calls/opens_if.h"
#include "calls/uses.h"
#include "catalog/linux_tables.h"
#include "import/strace/call_made.h"
#include "import/strace/constants.h"
#include "import/strace/descriptor_words.h"
#include "import/strace/making.h"

namespace ajar::import::strace {
namespace {

using calls::Effect;
using model::EventKind;

constexpr std::uint64_t kLastNumber = 0xffffffff;

std::unordered_map<std::string_view, const calls::CallRow*> rows_by_name() {
  std::unordered_map<std::string_view, const calls::CallRow*> rows;
  for (std::uint32_t i = 0; i < calls::kCallRowCount; ++i)
    rows.emplace(catalog::kLinuxCalls[i].name, &calls::kCallRows[i]);
  rows.emplace("fcntl64", calls::call_row(calls::kFcntl));  // of 32-bit programs
  return rows;
}

// Which descriptor the call is about, where it opens or closes none by its first argument.
bool has_descriptor_first(const calls::CallRow& row) {
  switch (row.effect) {
    case Effect::DUPLICATES:
    case Effect::REPLACES:
    case Effect::LEARNS_PEER:
    case Effect::RECEIVES:
    case Effect::RECEIVES_MANY:
    case Effect::DEVICE:
    case Effect::TABLE_TELLS:
    case Effect::SPECIAL:
      return true;
    default:
      return row.asked.what == calls::Asks::PEER;
  }
}

}  // namespace

const calls::CallRow* row_named(std::string_view call) {
  static const auto rows = rows_by_name();
  const auto found = rows.find(call);
  return found == rows.end() ? nullptr : found->second;
}

model::Event CallEffects::event_of(const Made& made, EventKind kind, std::uint64_t handle, model::Time time) {
  model::Event event;
  event.kind = kind;
  event.table = made.thread.numbers->id;
  event.image = made.thread.process->image;
  event.thread = made.thread.id;
  event.time = time;
  event.handle = handle;
  event.call = made.name;
  return event;
}

Item& CallEffects::item(Made& made) {
  if (made.open_item == nullptr) made.open_item = made.items.emplace_back(queue_.add()).get();
  return *made.open_item;
}

// It was open before anything is known of it.
void CallEffects::inherit(Thread& thread, Item& item, const model::Event& like,
                          const Descriptor& descriptor) {
  model::Event event = like;
  event.kind = EventKind::inherit;
  event.handle = static_cast<std::uint64_t>(descriptor.number);
  event.other = 0;
  event.error = 0;
  event.call = {};
  event.implied = false;
  event.type = names_.of(type_of(descriptor));
  event.text = names_.of(name_of(descriptor));
  thread.numbers->put(event.handle,
                      {.open = true, .close_on_exec = false, .type = event.type, .text = event.text});
  item.events.push_back(event);
}

void CallEffects::use(Made& made, std::string_view argument) {
  constexpr std::int64_t kMostNumber = 1 << 30;  // sysctl_nr_open_max
  const auto descriptor = parse_descriptor(argument);
  if (!descriptor || descriptor->number < 0 || descriptor->number > kMostNumber) return;
  Number* known = made.numbers().known.find(static_cast<std::uint64_t>(descriptor->number));
  if (known != nullptr && known->open) {
    if (!known->type.none() || descriptor->decoration.empty()) return;
    known->type = names_.of(type_of(*descriptor));
    known->text = names_.of(name_of(*descriptor));
    return;
  }
  if (known == nullptr) {
    const model::Event like = event_of(made, EventKind::inherit, 0, made.call.begun);
    return inherit(made.thread, item(made), like, *descriptor);
  }
  ++evidence_.never_opened;
  made.numbers().put(static_cast<std::uint64_t>(descriptor->number),
                     {.open = true,
                      .close_on_exec = false,
                      .type = names_.of(type_of(*descriptor)),
                      .text = names_.of(name_of(*descriptor))});
}

// Of a number that was never met nobody knows that it wasn't open, and only not for this; nor of one that
// strace tells a file of.
ItemPtr CallEffects::used_closed(Thread& thread, const Ended& call) {
  if (call.text.result.error != calls::kErrorBadNumber) return nullptr;
  const calls::Use* use = calls::use_of(call.name);
  if (use == nullptr) return nullptr;
  const bool removes = call.text.argument(1) == "EPOLL_CTL_DEL";
  const unsigned uses = calls::descriptors_of(*use, removes ? calls::kEpollRemove : 0);
  for (std::size_t i = 0; i < call.text.count; ++i) {
    const auto descriptor = parse_descriptor(call.text.argument(i));
    const bool is_used = (uses >> i & 1U) != 0 && descriptor && descriptor->number >= 0;
    if (!is_used || !descriptor->decoration.empty()) continue;
    const auto number = static_cast<std::uint64_t>(descriptor->number);
    const Number* known = thread.numbers->known.find(number);
    if (known == nullptr || known->open) continue;
    const Made made{.thread = thread, .call = call, .name = names_.of(call.name), .items = {}};
    ItemPtr item = queue_.add();
    item->events.push_back(event_of(made, EventKind::bad_use, number, call.ended));
    item->events.back().error = calls::kErrorBadNumber;
    return item;
  }
  return nullptr;
}

void CallEffects::uses(Thread& thread, std::string_view arguments, model::Time time) {
  if (arguments.empty() || arguments[0] < '0' || arguments[0] > '9') return;
  std::uint64_t number = 0;
  std::size_t at = 0;
  for (; at < std::min<std::size_t>(arguments.size(), 9) && arguments[at] >= '0' && arguments[at] <= '9';
       ++at)
    number = number * 10 + static_cast<std::uint64_t>(arguments[at] - '0');
  if (at == arguments.size() || arguments[at] != '<') return;
  const Number* known = thread.numbers->known.find(number);
  if (known != nullptr && known->open && !known->type.none()) return;
  const auto descriptor = decorated_descriptor(arguments);
  if (!descriptor) return;
  const CallText none;
  const Ended call{.row = nullptr, .name = {}, .text = none, .begun = time, .ended = time};
  Made made{.thread = thread, .call = call, .name = {}, .items = {}};
  use(made, arguments);
  for (const ItemPtr& written : made.items) written->ready = true;
}

// A number that is known to be open is free from now on: another thread may get it before this call is told
// to have come to its end. What became of it is written at this place then.
void CallEffects::begins(Thread& thread) {
  Pending& pending = *thread.pending;
  const Effect effect = pending.row->effect;
  if (effect != Effect::CLOSES && effect != Effect::CLOSES_RANGE) return;
  pending.closing = queue_.add();
  if (effect != Effect::CLOSES) return;
  const auto descriptor = parse_descriptor(pending.text);
  if (!descriptor || descriptor->number < 0) return;
  const auto number = static_cast<std::uint64_t>(descriptor->number);
  const Number* known = thread.numbers->known.find(number);
  if (known == nullptr || !known->open) return;
  thread.numbers->close(number);
  model::Event event;
  event.kind = EventKind::close;
  event.table = thread.numbers->id;
  event.image = thread.process->image;
  event.thread = thread.id;
  event.time = pending.begun;
  event.handle = number;
  event.call = names_.of(pending.name);
  pending.closing->events.push_back(event);
}

std::vector<ItemPtr> CallEffects::ends(Thread& thread, const Ended& call) {
  Made made{.thread = thread, .call = call, .name = names_.of(call.name), .items = {}};
  if (call.closing != nullptr) {
    made.items.push_back(call.closing);
    made.open_item = call.closing.get();
  }
  if (call.row->effect == Effect::CLOSES || call.row->effect == Effect::CLOSES_RANGE) ++evidence_.closes;
  if (!call.text.result.known) return std::move(made.items);
  if (call.text.result.error != calls::kErrorBadNumber && has_descriptor_first(*call.row))
    use(made, call.text.argument(0));
  dispatch(made);
  if (ItemPtr used = used_closed(thread, call); used != nullptr) made.items.push_back(std::move(used));
  return std::move(made.items);
}

void CallEffects::dispatch(Made& made) {
  switch (made.call.row->effect) {
    case Effect::OPENS_IF: {
      std::uint64_t values[6] = {};
      for (std::size_t i = 0; i < std::size(values); ++i) {
        const auto descriptor = parse_descriptor(made.text().argument(i));
        values[i] =
            descriptor ? static_cast<std::uint64_t>(descriptor->number) : number_of(made.text().argument(i));
      }
      if (!calls::opens_result(made.call.row->number, values)) return;
      [[fallthrough]];
    }
    case Effect::OPENS_RESULT:
      if (made.has_failed()) return failed(made);
      met_first(made, static_cast<std::uint64_t>(made.result().value));
      return opened(made, made.descriptor());
    case Effect::OPENS_PAIR:
      return pair(made);
    case Effect::CLOSES:
      return closed(made);
    case Effect::CLOSES_RANGE:
      return range_closed(made);
    case Effect::DUPLICATES:
      return duplicated(made, false, true);
    case Effect::REPLACES:
      return duplicated(made, true, false);
    case Effect::LEARNS_PEER:
      return learned_peer(made);
    case Effect::RECEIVES:
      return received(made, made.text().argument(made.call.row->argument));
    case Effect::RECEIVES_MANY:
      return received_many(made);
    case Effect::COPIES_TABLE:
      return process_made(made);
    case Effect::PARTS_TABLE: {
      const std::uint64_t flags = number_of(made.text().argument(made.call.row->argument));
      if (!made.has_failed() && (flags & calls::kCloneFiles) != 0)
        tracees_.parted(made.thread, made.call.ended);
      return;
    }
    case Effect::ENTERS_PROGRAM:
      return execed(made);
    case Effect::DEVICE:
      return by_ioctl(made);
    case Effect::SPECIAL:
      return special(made);
    case Effect::TABLE_TELLS:  // use() was all: strace doesn't show what came
      return;
  }
}

void CallEffects::closed(Made& made) {
  Item& closing = item(made);
  const auto descriptor = parse_descriptor(made.text().argument(made.call.row->argument));
  if (!descriptor || descriptor->number < 0) return closing.events.clear();
  const auto number = static_cast<std::uint64_t>(descriptor->number);
  if (made.result().error == calls::kErrorBadNumber) {
    closing.events.clear();
    model::Event bad = event_of(made, EventKind::bad_reference, number, made.call.begun);
    bad.error = calls::kErrorBadNumber;
    closing.events.push_back(bad);
    return;
  }
  if (!closing.events.empty()) return;  // begins() knew
  const Number* known = made.numbers().known.find(number);
  const model::Event close = event_of(made, EventKind::close, number, made.call.begun);
  if (known == nullptr) inherit(made.thread, closing, close, *descriptor);
  if (known != nullptr && !known->open) ++evidence_.never_opened;
  made.numbers().close(number);
  closing.events.push_back(close);
}

void CallEffects::range_closed(Made& made) {
  const std::uint64_t first = number_of(made.text().argument(0));
  const std::uint64_t last = std::min(number_of(made.text().argument(1)), kLastNumber);
  const std::uint64_t flags = number_of(made.text().argument(2));
  if (made.has_failed()) return;
  if ((flags & calls::kRangeUnshare) != 0) tracees_.parted(made.thread, made.call.begun);
  std::vector<std::uint64_t> met;
  made.numbers().known.for_each([&](std::uint64_t number, Number& what) {
    if (!what.open || number < first || number > last) return;
    if ((flags & calls::kRangeCloseOnExec) != 0) {
      what.close_on_exec = true;
    } else {
      met.push_back(number);
    }
  });
  if ((flags & calls::kRangeCloseOnExec) != 0) return;
  for (const std::uint64_t number : met) made.numbers().close(number);
  model::Event event = event_of(made, EventKind::close_range, first, made.call.begun);
  event.other = last;
  item(made).events.push_back(event);
}

void CallEffects::learned_peer(Made& made) {
  if (made.has_failed() && made.result().error != calls::kErrorInProgress) return;
  const std::string address = words_of_address(made.text().argument(1));
  const auto descriptor = parse_descriptor(made.text().argument(0));
  if (address.empty() || !descriptor || descriptor->number < 0) return;
  const auto number = static_cast<std::uint64_t>(descriptor->number);
  model::Event event = event_of(made, EventKind::address, number, made.call.ended);
  event.text = names_.of(address);
  if (Number* known = made.numbers().known.find(number); known != nullptr && known->open)
    known->text = event.text;
  item(made).events.push_back(event);
}

void CallEffects::process_made(Made& made) {
  if (made.has_failed() || made.result().value <= 0) return;
  const auto pid = static_cast<std::uint32_t>(made.result().value);
  std::uint64_t flags = 0;
  std::string_view pidfd;
  for (std::size_t i = 0; i < made.text().count; ++i) {
    const std::string_view argument = made.text().argument(i);
    if (argument.starts_with("flags=") || argument.starts_with("{flags="))
      flags = making_flags(made.call.name, argument);
    if (argument.starts_with("parent_tid=")) pidfd = argument.substr(argument.find('='));
    // "{flags=…} => {pidfd=[3], …}"
    if (const std::size_t told = argument.find(" => {pidfd="); told != std::string_view::npos)
      pidfd = argument.substr(argument.find('=', told + 4));
  }
  if (made.call.name == "vfork") flags = making_flags(made.call.name, {});
  if (pid != made.call.child) tracees_.made(made.thread, pid, flags, made.call.ended);
  if ((flags & calls::kClonePidfd) == 0 || pidfd.empty()) return;
  each_descriptor(pidfd.substr(1), [&](const Descriptor& descriptor) { opened(made, descriptor); });
}

void CallEffects::execed(Made& made) {
  if (made.has_failed()) return;
  const std::size_t path = made.call.name == "execveat" ? 1 : 0;
  std::vector<std::string> command;
  constexpr std::size_t kMostWords = 256;
  std::string_view list = made.text().argument(path + 1);
  if (list.starts_with('[')) {
    list.remove_prefix(1);
    for (std::string_view word = take_element(list); !word.empty() && command.size() < kMostWords;
         word = take_element(list))
      command.push_back(unquoted(word));
  }
  tracees_.execed(made.thread, unquoted(made.text().argument(path)), std::move(command), made.call.ended);
}

}  // namespace ajar::import::strace
