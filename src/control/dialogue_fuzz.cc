// Whatever comes in by a session's socket, or stands in a file about one, is read to its end and understood
// or refused; and what was understood is said again in the same words.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "control/dialogue.h"

namespace {

using namespace ajar::control;

Message again(const Message& message) {
  const std::string bytes = encoded(message);
  const auto parsed = parse_message(std::as_bytes(std::span(bytes)));
  if (!parsed.ok() || !parsed.value()) std::abort();
  return *parsed.value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = parse_message(std::as_bytes(std::span(data, size)));
  if (!parsed.ok() || !parsed.value()) return 0;
  const Message& message = *parsed.value();
  if (again(message) != message) std::abort();
  if (const auto question = to_question(message); question.ok()) {
    if (to_question(again(to_message(question.value()))).value() != question.value()) std::abort();
    static_cast<void>(check_label(question.value().label));
  }
  if (const auto about = to_description(message); about.ok()) {
    if (to_description(again(to_message(about.value()))).value() != about.value()) std::abort();
  }
  if (const auto marked = to_marked(message); marked.ok()) {
    if (to_marked(again(to_message(marked.value()))).value() != marked.value()) std::abort();
  }
  return 0;
}
