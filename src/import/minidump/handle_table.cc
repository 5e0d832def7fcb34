#include "import/minidump/handle_table.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

#include "import/minidump/object_facts.h"
#include "model/not_readable.h"
#include "model/windows_objects.h"

namespace ajar::import {
namespace {

using model::FactKey;

// Of a process. What has more is damaged, and would take gigabytes.
constexpr std::size_t kMostHandles = std::size_t{1} << 24U;

base::Result<model::WindowsHandle> read_handle(const objfile::Minidump& dump,
                                               const objfile::MinidumpHandle& row, Texts& texts) {
  model::WindowsHandle handle;
  handle.value = row.value;
  const std::string whose = fmt::format("handle {:#x}", row.value);
  auto type = texts.read(row.type, "the type of " + whose);
  if (!type.ok()) return std::move(type).error();
  handle.type = type.value().empty() ? std::string(model::kNotReadable) : std::move(type).value();
  auto name = texts.read(row.name, "the name of " + whose);
  if (!name.ok()) return std::move(name).error();
  handle.name = std::move(name).value();
  handle.access = row.granted_access;
  handle.attributes = row.attributes;
  // An object that has a handle has at least one of each: none means that nobody could count.
  if (row.type != objfile::MinidumpText::none && (row.handle_count != 0 || row.pointer_count != 0))
    handle.counts = {.handles = row.handle_count, .pointers = row.pointer_count};
  auto infos = dump.object_infos(row.info).in(whose);
  if (!infos.ok()) return std::move(infos).error();
  for (model::Fact& fact : object_facts(infos.value())) {
    if (fact.text.has_value()) {
      if (auto spent = texts.spend(fact.text->size()); !spent.ok()) return std::move(spent).error();
    }
    handle.more.push_back(std::move(fact));
  }
  return handle;
}

// What ajar's own stream says, to the handles that it is about.
base::Result<void> add_facts(const objfile::Minidump& dump, Texts& texts,
                             std::vector<model::WindowsHandle>& handles) {
  std::unordered_map<std::uint64_t, std::size_t> places;
  if (dump.fact_count() > 0) {
    for (std::size_t i = 0; i < handles.size(); ++i) places.try_emplace(handles[i].value, i);
  }
  for (std::size_t i = 0; i < dump.fact_count(); ++i) {
    const objfile::MinidumpFact row = dump.fact(i);
    const auto place = places.find(row.handle);
    const auto key = static_cast<FactKey>(row.key);
    // A later ajar may know more kinds of facts.
    if (place == places.end() || row.key > UINT16_MAX || model::fact_name(key).empty()) continue;
    model::Fact fact{.key = key, .number = row.number, .text = {}};
    if (row.text != objfile::MinidumpText::none) {
      auto text = texts.read(row.text, fmt::format("a fact of handle {:#x}", row.handle));
      if (!text.ok()) return std::move(text).error();
      fact.text = std::move(text).value();
    }
    handles[place->second].more.push_back(std::move(fact));
  }
  return {};
}

}  // namespace

base::Result<std::vector<model::Handle>> read_handle_table(const objfile::Minidump& dump, Texts& texts) {
  if (dump.handle_count() > kMostHandles) {
    return base::Error(
        fmt::format("says it has {} handles, and a process has {} at most: the file is damaged",
                    dump.handle_count(), kMostHandles));
  }
  std::vector<model::WindowsHandle> rows;
  for (std::size_t i = 0; i < dump.handle_count(); ++i) {
    auto handle = read_handle(dump, dump.handle(i), texts);
    if (!handle.ok()) return std::move(handle).error();
    rows.push_back(std::move(handle).value());
  }
  if (auto added = add_facts(dump, texts, rows); !added.ok()) return std::move(added).error();
  std::vector<model::Handle> handles;
  handles.reserve(rows.size());
  for (model::WindowsHandle& row : rows) handles.push_back(model::as_handle(std::move(row)));
  model::put_in_order(handles);
  return handles;
}

}  // namespace ajar::import
