#include <algorithm>
#include <string>

#include "calls/numbers.h"
#include "catalog/linux_tables.h"
#include "import/strace/call_made.h"
#include "import/strace/constants.h"
#include "import/strace/descriptor_words.h"
#include "tables/sockets/socket_type.h"

// What calls brought: descriptors in results, in lists and in messages.
namespace ajar::import::strace {
namespace {

using calls::Asks;
using model::EventKind;

struct IoctlName {
  std::string_view name;
  bool is_result;
};
constexpr IoctlName kOpeningIoctls[] = {
#define AJAR_IOCTL_RESULT true
#define AJAR_IOCTL_FIELD(offset) false
#define AJAR_IOCTL(request, name, where) {#name, AJAR_IOCTL_##where},
#include "catalog/linux_ioctls.def"
#undef AJAR_IOCTL
#undef AJAR_IOCTL_FIELD
#undef AJAR_IOCTL_RESULT
};

// What the kernel marks so by itself; of other calls a flag says it.
bool is_always_close_on_exec(std::string_view call) {
  constexpr std::string_view kCalls[] = {
      "pidfd_open", "pidfd_getfd", "bpf",        "landlock_create_ruleset", "io_uring_setup", "seccomp",
      "clone",      "clone3",      "getsockopt", "open_tree_attr"};
  return std::ranges::find(kCalls, call) != std::end(kCalls);
}

bool is_close_on_exec(const CallText& text, std::string_view call) {
  if (is_always_close_on_exec(call)) return true;
  for (std::size_t i = 0; i < text.count; ++i) {
    const std::string_view argument = text.argument(i);
    if (!argument.starts_with('"') && argument.find("CLOEXEC") != std::string_view::npos) return true;
  }
  return false;
}

std::string_view row_type(const calls::CallRow& row) {
  return catalog::kLinuxCalls[&row - calls::kCallRows].type;
}

// "[4711 /* SO_??? */" or "SO_PEERPIDFD".
bool opens_peer(const CallText& text) {
  return number_of(text.argument(1)) == constant("SOL_SOCKET") &&
         number_of(text.argument(2)) == calls::kPeerPidfdOption;
}

}  // namespace

// The kernel gives the lowest number that is free: at the first open that a table is seen at, all below it
// were open before.
void CallEffects::met_first(Made& made, std::uint64_t lowest) {
  Numbers& numbers = made.numbers();
  constexpr std::uint64_t kMost = 1U << 16U;
  if (numbers.is_met || lowest > kMost || tracees_.is_opening(numbers, made.thread)) return;
  numbers.is_met = true;
  const model::Event like = event_of(made, EventKind::inherit, 0, made.call.begun);
  for (std::uint64_t number = 0; number < lowest; ++number) {
    if (numbers.known.find(number) == nullptr)
      inherit(made.thread, item(made), like, {.number = static_cast<std::int64_t>(number), .decoration = {}});
  }
}

// What the arguments and the decoration tell of what was opened: the event has what was asked for, the number
// what it became.
void CallEffects::describe(Made& made, const Descriptor& descriptor, model::Event& event, Number& number) {
  const calls::CallRow& row = *made.call.row;
  const CallText& text = made.text();
  std::string type(row_type(row));
  std::string asked;
  switch (row.asked.what) {
    case Asks::PATH:
      event.flags = static_cast<std::uint32_t>(number_of(text.argument(row.asked.argument + 1U)));
      [[fallthrough]];
    case Asks::BARE_PATH:
    case Asks::NAME:
      asked = unquoted(text.argument(row.asked.argument));
      break;
    case Asks::SOCKET: {
      const auto kind = static_cast<std::uint32_t>(number_of(text.argument(1)));
      type = tables::socket_type_name(static_cast<std::uint32_t>(number_of(text.argument(0))), kind,
                                      static_cast<std::uint32_t>(number_of(text.argument(2))));
      break;
    }
    case Asks::PEER: {
      type = type_of_accepted(text.argument(1));
      asked = words_of_address(text.argument(1));
      const auto listening = parse_descriptor(text.argument(0));
      const Number* known = !listening || listening->number < 0
                                ? nullptr
                                : made.numbers().known.find(static_cast<std::uint64_t>(listening->number));
      if (type.empty() && known != nullptr) type = names_.text(known->type);
      break;
    }
    case Asks::NOTHING:
      break;
  }
  const std::string told = type_of(descriptor);
  if (type.empty()) type = told;
  const std::string name = name_of(descriptor);
  event.type = names_.of(type);
  event.text = names_.of(asked);
  number = {
      .open = true,
      .close_on_exec = is_close_on_exec(text, made.call.name),
      .type = told.empty() || told == "socket" ? event.type : names_.of(told),
      .text = name.empty() || (!asked.empty() && name.starts_with("socket:")) ? event.text : names_.of(name)};
}

void CallEffects::opened(Made& made, const Descriptor& descriptor) {
  constexpr std::int64_t kMostNumber = 1 << 30;  // sysctl_nr_open_max
  if (descriptor.number < 0 || descriptor.number > kMostNumber) return;
  const auto handle = static_cast<std::uint64_t>(descriptor.number);
  model::Event event = event_of(made, EventKind::open, handle, made.call.ended);
  Number number;
  describe(made, descriptor, event, number);
  const Number* before = made.numbers().known.find(handle);
  if (before != nullptr && before->open) ++evidence_.opened_again;
  ++evidence_.opens;
  made.numbers().put(handle, number);
  item(made).events.push_back(event);
}

void CallEffects::failed(Made& made) {
  model::Event event = event_of(made, EventKind::failed_open, 0, made.call.ended);
  Number number;
  describe(made, {}, event, number);
  event.error = made.result().error;
  item(made).events.push_back(event);
}

void CallEffects::pair(Made& made) {
  if (made.has_failed()) return failed(made);
  bool is_first = true;
  each_descriptor(made.text().argument(made.call.row->argument), [&](const Descriptor& descriptor) {
    if (is_first) met_first(made, static_cast<std::uint64_t>(descriptor.number));
    is_first = false;
    opened(made, descriptor);
  });
}

void CallEffects::duplicated(Made& made, bool is_replacing, bool is_lowest) {
  const auto source = parse_descriptor(made.text().argument(made.call.row->argument));
  if (!source || source->number < 0) return;
  const auto of = static_cast<std::uint64_t>(source->number);
  if (made.has_failed()) {
    model::Event event = event_of(made, EventKind::failed_open, 0, made.call.ended);
    event.other = of;
    event.error = made.result().error;
    item(made).events.push_back(event);
    return;
  }
  const auto handle = static_cast<std::uint64_t>(made.result().value);
  if (is_replacing && handle == of) return;
  if (is_lowest) met_first(made, handle);
  Number number{.open = true, .close_on_exec = false, .type = {}, .text = {}};
  if (const Number* known = made.numbers().known.find(of)) number = *known;
  number.close_on_exec = is_close_on_exec(made.text(), made.call.name);
  model::Event event = event_of(made, EventKind::duplicate, handle, made.call.ended);
  event.other = of;
  // Of one from before nothing else may tell.
  if (number.type.none()) number.type = names_.of(type_of(*source));
  const Number* before = made.numbers().known.find(handle);
  if (is_replacing) {
    model::Event closed = event_of(made, EventKind::close, handle, made.call.begun);
    closed.implied = true;
    item(made).events.push_back(closed);
  } else if (before != nullptr && before->open) {
    ++evidence_.opened_again;
  }
  ++evidence_.opens;
  made.numbers().put(handle, number);
  item(made).events.push_back(event);
}

// "{…, msg_control=[{cmsg_len=28, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[6, 7]}], …}".
void CallEffects::received(Made& made, std::string_view message) {
  if (made.has_failed()) return;
  std::string_view controls = field(message, "msg_control");
  if (!controls.starts_with('[')) return;
  controls.remove_prefix(1);
  for (std::string_view control = take_element(controls); !control.empty();
       control = take_element(controls)) {
    const std::string_view type = field(control, "cmsg_type");
    if (field(control, "cmsg_level") != "SOL_SOCKET" || (type != "SCM_RIGHTS" && type != "SCM_PIDFD"))
      continue;
    const std::string_view data = field(control, "cmsg_data");
    if (const auto one = parse_descriptor(data)) opened(made, *one);
    each_descriptor(data, [&](const Descriptor& descriptor) { opened(made, descriptor); });
  }
}

void CallEffects::received_many(Made& made) {
  std::string_view messages = made.text().argument(made.call.row->argument);
  if (!messages.starts_with('[')) return;
  messages.remove_prefix(1);
  for (std::string_view message = take_element(messages); !message.empty(); message = take_element(messages))
    received(made, field(message, "msg_hdr"));
}

void CallEffects::by_ioctl(Made& made) {
  const std::string_view request = made.text().argument(1);
  const auto set = [&](bool close_on_exec) {
    const auto descriptor = parse_descriptor(made.text().argument(0));
    if (!descriptor || descriptor->number < 0 || made.has_failed()) return;
    Number* known = made.numbers().known.find(static_cast<std::uint64_t>(descriptor->number));
    if (known != nullptr) known->close_on_exec = close_on_exec;
  };
  if (request == "FIOCLEX") return set(true);
  if (request == "FIONCLEX") return set(false);
  const auto* const found = std::ranges::find(kOpeningIoctls, request, &IoctlName::name);
  if (found == std::end(kOpeningIoctls)) return;
  if (made.has_failed()) return failed(made);
  if (found->is_result) return opened(made, made.descriptor());
  std::string_view structure = made.text().argument(2);
  if (const std::size_t changed = structure.find("=> "); changed != std::string_view::npos)
    structure.remove_prefix(changed + 3);
  if (const auto descriptor = parse_descriptor(field(structure, "fd"))) opened(made, *descriptor);
}

void CallEffects::special(Made& made) {
  const CallText& text = made.text();
  if (made.call.row->number == calls::kFcntl) {
    const std::string_view command = text.argument(1);
    if (command == "F_DUPFD" || command == "F_DUPFD_CLOEXEC") return duplicated(made, false, false);
    const auto descriptor = parse_descriptor(text.argument(0));
    if (command != "F_SETFD" || made.has_failed() || !descriptor || descriptor->number < 0) return;
    Number* known = made.numbers().known.find(static_cast<std::uint64_t>(descriptor->number));
    if (known != nullptr) known->close_on_exec = (number_of(text.argument(2)) & 1U) != 0;
    return;
  }
  if (made.call.row->number != calls::kGetsockopt || !opens_peer(text)) return;
  if (made.has_failed()) return failed(made);
  each_descriptor(text.argument(3), [&](const Descriptor& descriptor) { opened(made, descriptor); });
}

}  // namespace ajar::import::strace
