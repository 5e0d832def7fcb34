#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recording/definitions.h"

namespace ajar::recording {

// Decides which rows of the world have to be written, so that every segment defines what it refers to, and
// gathers their definitions until they are taken away.
class DefinitionWriter {
 public:
  explicit DefinitionWriter(const model::World& world) : world_(world) {}

  // From here on nothing counts as defined.
  void begin_segment() { ++segment_; }

  // Defines what is alive: processes, images and tables that have not ended, modules that are loaded, first
  // threads, since a process is called as its first one; and the marks.
  void define_living();

  // Defines the rows that came since the last call.
  void define_new();

  // Defines what an event, a snapshot, a loss or a count refers to, where this segment has not done so yet.
  void define_for(const model::Event& event);
  void define_for(const model::Snapshot& snapshot);
  void define_for(const model::Loss& loss);
  void define_for(const model::CountSample& sample);

  // Defines a row, and before it what it refers to, unless this segment has done so already.
  void define(model::ProcessId id);
  void define(model::ImageId id);
  void define(model::TableId id);
  void define(model::ThreadId id);
  void define(model::ModuleId id);
  void define(model::StackId id);
  void define(model::StringId id);
  void define(model::MarkId id);

  // Defines a row once more, because it says more now.
  template <typename RowId>
  void define_again(RowId id) {
    std::vector<std::uint32_t>& defined_in = written(id).defined_in;
    if (id.value < defined_in.size()) defined_in[id.value] = 0;
    define(id);
  }

  [[nodiscard]] bool empty() const { return pending_.empty(); }
  [[nodiscard]] std::size_t size() const { return pending_.size(); }

  // What is gathered, as payloads of about `full_bytes` each.
  [[nodiscard]] std::vector<std::span<const std::byte>> payloads() const;
  void clear();

 private:
  // What became of the rows of a kind.
  struct Written {
    std::vector<std::uint32_t> defined_in;  // by id: the segment in which the row was last defined
    std::size_t noticed = 0;                // rows that define_new() has been through
  };

  Written& written(model::ProcessId) { return processes_; }
  Written& written(model::ImageId) { return images_; }
  Written& written(model::TableId) { return tables_; }
  Written& written(model::ThreadId) { return threads_; }
  Written& written(model::ModuleId) { return modules_; }
  Written& written(model::StackId) { return stacks_; }
  Written& written(model::StringId) { return strings_; }
  Written& written(model::MarkId) { return marks_; }

  template <typename RowId>
  void define_unless_known(RowId id) {
    const std::vector<std::uint32_t>& defined_in = written(id).defined_in;
    if (!id.none() && (id.value >= defined_in.size() || defined_in[id.value] != segment_)) define(id);
  }

  // The row, if it is there and still has to be defined; it counts as defined then.
  template <typename Row, typename RowId>
  const Row* claim(const model::Rows<Row, RowId>& rows, RowId id);
  template <typename Row, typename RowId>
  void define_new_of(const model::Rows<Row, RowId>& rows);
  void write(auto id, const auto& row);

  const model::World& world_;
  std::uint32_t segment_ = 0;
  Written processes_, images_, tables_, threads_, modules_, stacks_, strings_, marks_;
  ByteWriter pending_;
  std::vector<std::size_t> cuts_;  // where in `pending_` a payload ends and another one begins
  std::vector<model::StackId> path_;
};

}  // namespace ajar::recording
