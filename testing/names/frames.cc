#include "names/frames.h"

namespace ajar::names {

std::string in_words(const Chain& chain) {
  std::string words;
  for (const Frame& frame : chain) {
    if (!words.empty()) words += " < ";
    words += (frame.function.empty() ? "?" : frame.function) + ' ';
    words += (frame.file.empty() ? "?" : frame.file) + ':' + std::to_string(frame.line);
  }
  return words.empty() ? "nothing" : words;
}

}  // namespace ajar::names
