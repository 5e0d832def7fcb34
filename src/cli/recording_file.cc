#include "cli/recording_file.h"

#include <optional>
#include <string_view>
#include <utility>

#include "base/duration.h"
#include "base/number.h"
#include "base/path.h"
#include "cli/names_beside.h"
#include "cli/values.h"
#include "import/importer.h"
#include "platform/file_sink.h"
#include "recording/block.h"
#include "symbolize/name_stacks.h"

namespace ajar::cli {
namespace {

std::optional<analyze::Moment> moment_of(std::string_view text) {
  if (const auto number = base::parse_number<std::int64_t>(text))
    return analyze::Moment{.by = analyze::Moment::By::number, .number = *number, .time = {}};
  const auto time = base::parse_duration(text);
  if (!time.ok()) return std::nullopt;
  return analyze::Moment{.by = analyze::Moment::By::time, .number = 0, .time = time.value()};
}

}  // namespace

base::Result<RecordingFile> RecordingFile::open(const std::string& path, recording::File kind,
                                                std::vector<std::string> symbol_folders) {
  base::Result<platform::MappedFile> file = platform::MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  std::span<const std::byte> bytes = file.value().bytes();
  auto imported = import::as_recording({.name = std::string(base::file_name(path)), .bytes = bytes});
  if (!imported.ok()) return std::move(imported).error().in(path);
  std::vector<std::byte> made = std::move(imported).value().value_or(std::vector<std::byte>());
  if (!made.empty()) {
    const std::string_view beside = base::folder_of(path);
    symbol_folders.emplace_back(beside.empty() ? "." : beside);
    add_names(made, symbol_folders);
    bytes = made;
  }
  auto reader = recording::Reader::open(bytes, kind);
  if (!reader.ok()) return std::move(reader).error().in(path);
  return RecordingFile(path, kind, std::move(file).value(), std::move(made), std::move(reader).value(),
                       std::move(symbol_folders));
}

RecordingEnd RecordingFile::end() const {
  if (!lacks_its_end()) return {};
  return {.is_there = false, .writer = platform::FileSink::writer_of(path_)};
}

std::vector<std::string> RecordingFile::warnings_with(const RecordingEnd& end) const {
  std::vector<std::string> warnings = damage_words(reader_->damage(), end);
  const std::vector<std::string>& notes = reader_->world().origin.notes;
  warnings.insert(warnings.end(), notes.begin(), notes.end());
  return warnings;
}

std::vector<std::string> RecordingFile::warnings() const {
  return warnings_with(end());
}

void RecordingFile::name_stacks() {
  if (!lacks_its_end() || is_imported()) return;
  symbolize::Symbolizer symbolizer({.folders = symbol_folders_});
  const auto names =
      symbolize::name_stacks(reader_->world_to_name(), symbolizer, symbolize::Questions::Of::unnamed,
                             symbolize::Asked::modules_with_build_id);
  has_names_of_now_ = !names.empty();
}

// Whoever writes it adds the names by itself.
std::vector<std::string> RecordingFile::warnings_on_stacks() const {
  const RecordingEnd end = this->end();
  std::vector<std::string> all = warnings_with(end);
  if (is_imported() || end.is_there || end.writer) return all;
  const model::World& world = reader_->world();
  const std::string how = "once nobody writes it, have them ";
  if (has_names_of_now_) {
    all.push_back("names that it lacks are looked up each time, in the files that are here now; " + how +
                  "kept in it with: ajar symbols " + for_shell(path_));
  } else if (world.symbols.empty() && world.stacks.size() > 0) {
    all.push_back("its functions have no names yet; " + how + "looked up with: ajar symbols " +
                  for_shell(path_));
  }
  return all;
}

report::Extent RecordingFile::extent() const {
  if (reader_->damage() != model::Damage()) return report::Extent::damaged;
  return lacks_its_end() ? report::Extent::unfinished : report::Extent::whole;
}

bool RecordingFile::tells_of_handles() const {
  const model::Origin& origin = reader_->world().origin;
  return !origin.shows_only_counts() && !origin.shows_only_system_events();
}

Failure RecordingFile::failure(const std::string& why) const {
  if (reader_->world().origin.shows_only_counts())
    return Failure{path_ +
                   ": it has how many handles processes had, and not which; see them with: ajar report " +
                   path_};
  if (reader_->world().origin.shows_only_system_events())
    return Failure{path_ +
                   ": it is a log of the system's events, and has no handles; see it with: ajar report " +
                   path_};
  std::string message = path_ + ": " + why;
  for (const std::string& warning : warnings()) message += "; " + warning;
  return Failure{std::move(message)};
}

bool RecordingFile::is_meant(const std::string& operand) {
  const std::string path = parse_moment(operand).path;
  if (path.ends_with(".ajar")) return true;
  const base::Result<platform::MappedFile> file = platform::MappedFile::open(path);
  if (!file.ok()) return false;
  const std::span<const std::byte> bytes = file.value().bytes();
  return recording::read_file_header(bytes).has_value() || import::is_known(bytes);
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
