#include <algorithm>
#include <cstring>
#include <utility>

#include "capture/kernel/processes.h"
#include "capture/kernel/told_file.h"

// What the processes that are followed execute.
namespace ajar::capture::kernel {

void Processes::describe(model::Image& image, std::int64_t pid) {
  image.path = procfs_.executable(pid).value_or(image.path);
  image.command = procfs_.command_line(pid).value_or(image.command);
}

// Its path, and its arguments as it found them; better, what the process says of itself, if it is that
// program still.
void Processes::describe_program(model::Image& image, const Process& process, const ajar_execed& told,
                                 std::string_view payload) {
  ToldProgram program = told_program(told, payload);
  image.path = std::move(program.path);
  image.command = std::move(program.command);
  const auto ranges = platform::code_mapped_by(process.pid);
  const bool is_that_one = ranges && std::ranges::any_of(*ranges, [&](const platform::MappedRange& range) {
                             return told.code >= range.begin && told.code < range.end;
                           });
  if (is_that_one) describe(image, process.pid);
}

// The one that it is from now on.
model::ImageId Processes::next_image(Process& process, const ajar_execed& told, std::string_view payload,
                                     model::Time time) {
  model::World& world = recorder_.world();
  if (std::exchange(process.becomes_program, false)) {
    model::Image& image = *world.images.find(process.image);
    image.table = process.table;
    image.started = time;
    describe_program(image, process, told, payload);
    recorder_.changed(process.image);
    return process.image;
  }
  if (model::Image* old = world.images.find(process.image)) {
    old->ended = time;
    recorder_.changed(process.image);
  }
  model::Image image;
  image.id = world.images.next_id();
  image.process = process.id;
  image.table = process.table;
  image.how = model::Image::Started::exec;
  image.started = time;
  describe_program(image, process, told, payload);
  return world.images.add(std::move(image));
}

void Processes::execed(Process& process, const ajar_call& call, std::string_view payload) {
  ajar_execed told{};
  static_assert(sizeof(told) == sizeof(call.arguments));
  std::memcpy(&told, call.arguments, sizeof(told));
  const model::Time time = recorder_.time_of(call.time);
  process.table = table_of(process, call);
  process.image = last_images_[process.pid] = next_image(process, told, payload, time);
  process.code =
      std::make_unique<ImageCode>(recorder_, files_, process.image, process.pid, process.start_ticks);
  process.code->told_changes(call.changes);
  process.code->begins(told, recorder_.world().images.find(process.image)->path, call.other);
  const auto leader = static_cast<std::uint32_t>(process.pid);
  const Process::Thread main = process.threads[leader];
  process.threads.clear();
  process.threads[leader] = {main.id, process.table};
  numbers_open(process, process.table, payload.substr(0, told.numbers_length), time,
               model::Snapshot::Taken::at_start);
}

}  // namespace ajar::capture::kernel
