#include "cli/recording_file.h"

#include <optional>
#include <string_view>
#include <utility>

#include "base/number.h"
#include "cli/values.h"
#include "recording/block.h"

namespace ajar::cli {
namespace {

std::optional<analyze::Moment> moment_of(std::string_view text) {
  if (const auto number = base::parse_number<std::int64_t>(text))
    return analyze::Moment{.by = analyze::Moment::By::number, .number = *number, .time = {}};
  const auto time = parse_duration(text);
  if (!time.ok()) return std::nullopt;
  return analyze::Moment{.by = analyze::Moment::By::time, .number = 0, .time = time.value()};
}

}  // namespace

base::Result<RecordingFile> RecordingFile::open(const std::string& path) {
  base::Result<platform::MappedFile> file = platform::MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  base::Result<std::unique_ptr<recording::Reader>> reader = recording::Reader::open(file.value().bytes());
  if (!reader.ok()) return std::move(reader).error().in(path);
  return RecordingFile(std::move(file).value(), std::move(reader).value());
}

bool RecordingFile::is_meant(const std::string& operand) {
  const std::string path = parse_moment(operand).path;
  if (path.ends_with(".ajar")) return true;
  const base::Result<platform::MappedFile> file = platform::MappedFile::open(path);
  return file.ok() && recording::read_file_header(file.value().bytes()).has_value();
}

MomentOperand parse_moment(const std::string& operand) {
  const std::size_t at = operand.rfind('@');
  if (at != std::string::npos && at > 0) {
    if (const auto moment = moment_of(std::string_view(operand).substr(at + 1)))
      return {.path = operand.substr(0, at), .moment = *moment, .is_given = true};
  }
  return {.path = operand, .moment = analyze::Moment::last(), .is_given = false};
}

}  // namespace ajar::cli
