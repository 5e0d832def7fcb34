#include "import/windbg/table_reader.h"

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "base/words.h"
#include "import/text/lines.h"

namespace ajar::import::windbg {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view first_word(std::string_view line) {
  return line.substr(0, line.find(' '));
}

// "Delete,ReadControl,WriteDac": names of rights, which follow their mask.
bool is_list_of_rights(std::string_view line) {
  return !line.empty() && is_letter(line.front()) &&
         std::ranges::all_of(line, [](char c) { return is_letter(c) || c == ',' || (c >= '0' && c <= '9'); });
}

// Types are one or two words: "Key", "ALPC Port".
bool is_type(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::ranges::count(text, ' ') <= 1 &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || c == ' ' || (c >= '0' && c <= '9'); });
}

}  // namespace

void TableReader::command(std::string_view /*command*/) {
  within_ = Within::nothing;
}

// The one at hand. Another list of counts, or another process, begins a new one.
PrintedTable& TableReader::table() {
  if (tables_.empty()) tables_.emplace_back();
  return tables_.back();
}

// "66316 Handles", before the list of types; "7 handles of type Event", after a list of those.
bool TableReader::take_total(std::string_view line) {
  const std::string_view number = first_word(line);
  const auto total = base::parse_number(number);
  if (!total) return false;
  const std::string_view rest = base::trimmed(line.substr(number.size()));
  if (base::begins_with(rest, "handles of type ")) {
    const std::string_view type = base::trimmed(rest.substr(16));
    if (!table().total && is_type(type)) table().counts.emplace_back(type, *total);
    return within_ = Within::nothing, true;
  }
  if (rest.size() != 7 || !base::begins_with(rest, "Handles")) return false;
  if (table().total) tables_.emplace_back();
  table().total = total;
  within_ = Within::total;
  return true;
}

// "Key            65602", after a line "Type Count".
bool TableReader::take_count(std::string_view line) {
  if (within_ == Within::total && base::begins_with(line, "Type") &&
      base::trimmed(line.substr(4)) == "Count") {
    within_ = Within::counts;
    counted_ = 0;
    return true;
  }
  if (within_ != Within::counts) return false;
  std::size_t at = 0;
  while (at < line.size() && !(line[at] >= '0' && line[at] <= '9' && at > 0 && line[at - 1] == ' ')) ++at;
  const std::string_view type = base::trimmed(line.substr(0, at));
  const auto count = base::parse_number(first_word(line.substr(at)));
  PrintedTable& table = this->table();
  if (!count || !is_type(type) || counted_ + *count > table.total.value_or(0)) {
    within_ = Within::nothing;
    return false;
  }
  table.counts.emplace_back(type, *count);
  counted_ += *count;
  if (counted_ == table.total) within_ = Within::nothing;
  return true;
}

// handle.exe -s: "Handle type summary:", "  ALPC Port       : 12", "Total handles: 617".
bool TableReader::take_summary(std::string_view line) {
  if (base::begins_with(line, "Handle type summary:")) {
    if (!table().counts.empty()) tables_.emplace_back();
    within_ = Within::summary;
    return true;
  }
  const std::size_t colon = line.rfind(':');
  if (within_ != Within::summary || colon == std::string_view::npos) return false;
  const auto count = base::parse_number(base::trimmed(line.substr(colon + 1)));
  const std::string_view type = base::trimmed(line.substr(0, colon));
  if (!count) return false;
  if (base::begins_with(type, "Total handles")) {
    table().total = count;
    within_ = Within::nothing;
  } else {
    table().counts.emplace_back(type, *count);
  }
  return true;
}

// handle.exe: "w3wp.exe pid: 5404 IIS APPPOOL\shop", before the process's handles.
bool TableReader::take_process(std::string_view line) {
  constexpr std::string_view kPid = " pid: ";
  const std::size_t at = line.find(kPid);
  if (at == std::string_view::npos || at == 0) return false;
  const auto pid = base::parse_number(first_word(line.substr(at + kPid.size())));
  if (!pid) return false;
  if (tables_.empty() || !tables_.back().empty()) tables_.emplace_back();
  table().process = *pid;
  table().program = line.substr(0, at);
  within_ = Within::listing;
  return true;
}

