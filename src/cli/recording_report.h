#pragma once

#include <expected>
#include <optional>
#include <string>

#include "analyze/options.h"
#include "cli/command.h"
#include "cli/recording_file.h"
#include "report/report.h"

namespace ajar::cli {

// --since [LABEL]; empty: the last mark.
Option since_option(std::optional<std::string>& label, std::string help);

// What the recording says. With a label, only of what came after that mark (options.since is set by it).
std::expected<report::Report, Failure> report_on(RecordingFile& file, analyze::Options options,
                                                 const std::optional<std::string>& since);

}  // namespace ajar::cli
