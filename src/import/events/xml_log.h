#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// Windows' event logs as texts: what 'wevtutil qe … /f:xml' and the Event Viewer write.
namespace ajar::import::events {

bool is_xml_log(std::span<const std::byte> bytes);
base::Result<model::Time> read_xml_log(const Input& input, model::World& world, recording::Writer& writer);

// The layout of 'wevtutil qe … /f:text' goes by Windows' version and language, and so do its times: reading
// it is an error that says what to write instead.
bool is_plain_log(std::span<const std::byte> bytes);
base::Result<model::Time> read_plain_log(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::events
