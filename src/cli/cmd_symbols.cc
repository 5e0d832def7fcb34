#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "cli/command.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "cli/symbols_screen.h"
#include "platform/debuginfod.h"
#include "platform/file_sink.h"
#include "platform/mapped_file.h"
#include "platform/terminal.h"
#include "recording/append.h"
#include "recording/reader.h"
#include "render/escape.h"
#include "symbolize/name_stacks.h"

namespace ajar::cli {
namespace {

using Names = symbolize::NamesOfModules;

struct Settings {
  std::vector<std::string> folders;
  bool keep = true;  // what is found
  bool json = false;
};

// Asks debuginfod, at most once for each file, and not any more after the first trouble: servers that do not
// answer would be waited for again and again.
class Servers {
 public:
  explicit Servers(std::ostream& err) : err_(err) {}

  std::string file(const std::string& build_id) {
    using Kind = platform::DebuginfodAnswer::Kind;
    constexpr auto kind = platform::DebuginfodFile::debug_information;
    std::string path = platform::debuginfod_cached(build_id, kind);
    if (!path.empty() || !trouble_.empty() || !platform::debuginfod_is_configured()) return path;
    if (platform::terminal_of(platform::Stream::error).interactive)
      err_ << "asking debuginfod for " << build_id << "…\n" << std::flush;
    const platform::DebuginfodAnswer answer = platform::debuginfod_fetch(build_id, kind, kLimit);
    if (answer.kind != Kind::found && answer.kind != Kind::not_there) trouble_ = answer.words;
    return answer.path;
  }

  // Empty: none.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  static constexpr std::chrono::minutes kLimit{5};  // for one file

  std::ostream& err_;
  std::string trouble_;
};

// A row for each module in the stacks, by identity.
std::map<std::string, ModuleRow> rows_of(const model::World& world) {
  std::map<std::string, ModuleRow> rows;
  std::map<std::string, std::set<std::uint64_t>> addresses;
  for (const model::StackNode& node : world.stacks) {
    const model::Module* module = world.modules.find(node.frame.module);
    if (node.frame.kind != model::FrameKind::native || module == nullptr) continue;
    if (symbolize::is_in_no_file(*module)) continue;
    const std::string identity = module->identity();
    ModuleRow& row = rows[identity];
    if (row.path.empty()) {
      row.path = module->path;
      row.build_id = module->build_id;
    }
    if (row.package.empty()) {
      row.package = module->package;
      row.version = module->version;
    }
    if (!addresses[identity].insert(model::World::lookup_offset(node.frame)).second) continue;
    ++row.addresses;
    const model::SymbolChain* chain = world.symbol(node.frame);
    if (chain == nullptr || chain->empty()) continue;
    row.functions += chain->back().match != model::SymbolMatch::none ? 1U : 0U;
    row.lines += model::has_line(*chain) ? 1U : 0U;
  }
  return rows;
}

std::size_t size_of(const Names& names) {
  std::size_t size = 0;
  for (const auto& [identity, symbols] : names) size += symbols.size();
  return size;
}

// Behind the last whole block. Whatever goes wrong, what was there stays as it was.
base::Result<void> append(const std::string& path, const Names& names) {
  base::Result<platform::FileSink> file = platform::FileSink::reopen(path);
  if (!file.ok()) return std::move(file).error();
  std::uint64_t end = 0;
  std::vector<std::byte> blocks;
  {
    // Only now, since another may have appended something meanwhile.
    base::Result<platform::MappedFile> mapped = platform::MappedFile::open(path);
    if (!mapped.ok()) return std::move(mapped).error();
    auto reader = recording::Reader::open(mapped.value().bytes());
    if (!reader.ok()) return std::move(reader).error().in(path);
    end = recording::end_of_blocks(mapped.value().bytes());
    blocks = recording::symbol_blocks(names, reader.value()->end());
  }
  if (auto cut = file.value().cut_to(end); !cut.ok()) return cut;
  if (auto written = file.value().write(blocks); !written.ok()) {
    static_cast<void>(file.value().cut_to(end));
    return written;
  }
  return file.value().close();
}

class Symbols : public Action {
 public:
  std::vector<Option> options() override {
    return {
        {.names = "--symbol-path",
         .value = "DIR",
         .help = "look here too, for files as DIR/usr/lib/libx.so, DIR/libx.so or by build-id as "
                 "DIR/.build-id/12/34ab….debug",
         .repeatable = true,
         .set = add_to(settings_.folders)},
        {.names = "--dry-run",
         .help = "say what there is, and add nothing to the recording",
         .set = set_flag(settings_.keep, false)},
        {.names = "--json", .help = "print what there is as JSON", .set = set_flag(settings_.json)},
    };
  }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    std::vector<std::string> warnings;
    base::Result<model::World> world = read_world(operands[0], warnings);
    if (!world.ok()) return std::unexpected(Failure{world.error().message()});
    Servers servers(console.err);
    std::map<std::string, symbolize::ModuleNote> notes;
    const Names news = look_up(world.value(), servers, notes);
    const std::vector<ModuleRow> rows = rows_with(world.value(), notes);
    if (!settings_.json) print(rows, servers, console.out);
    const std::size_t count = size_of(news);
    if (count != 0 && settings_.keep && !is_imported_) {
      if (auto added = append(operands[0], news); !added.ok()) {
        return std::unexpected(Failure{added.error().message() +
                                       "; nothing was added. Copy the recording to " +
                                       "where you may write, and give this command with the copy"});
      }
    }
    if (settings_.json) {
      print_modules_json(rows, settings_.keep && !is_imported_ ? count : 0, warnings, console.out);
    } else {
      print_outcome(operands[0], count, console.out);
      for (const std::string& warning : warnings) console.out << "warning: " << warning << '\n';
    }
    return 0;
  }