// "  1C: File  (RW-)   C:\Windows", "   48: Key           HKLM".
bool TableReader::take_listed(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (within_ != Within::listing || colon == std::string_view::npos || colon == 0 || colon > 8 ||
      !line.substr(colon).starts_with(": "))
    return false;
  const auto value = hex_number(line.substr(0, colon));
  std::string_view rest = base::trimmed(line.substr(colon + 1));
  // The type's column is as wide as the longest one, and two spaces.
  const std::size_t end = std::min(rest.find("  "), rest.size());
  const std::string_view type = rest.substr(0, end);
  if (!value || !is_type(type)) return false;
  rest = base::trimmed(rest.substr(end));
  if (rest.size() >= 5 && rest.starts_with('(') && rest[4] == ')') rest = base::trimmed(rest.substr(5));
  PrintedHandle handle;
  handle.value = *value;
  handle.type = type;
  handle.name = rest;
  table().handles.push_back(std::move(handle));
  return true;
}

// "Handle 00000000000001cc" alone: the next line says whether it is one of a table.
bool TableReader::take_head(std::string_view line) {
  if (!base::begins_with(line, "Handle ")) return false;
  const auto number = hex_number(base::trimmed(line.substr(7)));
  if (!number) return false;
  head_ = *number;
  within_ = Within::head;
  return true;
}

bool TableReader::take_field(std::string_view line) {
  const std::string_view word = first_word(line);
  std::string_view value = base::trimmed(line.substr(word.size()));
  if (word == "Type" && within_ == Within::head) {
    PrintedHandle handle;
    handle.value = head_;
    if (!value.starts_with('<')) handle.type = value;
    table().handles.push_back(std::move(handle));
    within_ = Within::handle;
    return true;
  }
  if (within_ == Within::head) return false;
  PrintedHandle& handle = table().handles.back();
  if (word == "Name") {
    if (value != "<none>") handle.name = value;
    return within_ = Within::handle, true;
  }
  if (value.ends_with(':')) value.remove_suffix(1);
  const bool decimal = word == "HandleCount" || word == "PointerCount";
  const auto number = decimal ? base::parse_number(value) : hex_number(value);
  if (word == "Attributes") handle.attributes = number;
  if (word == "GrantedAccess") handle.granted_access = number;
  if (word == "HandleCount") handle.handle_count = number;
  if (word == "PointerCount") handle.pointer_count = number;
  if (!decimal && word != "Attributes" && word != "GrantedAccess") return false;
  within_ = word == "GrantedAccess" ? Within::access : Within::handle;
  return true;
}

bool TableReader::take_line_of_handle(std::string_view line) {
  if (within_ != Within::head && within_ != Within::handle && within_ != Within::access &&
      within_ != Within::specific)
    return false;
  if (base::begins_with(line, "No object specific information")) return within_ = Within::nothing, true;
  if (base::begins_with(line, "Object specific information")) return within_ = Within::specific, true;
  if (within_ == Within::specific) {
    table().handles.back().specific.emplace_back(line);
    return true;
  }
  if (take_field(line)) return true;
  if (within_ == Within::access && (is_list_of_rights(line) || line == "None")) return true;
  within_ = Within::nothing;
  return false;
}

bool TableReader::take(std::string_view line) {
  if (line.empty()) {
    const bool goes_on = within_ == Within::total || within_ == Within::summary || within_ == Within::listing;
    if (!goes_on) within_ = Within::nothing;
    return false;
  }
  return take_total(line) || take_count(line) || take_summary(line) || take_head(line) ||
         take_line_of_handle(line) || take_process(line) || take_listed(line);
}

std::vector<PrintedTable> TableReader::finish() {
  std::erase_if(tables_, [](const PrintedTable& table) { return table.empty(); });
  return std::exchange(tables_, {});
}

}  // namespace ajar::import::windbg
