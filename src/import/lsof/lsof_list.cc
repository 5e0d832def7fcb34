#include "import/lsof/lsof_list.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/number.h"
#include "import/lsof/printed_file.h"
#include "import/text/lines.h"
#include "model/process_rows.h"

namespace ajar::import::lsof {
namespace {

constexpr std::size_t kLookAt = 1U << 20U;  // bytes, to see what a text is

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = line.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find(' ', begin), line.size());
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

// "12u": the number, with how it is open and whether it is locked; nothing for "cwd", "txt" and the like.
std::optional<std::uint64_t> descriptor(std::string_view word) {
  const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
  return digits + 3 < word.size() ? std::nullopt : base::parse_number(word.substr(0, digits));
}

// The table: "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME" above its rows.
class TableReader {
 public:
  void take(std::string_view line, std::vector<PrintedProcess>& processes) {
    const std::vector<std::string_view> words = words_of(line);
    if (words.size() >= 5 && words[0] == "COMMAND" && words[1] == "PID") return begin(line, words);
    const std::size_t at = number_word(line, words);
    if (at == 0 || at + 1 >= words.size()) return;
    const auto pid = base::parse_number(words[1]);
    const auto number = descriptor(words[at]);
    if (!pid || !number) return;
    if (processes.empty() || processes.back().pid != *pid)
      processes.push_back({.pid = *pid, .command = std::string(words[0]), .files = {}});
    PrintedFile& file = processes.back().files.emplace_back();
    file.number = *number;
    file.type = words[at + 1];
    tell_name(line, words, file);
  }

 private:
  void begin(std::string_view line, const std::vector<std::string_view>& words) {
    const auto number = std::ranges::find(words, "FD");
    number_at_ = number == words.end() ? 0 : static_cast<std::size_t>(number - words.begin());
    number_column_ = line.find(" FD ") + 2;
    name_column_ = line.rfind("NAME");
    name_word_ = words.size() - 1;
  }

  // Names stand under their title, unless blanks were lost.
  [[nodiscard]] bool has_columns(std::string_view line) const {
    return name_column_ != 0 && name_column_ < line.size() && line[name_column_ - 1] == ' ' &&
           line[name_column_] != ' ';
  }

  // Which word stands under "FD": columns before it may be empty (a thread's). Where the columns were lost,
  // as many words come before it as titles.
  [[nodiscard]] std::size_t number_word(std::string_view line,
                                        const std::vector<std::string_view>& words) const {
    if (!has_columns(line)) return number_at_;
    const auto under = std::ranges::find_if(words, [&](std::string_view word) {
      const auto begin = static_cast<std::size_t>(word.data() - line.data());
      return begin <= number_column_ && number_column_ < begin + word.size();
    });
    return under == words.end() ? 0 : static_cast<std::size_t>(under - words.begin());
  }

  // Behind as many words as titles, where the columns were lost.
  void tell_name(std::string_view line, const std::vector<std::string_view>& words, PrintedFile& file) const {
    const char* const begin = has_columns(line)           ? line.data() + name_column_
                              : words.size() > name_word_ ? words[name_word_].data()
                                                          : words.back().data();
    file.name = line.substr(static_cast<std::size_t>(begin - line.data()));
    for (const std::string_view word : words) {
      if (word.data() < begin && (word == "TCP" || word == "UDP")) file.protocol = word;
    }
  }

  std::size_t number_at_ = 0, number_column_ = 0, name_column_ = 0, name_word_ = 0;
};

// Fields: a line each, its letter in front.
class FieldReader {
 public:
  void take(std::string_view line, std::vector<PrintedProcess>& processes) {
    if (line.empty()) return;
    const std::string_view value = line.substr(1);
    if (line[0] == 'p') {
      const auto pid = base::parse_number(value);
      file_ = false;
      if (pid) processes.push_back({.pid = *pid, .command = {}, .files = {}});
      return;
    }
    if (processes.empty()) return;
    PrintedProcess& process = processes.back();
    if (line[0] == 'c') process.command = value;
    if (line[0] == 'f') {
      const auto number = base::parse_number(value);
      file_ = number.has_value();
      if (number) process.files.emplace_back().number = *number;
    }
    if (!file_) return;
    PrintedFile& file = process.files.back();
    if (line[0] == 't') file.type = value;
    if (line[0] == 'P') file.protocol = value;
    if (line[0] == 'n') file.name = value;
    if (line[0] == 'T' && value.starts_with("ST=")) file.state = value.substr(3);
  }

 private:
  bool file_ = false;  // a descriptor is at hand
};

bool is_header(std::string_view line) {
  const std::vector<std::string_view> words = words_of(line);
  return words.size() >= 5 && words[0] == "COMMAND" && words[1] == "PID" &&
         std::ranges::find(words, "FD") != words.end() && words.back() == "NAME";
}

bool is_number_behind(const std::vector<std::string>& lines, std::size_t at, char letter) {
  return at < lines.size() && lines[at].size() > 1 && lines[at][0] == letter &&
         base::parse_number(std::string_view(lines[at]).substr(1)).has_value();
}

// "p812", then fields of the process, then "f…".
bool is_fields(const std::vector<std::string>& lines) {
  constexpr std::size_t kMostFields = 16;
  if (!is_number_behind(lines, 0, 'p')) return false;
  for (std::size_t i = 1; i < std::min(lines.size(), kMostFields); ++i) {
    if (lines[i].starts_with('f')) return true;
  }
  return false;
}

std::vector<PrintedProcess> read(const std::vector<std::string>& lines) {
  std::vector<PrintedProcess> processes;
  if (is_fields(lines)) {
    FieldReader reader;
    for (const std::string& line : lines) reader.take(line, processes);
  } else {
    TableReader reader;
    for (const std::string& line : lines) reader.take(line, processes);
  }
  return processes;
}

}  // namespace

bool is_list(std::span<const std::byte> bytes) {
  if (!is_text(bytes)) return false;
  const std::vector<std::string> lines = plain_lines(bytes.first(std::min(bytes.size(), kLookAt)));
  return is_fields(lines) || std::ranges::any_of(lines, is_header);
}

base::Result<model::Time> read_list(const Input& input, model::World& world, recording::Writer& writer) {
  world.origin.way = model::Origin::kLsof;
  world.origin.system = "Linux";
  model::Time now{};
  for (const PrintedProcess& printed : read(plain_lines(input.bytes))) {
    model::Snapshot snapshot;
    const model::ProcessRows rows = model::add_process(world, printed.pid, printed.command);
    snapshot.image = rows.image;
    snapshot.table = rows.table;
    snapshot.taken = model::Snapshot::Taken::on_request;
    snapshot.begin = snapshot.end = now += model::Time(1);
    for (const PrintedFile& file : printed.files) snapshot.handles.push_back(handle_of(file));
    model::put_in_order(snapshot.handles);
    if (auto written = writer.snapshot(snapshot); !written.ok()) return std::move(written).error();
  }
  return now;
}

}  // namespace ajar::import::lsof
