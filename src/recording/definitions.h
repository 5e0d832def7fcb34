#pragma once

#include <cstdint>
#include <span>

#include "recording/counted_record.h"

namespace ajar::recording {

void write_definition(ByteWriter& out, model::ProcessId id, const model::Process& row);
void write_definition(ByteWriter& out, model::ImageId id, const model::Image& row);
void write_definition(ByteWriter& out, model::TableId id, const model::Table& row);
void write_definition(ByteWriter& out, model::ThreadId id, const model::Thread& row);
void write_definition(ByteWriter& out, model::ModuleId id, const model::Module& row);
void write_definition(ByteWriter& out, model::StackId id, const model::StackNode& row);
void write_definition(ByteWriter& out, model::StringId id, const std::string& row);
void write_definition(ByteWriter& out, model::MarkId id, const model::Mark& row);

// Puts the rows of a definitions block into `world`. A row that makes no sense is left out, and so is one
// whose id is higher than a file of `file_bytes` bytes can have come to: World keeps a place for each id
// below it.
Outcome read_definitions(std::span<const std::byte> payload, std::uint64_t file_bytes, model::World& world);

}  // namespace ajar::recording
