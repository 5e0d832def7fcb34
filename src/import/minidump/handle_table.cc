#include "import/minidump/handle_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "import/minidump/object_facts.h"
#include "model/not_readable.h"

namespace ajar::import {
namespace {

using model::FactKey;

// Of a process. What has more is damaged, and would take gigabytes.
constexpr std::size_t kMostHandles = std::size_t{1} << 24U;

base::Result<model::Handle> read_handle(const objfile::Minidump& dump, const objfile::MinidumpHandle& row,
                                        Texts& texts) {
  model::Handle handle;
  handle.value = row.value;
  const std::string whose = fmt::format("handle {:#x}", row.value);
  auto type = texts.read(row.type, "the type of " + whose);
  if (!type.ok()) return std::move(type).error();
  handle.type = type.value().empty() ? std::string(model::kNotReadable) : std::move(type).value();
  auto name = texts.read(row.name, "the name of " + whose);
  if (!name.ok()) return std::move(name).error();
  handle.name = std::move(name).value();
  const auto add = [&](FactKey key, std::uint64_t number) {
    handle.facts.push_back({.key = key, .number = number, .text = {}});
  };
  add(FactKey::granted_access, row.granted_access);
  add(FactKey::attributes, row.attributes);
  if (row.type != objfile::MinidumpText::none) {
    add(FactKey::handle_count, row.handle_count);
    add(FactKey::pointer_count, row.pointer_count);
  }
  auto infos = dump.object_infos(row.info).in(whose);
  if (!infos.ok()) return std::move(infos).error();
  for (model::Fact& fact : object_facts(infos.value())) {
    if (fact.text.has_value()) {
      if (auto spent = texts.spend(fact.text->size()); !spent.ok()) return std::move(spent).error();
    }
    handle.facts.push_back(std::move(fact));
  }
  return handle;
}

}  // namespace

base::Result<std::vector<model::Handle>> read_handle_table(const objfile::Minidump& dump, Texts& texts) {
  if (dump.handle_count() > kMostHandles) {
    return base::Error(
        fmt::format("says it has {} handles, and a process has {} at most: the file is damaged",
                    dump.handle_count(), kMostHandles));
  }
  std::vector<model::Handle> handles;
  for (std::size_t i = 0; i < dump.handle_count(); ++i) {
    auto handle = read_handle(dump, dump.handle(i), texts);
    if (!handle.ok()) return std::move(handle).error();
    handles.push_back(std::move(handle).value());
  }
  model::put_in_order(handles);
  return handles;
}

}  // namespace ajar::import
