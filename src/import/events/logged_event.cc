#include "import/events/logged_event.h"

#include <cstddef>

#include "base/number.h"
#include "base/words.h"
#include "import/events/xml.h"
#include "import/text/clock.h"

namespace ajar::import::events {
namespace {

constexpr std::size_t kMaxText = 300;         // bytes
constexpr std::size_t kMaxEvent = 4U << 20U;  // bytes; Windows' own limit is far below
constexpr std::size_t kMaxDepth = 64;         // elements; what lies deeper is not looked at
constexpr std::size_t kMaxProcesses = 16;

class EventReader {
 public:
  explicit EventReader(std::string_view xml) : xml_(xml) {}

  LoggedEvent read() {
    for (;;) {
      switch (xml_.next()) {
        case XmlReader::Token::open:
          open();
          break;
        case XmlReader::Token::text:
          text_ += xml_.text();
          break;
        case XmlReader::Token::close:
          close();
          break;
        case XmlReader::Token::end:
          return std::move(event_);
      }
    }
  }

 private:
  void open() {
    text_.clear();
    ++depth_;
    if (depth_ > kMaxDepth) return;
    path_.push_back(xml_.name());
    if (is_in("System")) {
      if (path_.back() == "Provider") {
        event_.source = xml_.attribute("Name");
        event_.classic_source = xml_.attribute("EventSourceName");
      }
      if (path_.back() == "TimeCreated") event_.unix_ns = parse_utc(xml_.attribute("SystemTime"));
    }
    if (is_process(path_.back()) && event_.processes.size() < kMaxProcesses) event_.processes.emplace_back();
  }

  void close() {
    if (depth_ == 0) return;
    if (depth_ == path_.size()) {
      take(base::trimmed(text_));
      path_.pop_back();
    }
    --depth_;
    text_.clear();
  }

  void take(std::string_view text) {
    const std::string_view name = path_.back();
    if (is_in("System")) {
      if (name == "EventID") event_.id = base::parse_number<std::uint32_t>(text).value_or(0);
      if (name == "Channel") event_.channel = text;
      if (name == "Computer") event_.computer = text;
    }
    if (is_in("EventData") && name == "Data") add_text(text);
    if (path_.size() > 1 && is_process(path_[path_.size() - 2]) && !event_.processes.empty()) {
      LoggedProcess& process = event_.processes.back();
      if (name == "Name") process.name = text;
      if (name == "ID") process.pid = base::parse_number(text).value_or(0);
      if (name == "HandleCount") process.handles = base::parse_number(text);
    }
  }

  void add_text(std::string_view text) {
    if (text.empty() || event_.text.size() >= kMaxText) return;
    if (!event_.text.empty()) event_.text += ", ";
    event_.text += text.substr(0, kMaxText - event_.text.size());
  }

  // Whether the innermost element is a part of `section`, a part of the event.
  [[nodiscard]] bool is_in(std::string_view section) const {
    return path_.size() == 3 && path_[1] == section;
  }

  static bool is_process(std::string_view name) { return name.starts_with("Process_"); }

  XmlReader xml_;
  std::vector<std::string_view> path_;  // elements that are open, outermost first
  std::size_t depth_ = 0;               // of all of them
  std::string text_;                    // since the last tag
  LoggedEvent event_;
};

// Where an element "<Event" begins; its name may be no longer.
std::size_t event_begin(std::string_view text) {
  constexpr std::string_view kBegin = "<Event";
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
    const std::string_view rest = text.substr(at + kBegin.size());
    if (rest.empty() || rest.find_first_of(" \t\r\n>") == 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

LoggedEvent read_event(std::string_view xml) {
  return EventReader(xml).read();
}

std::string_view take_event(std::string_view& text) {
  constexpr std::string_view kEnd = "</Event>";
  for (;;) {
    const std::size_t begin = event_begin(text);
    text.remove_prefix(begin == std::string_view::npos ? text.size() : begin);
    const std::size_t end = text.substr(0, kMaxEvent).find(kEnd);
    if (end != std::string_view::npos) {
      const std::string_view event = text.substr(0, end + kEnd.size());
      text.remove_prefix(event.size());
      return event;
    }
    if (text.size() <= kMaxEvent) return {};
    text.remove_prefix(kMaxEvent);  // nothing that Windows writes
  }
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto year = take_number(text, 4, '-');
  const auto month = year ? take_number(text, 2, '-') : year;
  const auto day = month ? take_number(text, 2, 'T') : month;
  const auto hour = day ? take_number(text, 2, ':') : day;
  const auto minute = hour ? take_number(text, 2, ':') : hour;
  const auto second = minute ? take_number(text, 2, 0) : minute;
  if (!second || (!text.empty() && !text.starts_with('.'))) return std::nullopt;
  if (!text.empty()) text.remove_prefix(1);
  return unix_ns_of({*year, *month, *day, *hour, *minute, *second}, text);
}

}  // namespace ajar::import::events