 private:
  base::Result<model::World> read_world(const std::string& path, std::vector<std::string>& warnings) {
    base::Result<RecordingFile> file = RecordingFile::open(path, recording::File::whole, settings_.folders);
    if (!file.ok()) return std::move(file).error();
    if (!file.value().tells_of_handles()) return base::Error(file.value().failure("").message);
    is_imported_ = file.value().is_imported();
    warnings = file.value().warnings();
    return file.value().reader().world();
  }

  // Gives what is new or better.
  Names look_up(model::World& world, Servers& servers,
                std::map<std::string, symbolize::ModuleNote>& notes) const {
    symbolize::Symbolizer symbolizer(
        {.folders = settings_.folders,
         .elsewhere = [&servers](const std::string& build_id) { return servers.file(build_id); }});
    return symbolize::name_stacks(world, symbolizer, symbolize::Questions::Of::lineless,
                                  symbolize::Asked::all_modules, notes);
  }

  static std::vector<ModuleRow> rows_with(const model::World& world,
                                          const std::map<std::string, symbolize::ModuleNote>& notes) {
    std::vector<ModuleRow> rows;
    for (auto& [identity, row] : rows_of(world)) {
      const auto note = notes.find(identity);
      rows.push_back(row);
      rows.back().asked = note != notes.end();
      if (rows.back().asked) rows.back().note = note->second;
    }
    sort_rows(rows);
    return rows;
  }

  static void print(const std::vector<ModuleRow>& rows, const Servers& servers, std::ostream& out) {
    print_modules(rows,
                  {.distribution = read_distribution(),
                   .asks_servers = platform::debuginfod_is_configured() && servers.trouble().empty()},
                  out);
    if (!servers.trouble().empty()) out << render::escaped(servers.trouble()) << '\n';
  }

  void print_outcome(const std::string& path, std::size_t count, std::ostream& out) const {
    if (is_imported_) {
      out << path << " stays as it is: ajar report looks for names beside it, and in --symbol-path\n";
    } else if (count == 0) {
      out << "nothing was found that is not in the recording already\n";
    } else if (!settings_.keep) {
      out << fmt::format("{} names are new or better; not added (--dry-run)\n", count);
    } else {
      out << fmt::format("added to {}: {} names that are new or better; ajar report shows them\n", path,
                         count);
    }
  }

  Settings settings_;
  bool is_imported_ = false;  // what is told of
};

}  // namespace

std::unique_ptr<Action> make_symbols() {
  return std::make_unique<Symbols>();
}

}  // namespace ajar::cli
