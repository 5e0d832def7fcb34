#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/process.h"
#include "platform/process_files.h"
#include "symbolize/elf_bytes.h"
#include "symbolize/module_note.h"
#include "symbolize/pe_module.h"

namespace ajar::symbolize {

// The file that ran as a module, or why it can't be had.
struct ModuleFile {
  ElfPointer file;                                     // null: none, or
  std::unique_ptr<PeModule> pe = nullptr;              // an image of Windows
  ModuleNote::Found why = ModuleNote::Found::missing;  // … because it is missing, replaced, unreadable
  std::string words;                                   // … in words, which begin with a path
  std::string root;  // of the system that it was found on: "" is ours, "/proc/7/root" a container's
};

// Whether the module is in no file at all: "[heap]", and what was never given a path.
bool is_in_no_file(const model::Module& module);

// Whether it is the code that the kernel maps into each process ("linux-vdso.so.1").
bool is_vdso(const model::Module& module);

// Looks at the module's path on this machine; through the processes that have it mapped (`places`), as far as
// they live; and in the folders, which hold files in the folders where they were ("DIR/usr/lib/libx.so"),
// side by side ("DIR/libx.so"), or by build-id ("DIR/.build-id/12/34ab…"). A file whose build-id is not the
// module's is never taken; of a module without one, only a file without one that was not written after it was
// loaded. The build-id of an image of Windows is PeFile::identity().
ModuleFile find_module_file(const model::Module& module, std::span<const platform::MappedCode> places,
                            std::span<const std::string> folders);

// "12/34ab": how files are laid out by build-id. Empty where it is too short.
std::string build_id_path(const std::string& build_id);

// "/usr/lib" and "libx.so": "/usr/lib/libx.so".
std::string below(std::string folder, std::string_view name);

}  // namespace ajar::symbolize
