#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objfile/testing/fake_elf.h"

// For tests: a minidump made of values.
namespace ajar::objfile {

struct FakeMinidump {
  struct Module {
    std::uint64_t base = 0;
    std::uint32_t size = 0x10000;
    std::uint32_t timestamp = 0x5f00'0001;
    std::string name = {};
    std::string code_view = {};  // the whole record
  };
  struct Info {
    std::uint32_t type = 0;
    std::string contents = {};
  };
  struct Handle {
    std::uint64_t value = 0;
    std::string type = {};  // empty: the place of its name is 0
    std::string name = {};
    std::uint32_t attributes = 0, access = 0x1f0003, handles = 2, pointers = 3;
    std::vector<Info> infos = {};
  };
  struct Operation {
    std::uint64_t handle = 0;
    std::uint32_t kind = 1;
    std::vector<std::uint64_t> frames = {};
    std::uint32_t thread = 8, process = 4242;
    std::uint32_t depth = 0;  // 0: as many as there are frames
  };
  struct ThreadInfo {
    std::uint32_t id = 0, exit_status = 0x103;
    std::uint64_t created = 0, exited = 0;
  };
  struct Stream {
    std::uint32_t type = 0;
    std::string contents = {};
  };

  std::uint32_t written = 1'700'000'800;
  std::uint32_t created = 1'700'000'000;
  std::uint32_t misc_flags = 3;  // pid and times
  std::uint32_t pid = 4242;
  std::uint16_t processor = 9;
  std::uint32_t major = 10, minor = 0, os_build = 22631;
  std::uint32_t handle_size = 40;  // of a descriptor
  bool padded_lists = false;       // of modules and threads
  std::vector<Module> modules;
  std::vector<Module> unloaded;
  std::vector<std::uint32_t> threads;
  std::vector<ThreadInfo> thread_infos;
  std::vector<Handle> handles;
  std::vector<Operation> operations;
  bool has_handles = false, has_operations = false;  // the streams, even if they are empty
  std::vector<Stream> more;                          // of any kind

  // RSDS: the GUID as its 16 bytes lie in the file.
  static std::string pdb_record(const std::string& guid, std::uint32_t age, const std::string& path) {
    std::string out = "RSDS" + guid;
    append_number(out, age, 4);
    return out + path + '\0';
  }

  // The file: header, directory, streams; the texts and records they point to before them.
  [[nodiscard]] std::string build() const {
    std::vector<Stream> streams = {{7, system()}, {15, misc()}};
    streams.push_back({3, {}});
    streams.push_back({4, {}});
    if (!unloaded.empty()) streams.push_back({14, {}});
    if (!thread_infos.empty()) streams.push_back({17, thread_info_rows()});
    if (has_handles || !handles.empty()) streams.push_back({12, {}});
    if (has_operations || !operations.empty()) streams.push_back({18, operation_rows()});
    const std::size_t own = streams.size();
    streams.insert(streams.end(), more.begin(), more.end());
    std::string out = "MDMP";
    append_number(out, 0xa793, 4);
    append_number(out, streams.size(), 4);
    append_number(out, kHeader, 4);
    append_number(out, 0, 4);
    append_number(out, written, 4);
    append_number(out, 0x4, 8);
    out.resize(kHeader + 12 * streams.size());
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (i < own) fill(streams[i], out);
      const std::string& contents = streams[i].contents;
      std::string entry;
      append_number(entry, streams[i].type, 4);
      append_number(entry, contents.size(), 4);
      append_number(entry, out.size(), 4);
      out.replace(kHeader + 12 * i, entry.size(), entry);
      out += contents;
    }
    return out;
  }

 private:
  static constexpr std::size_t kHeader = 32;

  // What points to texts and records, which come first.
  void fill(Stream& stream, std::string& file) const {
    if (stream.type == 3) stream.contents = thread_rows();
    if (stream.type == 4) stream.contents = module_rows(file);
    if (stream.type == 14) stream.contents = unloaded_rows(file);
    if (stream.type == 12) stream.contents = handle_rows(file);
  }

  // Puts it behind all, and says where.
  static std::uint32_t add(std::string& out, const std::string& bytes) {
    const auto at = static_cast<std::uint32_t>(out.size());
    out += bytes;
    return at;
  }

  // ASCII only.
  static std::uint32_t add_text(std::string& out, const std::string& text) {
    if (text.empty()) return 0;
    std::string bytes;
    append_number(bytes, 2 * text.size(), 4);
    for (const char c : text) append_number(bytes, static_cast<unsigned char>(c), 2);
    append_number(bytes, 0, 2);
    return add(out, bytes);
  }

  [[nodiscard]] std::string system() const {
    std::string out;
    append_number(out, processor, 2);
    out.resize(8);
    for (const std::uint32_t number : {major, minor, os_build}) append_number(out, number, 4);
    out.resize(56);
    return out;
  }

