#include "import/events/xml_log.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "import/events/log_world.h"
#include "import/text/lines.h"

namespace ajar::import::events {
namespace {

std::string head_of(std::span<const std::byte> bytes) {
  constexpr std::size_t kLookAt = 8192;  // bytes, to see how it begins
  if (!is_text(bytes)) return {};
  std::string store;
  return std::string(utf8_text(bytes.first(std::min(bytes.size(), kLookAt)), store));
}

}  // namespace

bool is_xml_log(std::span<const std::byte> bytes) {
  constexpr std::string_view kNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";
  const std::string head = head_of(bytes);
  return head.find("<Event") != std::string::npos && head.find(kNamespace) != std::string::npos;
}

base::Result<model::Time> read_xml_log(const Input& input, model::World& world, recording::Writer& writer) {
  std::string store;
  std::string_view text = utf8_text(input.bytes, store);
  LogWorld log;
  for (std::string_view event = take_event(text); !event.empty(); event = take_event(text))
    log.add(read_event(event));
  if (!text.empty()) log.cut_off();
  return log.write(world, writer);
}

bool is_plain_log(std::span<const std::byte> bytes) {
  return head_of(bytes).starts_with("Event[0]");
}

base::Result<model::Time> read_plain_log(const Input& /*input*/, model::World& /*world*/,
                                         recording::Writer& /*writer*/) {
  return base::Error(
      "an event log as text, whose layout depends on Windows' version and language; write it as "
      "XML, and give ajar that: wevtutil qe System /f:xml > system.xml");
}

}  // namespace ajar::import::events
