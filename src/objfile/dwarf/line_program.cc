#include "objfile/dwarf/line_program.h"

#include <algorithm>
#include <limits>

namespace ajar::objfile::dwarf {
namespace {

constexpr std::uint16_t kOldest = 2, kNewest = 5;
constexpr std::uint16_t kTablesHaveFormats = 5;
constexpr std::uint16_t kHasOperations = 4;
constexpr std::uint64_t kMostFiles = 1U << 20U;  // of one unit; some thousands are many

// DW_LNCT_… of the standard, 7.22.
enum class Content : std::uint16_t { path = 1, directory_index = 2 };

bool is_absolute(std::string_view path) {
  const bool has_drive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
  return path.starts_with('/') || path.starts_with('\\') || has_drive;
}

std::string joined(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/' && path.back() != '\\') path += '/';
  path += name;
  return path;
}

// What each opcode from the first special one on adds.
void plan_steps(LineInstructions& out, std::int8_t line_base, std::uint8_t line_range) {
  for (std::size_t opcode = out.first_special; opcode < out.steps.size(); ++opcode) {
    const std::size_t adjusted = opcode - out.first_special;
    out.steps[opcode] = {
        .address = static_cast<std::uint16_t>(adjusted / line_range * out.shortest),
        .line = static_cast<std::int16_t>(line_base + static_cast<int>(adjusted % line_range))};
  }
}

}  // namespace

// What the columns of a table of files or folders are, since version 5.
struct LineProgram::EntryFormat {
  struct Column {
    Content content{};
    Form form = Form::none;
  };
  std::vector<Column> columns;

  void read(base::ByteReader& in) {
    const auto count = in.read<std::uint8_t>();
    for (unsigned i = 0; i < count && in.ok(); ++i) {
      const auto content = Content{static_cast<std::uint16_t>(in.read_varint())};
      columns.push_back({.content = content, .form = Form{static_cast<std::uint16_t>(in.read_varint())}});
    }
  }

  File read_entry(base::ByteReader& in, const Unit& unit, const Encoding& encoding) const {
    File file;
    for (const Column& column : columns) {
      const Value value = read_value(in, column.form, encoding);
      if (column.content == Content::path) file.name = unit.text(value);
      if (column.content == Content::directory_index) file.folder = value.number;
    }
    return file;
  }
};

std::optional<LineProgram> LineProgram::of(const Unit& unit, Work& work) {
  if (!unit.line_program.has_value()) return std::nullopt;
  LineProgram program(unit);
  base::ByteReader in(unit.home.sections->line);
  in.seek(*unit.line_program + unit.home.contribution.line);
  if (!program.read_header(in, work)) return std::nullopt;
  return program;
}

bool LineProgram::read_header(base::ByteReader& in, Work& work) {
  const std::uint64_t length = read_length(in, encoding_.offset_size);
  const Sections::Bytes all = in.bytes(std::min<std::uint64_t>(length, in.remaining()));
  base::ByteReader program(all);
  encoding_.version = program.read<std::uint16_t>();
  encoding_.address_size = unit_->encoding.address_size;
  if (encoding_.version < kOldest || encoding_.version > kNewest) return false;
  if (encoding_.version >= kTablesHaveFormats) {
    encoding_.address_size = program.read<std::uint8_t>();
    program.skip(sizeof(std::uint8_t));  // the size of segment selectors, which nobody has
  }
  const std::uint64_t header_length = read_sized(program, encoding_.offset_size);
  if (header_length > program.remaining()) return false;
  instructions_.bytes = all.subspan(program.position() + static_cast<std::size_t>(header_length));
  if (!read_instructions(program)) return false;
  return encoding_.version >= kTablesHaveFormats ? read_tables(program, work) : read_old_tables(program);
}

bool LineProgram::read_instructions(base::ByteReader& in) {
  instructions_.shortest = in.read<std::uint8_t>();
  if (encoding_.version >= kHasOperations) in.skip(sizeof(std::uint8_t));  // operations in an instruction
  in.skip(sizeof(std::uint8_t));                                           // whether rows begin as statements
  const auto line_base = in.read<std::int8_t>();
  const auto line_range = in.read<std::uint8_t>();
  instructions_.first_special = in.read<std::uint8_t>();
  if (line_range == 0 || instructions_.first_special == 0) return false;
  instructions_.operand_counts = in.bytes(instructions_.first_special - 1U);
  plan_steps(instructions_, line_base, line_range);
  return in.ok();
}

bool LineProgram::read_tables(base::ByteReader& in, Work& work) {
  EntryFormat format;
  format.read(in);
  std::uint64_t left = std::min(in.read_varint(), kMostFiles);
  for (; left > 0 && in.ok() && work.take(1); --left) {
    folders_.push_back(format.read_entry(in, *unit_, encoding_).name);
  }
  format = {};
  format.read(in);
  left = std::min(in.read_varint(), kMostFiles);
  for (; left > 0 && in.ok() && work.take(1); --left)
    files_.push_back(format.read_entry(in, *unit_, encoding_));
  return in.ok();
}

// Numbers began with 1 then: number 0 is the unit's own folder, and no file.
bool LineProgram::read_old_tables(base::ByteReader& in) {
  folders_.push_back(unit_->folder);
  files_.push_back({});
  for (std::string_view name = in.c_string(); !name.empty(); name = in.c_string()) folders_.push_back(name);
  for (std::string_view name = in.c_string(); !name.empty(); name = in.c_string()) {
    files_.push_back({.name = name, .folder = in.read_varint()});
    in.read_varint();  // time of its last change
    in.read_varint();  // size
  }
  return in.ok();
}

void LineProgram::find(std::span<const std::uint64_t> addresses, std::span<std::optional<Line>> lines,
                       Work& work) const {
  if (work.take(instructions_.bytes.size())) run_line_program(instructions_, addresses, lines);
}

const std::string& LineProgram::path(std::uint64_t file) {
  static const std::string kNone;
  if (file >= files_.size()) return kNone;
  if (paths_.empty()) paths_.resize(files_.size());
  std::string& path = paths_[static_cast<std::size_t>(file)];
  if (path.empty()) path = make_path(files_[static_cast<std::size_t>(file)]);
  return path;
}

std::string LineProgram::make_path(const File& found) const {
  if (found.name.empty()) return {};
  if (is_absolute(found.name)) return std::string(found.name);
  const std::string_view folder =
      found.folder < folders_.size() ? folders_[static_cast<std::size_t>(found.folder)] : std::string_view();
  std::string path = joined(folder, found.name);
  // Folders are counted from the unit's own, which is folder 0.
  const bool is_whole = is_absolute(path) || folder == unit_->folder;
  return is_whole ? path : joined(unit_->folder, path);
}

}  // namespace ajar::objfile::dwarf
