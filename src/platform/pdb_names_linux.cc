#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number.h"
#include "platform/llvm_symbolizer.h"
#include "platform/path_search.h"
#include "platform/pdb_names.h"
#include "platform/run_program.h"
#include "platform/temp_folder.h"

namespace ajar::platform {
namespace {

constexpr std::size_t kMostOutput = std::size_t{64} << 20U;  // bytes: some 100,000 addresses

// LLVM 14 says of the code of inlined functions, but for its first byte, the line that comes after.
constexpr int kOldest = 15;
constexpr int kNewest = 40;

// 0 where it does not say.
int version_said(std::string_view text) {
  constexpr std::string_view kWords = "LLVM version ";
  const std::size_t at = text.find(kWords);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + kWords.size());
  int version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

// Debian's packages have a version in their programs' names, and one of them the plain name too.
std::vector<std::string> installed_symbolizers() {
  const std::string name = "llvm-symbolizer";
  std::vector<std::string> all;
  for (int version = kNewest; version >= kOldest; --version) {
    if (auto found = find_program(name + "-" + std::to_string(version))) all.push_back(*std::move(found));
  }
  if (auto plain = find_program(name)) all.push_back(*std::move(plain));
  return all;
}

// llvm-symbolizer looks for a PDB of the name that the image records beside the image first (LLVM's
// NativeSession::searchForPdb): so both get a place side by side.
bool lay_out(const PdbQuestion& question, const std::string& folder, const std::string& image) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (folder.empty() || question.name.empty() || question.name == fs::path(image).filename()) return false;
  fs::create_symlink(fs::absolute(question.image, failed), image, failed);
  if (failed) return false;
  fs::create_symlink(fs::absolute(question.pdb, failed), fs::path(folder) / question.name, failed);
  return !failed;
}

// The first that is new enough; empty: none.
std::string choose() {
  constexpr std::chrono::seconds kLimit{5};
  for (std::string& program : installed_symbolizers()) {
    const ProgramAnswer answer =
        run_program({.path = program, .arguments = {program, "--version"}, .input = {}, .limit = kLimit});
    if (answer.in_time && version_said(answer.output) >= kOldest) return std::move(program);
  }
  return {};
}

}  // namespace

base::Result<model::ModuleSymbols> PdbNames::find(const PdbQuestion& question) {
  if (question.addresses.empty()) return model::ModuleSymbols();
  if (!gave_up_.empty()) return base::Error(gave_up_);
  if (program_.empty()) program_ = choose();
  if (program_.empty())
    return base::Error(
        "to read it ajar needs llvm-symbolizer of LLVM 15 or later, which is not here; on Debian: apt-get "
        "install llvm-19");
  const TempFolder folder;
  const std::string image = folder.path() + "/image";
  if (!lay_out(question, folder.path(), image))
    return base::Error("no folder for llvm-symbolizer could be made below TMPDIR or /tmp");
  ProgramRequest request{.path = program_,
                         .arguments = {program_, "--obj=" + image, "--relative-address", "--inlines",
                                       "--functions=linkage", "--demangle", "--output-style=JSON"},
                         .input = {},
                         .limit = limit_,
                         .most_output = kMostOutput};
  for (const std::uint64_t address : question.addresses) request.input += base::in_hex(address) + "\n";
  const ProgramAnswer answer = run_program(std::move(request));
  if (!answer.in_time) gave_up_ = program_ + " did not answer in time";
  if (!answer.in_time) return base::Error(gave_up_);
  if (!answer.within_limit) return base::Error(program_ + " says more than ajar takes");
  return read_llvm_symbolizer(answer.output, question.addresses).in(program_);
}

}  // namespace ajar::platform
