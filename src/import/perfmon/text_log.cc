#include "import/perfmon/text_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "base/number.h"
#include "base/words.h"
#include "import/perfmon/counter_path.h"
#include "import/perfmon/fields.h"
#include "import/perfmon/moments.h"
#include "import/text/lines.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::size_t kLookAt = 4096;  // bytes, to see how it begins

bool is_head(std::string_view line) {
  if (line.starts_with('"')) line.remove_prefix(1);
  return line.starts_with("(PDH-CSV ") || line.starts_with("(PDH-TSV ");
}

// The lines that have something on them.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool next() {
    do {
      if (text_.empty()) return false;
      const std::size_t end = text_.find('\n');
      has_end_ = end != std::string_view::npos;
      line_ = text_.substr(0, end);
      text_.remove_prefix(has_end_ ? end + 1 : text_.size());
      while (line_.ends_with('\r')) line_.remove_suffix(1);
      ++number_;
    } while (base::trimmed(line_).empty());
    return true;
  }

  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] std::size_t number() const { return number_; }  // 1, 2, 3 …
  [[nodiscard]] bool is_last() const { return text_.empty(); }
  [[nodiscard]] bool has_end() const { return has_end_; }

 private:
  std::string_view text_, line_;
  std::size_t number_ = 0;
  bool has_end_ = false;
};

struct Instance {
  std::string name;  // of the instance, and its host where there are several
  std::optional<std::uint64_t> pid_in_name;
  std::optional<std::size_t> handles, pid, elapsed;  // columns
};

std::string without(std::string_view instance, std::optional<std::uint64_t> pid_in_name) {
  return std::string(pid_in_name ? instance.substr(0, instance.rfind(':')) : instance);
}

// "svchost" of "svchost#3"
std::string_view program_of(std::string_view instance) {
  const std::size_t sign = instance.rfind('#');
  return sign != std::string_view::npos && base::parse_number(instance.substr(sign + 1))
             ? instance.substr(0, sign)
             : instance;
}

class TextLog {
 public:
  base::Result<CountsLog> read(std::string_view text) {
    Lines lines(text);
    if (!lines.next() || !is_head(lines.line()))
      return base::Error("it does not begin as a Perfmon log does");
    separator_ = separator_of(lines.line());
    if (auto read = read_head(lines); !read.ok()) return std::move(read).error();
    while (lines.next()) {
      if (auto read = read_line(lines); !read.ok())
        return std::move(read).error().in("line " + std::to_string(lines.number()));
    }
    if (log_.moments.empty()) return base::Error("it names counters, but there is no sample of them in it");
    return std::move(log_);
  }

 private:
  base::Result<void> read_head(const Lines& lines) {
    const FieldRow head = split_fields(lines.line(), separator_);
    if (head.too_long || head.cut)
      return base::Error("line 1 is cut off, or too long; write the log again, for example with relog");
    columns_ = head.fields.size();
    bias_minutes_ = bias_minutes(head.fields.front());
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (std::size_t column = 1; column < columns_; ++column) {
      const auto path = parse_counter_path(base::trimmed(head.fields[column]));
      if (!path) continue;
      if (log_.host.empty()) log_.host = path->host;
      const auto [at, is_new] =
          known.try_emplace({std::string(path->host), std::string(path->instance)}, instances_.size());
      if (is_new) {
        Instance& instance = instances_.emplace_back();
        instance.name = without(path->instance, path->pid_in_name);
        instance.pid_in_name = path->pid_in_name;
        if (path->host != log_.host) instance.name += fmt::format("@{}", path->host);
      }
      Instance& instance = instances_[at->second];
      using What = CounterPath::What;
      (path->what == What::handles ? instance.handles
       : path->what == What::pid   ? instance.pid
                                   : instance.elapsed) = column;
    }
    std::erase_if(instances_, [](const Instance& instance) { return !instance.handles; });
    if (!instances_.empty()) return {};
    return base::Error(
        R"(no column of it is a \Process(…)\Handle Count, by this English name; log it with: typeperf )"
        R"("\Process(*)\Handle Count" "\Process(*)\ID Process" -o counts.csv)");
  }

  base::Result<void> read_line(const Lines& lines) {
    const FieldRow row = split_fields(lines.line(), separator_);
    const auto local = parse_moment(base::trimmed(row.fields.front()));
    const bool is_whole = row.fields.size() == columns_ && !row.cut;
    const bool is_written = is_whole && !lines.line().ends_with(separator_);
    if (!is_written && lines.is_last() && !lines.has_end()) return {};  // it is still being written
    if (!local) {
      if (row.fields.size() == 1) return {};  // "The command completed successfully."
      return base::Error(fmt::format("'{}' is no time of the form MM/DD/YYYY HH:MM:SS.mmm",
                                     row.fields.front().substr(0, 40)));
    }
    if (row.too_long || !is_whole)
      return base::Error(fmt::format("it has {} fields, and line 1 has {}", row.fields.size(), columns_));
    CountedMoment moment;
    moment.unix_ns = *local + bias_minutes_ * 60'000'000'000;
    for (const Instance& instance : instances_) {
      if (auto added = add(instance, row, moment); !added.ok()) return added;
    }
    if (!moment.processes.empty()) log_.moments.push_back(std::move(moment));
    return {};
  }

  base::Result<void> add(const Instance& instance, const FieldRow& row, CountedMoment& moment) {
    const auto handles = number(row, instance.handles);
    const auto pid = number(row, instance.pid);
    const auto elapsed = number(row, instance.elapsed);
    for (const auto* told : {&handles, &pid, &elapsed}) {
      if (!told->ok()) return told->error();
    }
    if (!handles.value()) return {};
    Counted counted;
    counted.handles = static_cast<std::uint64_t>(std::llround(*handles.value()));
    counted.pid = instance.pid_in_name;
    if (pid.value()) counted.pid = static_cast<std::uint64_t>(std::llround(*pid.value()));
    if (is_no_process(instance.name, counted.pid)) return {};
    constexpr double kLongest = 4e9;  // seconds
    if (elapsed.value() && *elapsed.value() < kLongest)
      counted.started_unix_ns = moment.unix_ns - std::llround(*elapsed.value() * 1e9);
    counted.name = log_.name(counted.pid ? program_of(instance.name) : std::string_view(instance.name));
    moment.processes.push_back(counted);
    return {};
  }

  [[nodiscard]] static base::Result<std::optional<double>> number(const FieldRow& row,
                                                                  std::optional<std::size_t> column) {
    if (!column) return std::optional<double>();
    const FieldValue told = value_of(row.fields[*column]);
    if (told.is_number) return told.value;
    return base::Error(
        fmt::format("field {}: '{}' is no number", *column + 1, row.fields[*column].substr(0, 40)));
  }

  CountsLog log_;
  char separator_ = ',';
  std::size_t columns_ = 0;
  std::int64_t bias_minutes_ = 0;
  std::vector<Instance> instances_;
};

}  // namespace

bool is_text_log(std::span<const std::byte> bytes) {
  if (!is_text(bytes)) return false;
  std::string store;
  Lines lines(utf8_text(bytes.first(std::min(bytes.size(), kLookAt)), store));
  return lines.next() && is_head(lines.line());
}

base::Result<CountsLog> read_text_log(std::span<const std::byte> bytes) {
  std::string store;
  return TextLog().read(utf8_text(bytes, store));
}

}  // namespace ajar::import::perfmon
