// record_dll DLL NAME RECORDING: writes a recording as if each address of the code of the PE image DLL, which
// was loaded as NAME, had opened a file: so that names are looked for in it, on Linux as well as on Windows.
#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>

#include "objfile/pe.h"
#include "platform/mapped_file.h"
#include "recording/memory_sink.h"
#include "recording/writer.h"

namespace {

using namespace ajar;
using std::chrono::milliseconds;

model::ModuleId add_program(model::World& world, const objfile::PeFile& pe, const std::string& name) {
  world.origin.recorded_by = "record_dll";
  world.origin.command = {name};
  model::Process process;
  process.id = model::ProcessId{1};
  process.pid = 41;
  model::Image image;
  image.id = model::ImageId{1};
  image.process = world.processes.add(process);
  image.table = world.tables.add({.id = model::TableId{1}, .copied_from = {}, .created = {}, .died = {}});
  image.path = name;
  model::Thread thread;
  thread.id = model::ThreadId{1};
  thread.process = image.process;
  world.threads.add(thread);
  model::Module module;
  module.id = world.modules.next_id();
  module.image = world.images.add(image);
  module.path = name;
  module.build_id = pe.identity();
  module.bias = pe.header().image_base;
  module.begin = pe.header().image_base;
  module.end = pe.header().image_base + pe.header().size_of_image;
  return world.modules.add(module);
}

void record(const std::string& dll, const std::string& name, const std::string& recording) {
  const auto file = platform::MappedFile::open(dll).value();
  const auto pe = objfile::PeFile::parse(file.bytes()).value();
  const objfile::PeSection& text = *pe.section(".text");
  model::World world;
  const model::ModuleId module = add_program(world, pe, name);
  recording::MemorySink sink;
  recording::Writer writer(world, sink);
  model::Event event;
  event.kind = model::EventKind::open;
  event.table = model::TableId{1};
  event.image = model::ImageId{1};
  event.thread = model::ThreadId{1};
  event.call = world.strings.add("CreateFileW");
  event.type = world.strings.add("file");
  for (std::uint32_t i = 0; i < text.memory_size; ++i) {
    model::Frame frame;
    frame.module = module;
    frame.offset = text.address + i;
    event.stack = world.stacks.add({.callee = {}, .frame = frame});
    event.handle = i + 1;
    event.time = milliseconds(i);
    static_cast<void>(writer.event(event));
  }
  const auto ended = writer.finish(milliseconds(text.memory_size));
  if (!ended.ok()) throw std::runtime_error(ended.error().message());
  std::ofstream out(recording, std::ios::binary);
  out.write(reinterpret_cast<const char*>(sink.bytes().data()),
            static_cast<std::streamsize>(sink.bytes().size()));
}

}  // namespace

int main(int count, char** arguments) {
  const std::span<char*> words(arguments, static_cast<std::size_t>(count));
  if (words.size() != 4) {
    std::cerr << "record_dll DLL NAME RECORDING\n";
    return 2;
  }
  try {
    record(words[1], words[2], words[3]);
  } catch (const std::exception& error) {
    std::cerr << "record_dll: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
