#include "recording/definition_writer.h"

#include <ranges>

namespace ajar::recording {

template <typename Row, typename RowId>
const Row* DefinitionWriter::claim(const model::Rows<Row, RowId>& rows, RowId id) {
  const Row* row = rows.find(id);
  if (row == nullptr) return nullptr;
  std::vector<std::uint32_t>& defined = written(id).defined_in;
  if (defined.size() <= id.value) defined.resize(rows.size() + 1, 0);
  if (defined[id.value] == segment_) return nullptr;
  defined[id.value] = segment_;
  return row;
}

void DefinitionWriter::write(auto id, const auto& row) {
  write_definition(pending_, id, row);
  if (pending_.size() - (cuts_.empty() ? 0 : cuts_.back()) >= kFullPayload) cuts_.push_back(pending_.size());
}

void DefinitionWriter::define(model::ProcessId id) {
  if (const auto* process = claim(world_.processes, id)) write(id, *process);
}

void DefinitionWriter::define(model::TableId id) {
  if (const auto* table = claim(world_.tables, id)) write(id, *table);
}

void DefinitionWriter::define(model::ImageId id) {
  const auto* image = claim(world_.images, id);
  if (image == nullptr) return;
  define(image->process);
  define(image->table);
  write(id, *image);
}

void DefinitionWriter::define(model::ThreadId id) {
  const auto* thread = claim(world_.threads, id);
  if (thread == nullptr) return;
  define(thread->process);
  write(id, *thread);
}

void DefinitionWriter::define(model::ModuleId id) {
  const auto* module = claim(world_.modules, id);
  if (module == nullptr) return;
  define(module->image);
  write(id, *module);
}

void DefinitionWriter::define(model::StringId id) {
  if (const auto* text = claim(world_.strings, id)) write(id, *text);
}

void DefinitionWriter::define(model::MarkId id) {
  if (const auto* mark = claim(world_.marks, id)) write(id, *mark);
}

// Inwards to the first node that is defined, then outwards again: a callee before its caller.
void DefinitionWriter::define(model::StackId id) {
  path_.clear();
  while (const auto* node = claim(world_.stacks, id)) {
    path_.push_back(id);
    id = node->callee;
  }
  for (const model::StackId at : path_ | std::views::reverse) {
    const model::StackNode& node = *world_.stacks.find(at);
    define(node.frame.module);
    define(node.frame.function);
    define(node.frame.file);
    write(at, node);
  }
}

template <typename Row, typename RowId>
void DefinitionWriter::define_new_of(const model::Rows<Row, RowId>& rows) {
  std::size_t& noticed = written(RowId{}).noticed;
  while (noticed < rows.size()) define(RowId{static_cast<std::uint32_t>(++noticed)});
}

void DefinitionWriter::define_new() {
  define_new_of(world_.processes);
  define_new_of(world_.tables);
  define_new_of(world_.images);
  define_new_of(world_.threads);
  define_new_of(world_.modules);
  define_new_of(world_.strings);
  define_new_of(world_.stacks);
  define_new_of(world_.marks);
}

void DefinitionWriter::define_living() {
  const auto living = [this](const auto& rows, auto id, auto&& is_over) {
    for (const auto& row : rows) {
      ++id.value;
      if (!is_over(row)) define(id);
    }
  };
  living(world_.processes, model::ProcessId{}, [](const auto& row) { return row.ended.has_value(); });
  living(world_.tables, model::TableId{}, [](const auto& row) { return row.died.has_value(); });
  living(world_.images, model::ImageId{}, [](const auto& row) { return row.ended.has_value(); });
  living(world_.modules, model::ModuleId{}, [this](const auto& row) {
    const model::Image* image = world_.images.find(row.image);
    return row.unloaded.has_value() || (image != nullptr && image->ended.has_value());
  });
  living(world_.threads, model::ThreadId{}, [this](const auto& row) {
    const model::Process* process = world_.processes.find(row.process);
    return process == nullptr || process->ended.has_value() || row.tid != process->pid;
  });
  living(world_.marks, model::MarkId{}, [](const auto&) { return false; });
}

void DefinitionWriter::define_for(const model::Event& event) {
  define_unless_known(event.table);
  define_unless_known(event.image);
  define_unless_known(event.thread);
  define_unless_known(event.call);
  define_unless_known(event.type);
  define_unless_known(event.text);
  define_unless_known(event.stack);
}

void DefinitionWriter::define_for(const model::Snapshot& snapshot) {
  define(snapshot.table);
  define(snapshot.image);
  for (const model::SharedCount& shared : snapshot.shared) define_unless_known(shared.other);
}

void DefinitionWriter::define_for(const model::Loss& loss) {
  define(loss.image);
}

void DefinitionWriter::define_for(const model::CountSample& sample) {
  define_unless_known(sample.process);
}

std::vector<std::span<const std::byte>> DefinitionWriter::payloads() const {
  std::vector<std::span<const std::byte>> payloads;
  std::size_t begin = 0;
  for (const std::size_t end : cuts_) {
    payloads.push_back(pending_.bytes().subspan(begin, end - begin));
    begin = end;
  }
  if (begin < pending_.size()) payloads.push_back(pending_.bytes().subspan(begin));
  return payloads;
}

void DefinitionWriter::clear() {
  pending_.clear();
  cuts_.clear();
}

}  // namespace ajar::recording