  [[nodiscard]] std::string misc() const {
    std::string out;
    for (const std::uint32_t number : {24U, misc_flags, pid, created, 0U, 0U}) append_number(out, number, 4);
    return out;
  }

  [[nodiscard]] std::string list_head(std::size_t count) const {
    std::string out;
    append_number(out, count, 4);
    if (padded_lists) append_number(out, 0, 4);
    return out;
  }

  [[nodiscard]] std::string thread_rows() const {
    std::string out = list_head(threads.size());
    for (const std::uint32_t id : threads) {
      append_number(out, id, 4);
      out.resize(out.size() + 44);
    }
    return out;
  }

  static std::string described_head(unsigned header, unsigned row, std::size_t count) {
    std::string out;
    append_number(out, header, 4);
    append_number(out, row, 4);
    append_number(out, count, 4);
    out.resize(header);
    return out;
  }

  static std::string module_head(const Module& module, std::string& file) {
    std::string out;
    append_number(out, module.base, 8);
    append_number(out, module.size, 4);
    append_number(out, 0, 4);
    append_number(out, module.timestamp, 4);
    append_number(out, add_text(file, module.name), 4);
    return out;
  }

  std::string module_rows(std::string& file) const {
    std::string out = list_head(modules.size());
    for (const Module& module : modules) {
      std::string row = module_head(module, file);
      row.resize(row.size() + 52);
      append_number(row, module.code_view.size(), 4);
      append_number(row, module.code_view.empty() ? 0 : add(file, module.code_view), 4);
      row.resize(108);
      out += row;
    }
    return out;
  }

  std::string unloaded_rows(std::string& file) const {
    std::string out = described_head(12, 24, unloaded.size());
    for (const Module& module : unloaded) out += module_head(module, file);
    return out;
  }

  [[nodiscard]] std::string thread_info_rows() const {
    std::string out = described_head(12, 64, thread_infos.size());
    for (const ThreadInfo& info : thread_infos) {
      for (const std::uint32_t number : {info.id, 0U, 0U, info.exit_status}) append_number(out, number, 4);
      append_number(out, info.created, 8);
      append_number(out, info.exited, 8);
      out.resize(out.size() + 32);
    }
    return out;
  }

  // The chain, last link first. 0 where there is none.
  static std::uint32_t add_infos(std::string& file, const std::vector<Info>& infos) {
    std::uint32_t next = 0;
    for (auto info = infos.rbegin(); info != infos.rend(); ++info) {
      std::string bytes;
      append_number(bytes, next, 4);
      append_number(bytes, info->type, 4);
      append_number(bytes, info->contents.size(), 4);
      next = add(file, bytes + info->contents);
    }
    return next;
  }

  std::string handle_rows(std::string& file) const {
    std::string out = described_head(16, handle_size, handles.size());
    for (const Handle& handle : handles) {
      std::string row;
      append_number(row, handle.value, 8);
      append_number(row, add_text(file, handle.type), 4);
      append_number(row, add_text(file, handle.name), 4);
      for (const std::uint32_t number : {handle.attributes, handle.access, handle.handles, handle.pointers})
        append_number(row, number, 4);
      if (handle_size >= 40) append_number(row, add_infos(file, handle.infos), 4);
      row.resize(handle_size);
      out += row;
    }
    return out;
  }

  [[nodiscard]] std::string operation_rows() const {
    std::string out = described_head(16, 288, operations.size());
    std::uint32_t index = 0;
    for (const Operation& operation : operations) {
      std::string row;
      append_number(row, operation.handle, 8);
      const auto depth =
          operation.depth == 0 ? static_cast<std::uint32_t>(operation.frames.size()) : operation.depth;
      for (const std::uint32_t number :
           {operation.process, operation.thread, operation.kind, 0U, depth, ++index})
        append_number(row, number, 4);
      for (const std::uint64_t frame : operation.frames) append_number(row, frame, 8);
      row.resize(288);
      out += row;
    }
    return out;
  }
};

// The parts of object information that tests are made of, for 64-bit systems.
inline std::string thread_contents(std::uint32_t exit_status, std::uint64_t pid, std::uint64_t tid) {
  std::string out;
  append_number(out, exit_status, 4);
  append_number(out, 0, 4);
  for (const std::uint64_t number : {std::uint64_t{0x7ff0'0000}, pid, tid, std::uint64_t{1}})
    append_number(out, number, 8);
  append_number(out, 8, 4);
  append_number(out, 10, 4);
  return out;
}

inline std::string words_of(const std::vector<std::uint32_t>& words) {
  std::string out;
  for (const std::uint32_t word : words) append_number(out, word, 4);
  return out;
}

}  // namespace ajar::objfile
