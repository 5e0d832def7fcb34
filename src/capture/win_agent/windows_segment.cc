#include "capture/win_agent/windows_segment.h"

#include <array>
#include <cstring>
#include <optional>

#include "capture/segment/record_bytes.h"
#include "catalog/windows_calls.h"
#include "objfile/pe.h"
#include "tables/windows/object_paths.h"

namespace ajar::capture::win_agent {
namespace {

constexpr std::size_t kMostNames = 1U << 20U;  // a victim may write any number of them

std::string words_of_client(std::string_view payload) {
  std::array<ajar_u32, 2> client{};
  if (payload.size() != sizeof(client)) return {};
  std::memcpy(client.data(), payload.data(), sizeof(client));
  const auto [process, thread] = client;
  if (thread == 0) return "process " + std::to_string(process);
  return "thread " + std::to_string(thread) +
         (process == 0 ? std::string() : " of process " + std::to_string(process));
}

// As people call it.
std::string known_as(std::string_view type, std::string_view name) {
  std::string path;
  if (type == "File") path = tables::windows::path_of_file(name, {});
  if (type == "Key") path = tables::windows::path_of_key(name);
  return path.empty() ? std::string(name) : path;
}

bool can_hold_others(std::string_view type) {
  return type == "Key" || type == "File" || type == "Directory";
}

}  // namespace

segment::EntryWords WindowsSegment::words_of_entry(std::uint16_t entry) const {
  if (entry == 0 || entry > catalog::kWindowsCalls.size()) return {};
  const catalog::WindowsCall& call = catalog::kWindowsCalls[entry - 1U];
  return {call.name, call.type};
}

segment::EventWords WindowsSegment::words_of_event(const ajar_event& event, std::string_view payload) {
  segment::EventWords words;
  if (event.payload == AJAR_PAYLOAD_CLIENT) words.text = words_of_client(payload);
  return words;
}

std::string WindowsSegment::module_identity(const ajar_module& module, const std::string& /*path*/) const {
  ajar_pe_identity identity{};
  static_assert(sizeof(identity) <= sizeof(module.build_id));
  std::memcpy(&identity, module.build_id, sizeof(identity));
  std::optional<objfile::PePdb> pdb;
  if (identity.has_pdb != 0) {
    pdb.emplace();
    std::memcpy(pdb->guid.data(), identity.pdb_guid, sizeof(identity.pdb_guid));
    pdb->age = identity.pdb_age;
  }
  return objfile::pe_identity(pdb, identity.timestamp, identity.size_of_image);
}

void WindowsSegment::was_open(const model::Snapshot& snapshot) {
  for (const model::Handle& handle : snapshot.handles) {
    if (!handle.name.empty() && can_hold_others(handle.type))
      names_.try_emplace(static_cast<std::uint32_t>(handle.value), handle.name);
  }
}

std::string WindowsSegment::whole_name(std::string_view type, const ajar_event& raw,
                                       std::string_view name) const {
  if (raw.other == 0) return known_as(type, name);
  const auto root = names_.find(static_cast<std::uint32_t>(raw.other));
  if (root == names_.end()) return std::string(name);
  if (name.empty()) return known_as(type, root->second);
  return known_as(type, root->second + (root->second.ends_with('\\') ? "" : "\\") + std::string(name));
}

// Of a process that was started: its handle, and that of its first thread.
void WindowsSegment::decode_pair(const ajar_event& raw, std::string_view rest) {
  model::Event event = event_of(raw, rest);
  recorder().event(event);
  event.handle = static_cast<std::uint32_t>(raw.other);
  event.type = recorder().intern("Thread");
  recorder().event(event);
}

void WindowsSegment::decode_open(const ajar_event& raw, std::string_view rest) {
  model::Event event = event_of(raw, rest);
  const std::string_view type = words_of_entry(raw.entry).type;
  const std::string_view name =
      raw.payload == AJAR_PAYLOAD_TEXT ? rest.substr(0, raw.payload_length) : std::string_view();
  if (!name.empty() || raw.other != 0) {
    const std::string whole = whole_name(type, raw, name);
    event.text = whole.empty() ? model::StringId{} : recorder().intern(whole);
    const bool is_kept = raw.error == 0 && can_hold_others(type) && names_.size() < kMostNames;
    if (is_kept) names_.insert_or_assign(static_cast<std::uint32_t>(raw.handle), whole);
  } else if (raw.error == 0) {
    names_.erase(static_cast<std::uint32_t>(raw.handle));
  }
  recorder().event(event);
}

// A number stands for what it was made from, and for nothing once it is closed.
void WindowsSegment::keep_names(const ajar_event& raw) {
  const auto handle = static_cast<std::uint32_t>(raw.handle);
  if (raw.effect == AJAR_EFFECT_CLOSE) names_.erase(handle);
  if (raw.effect != AJAR_EFFECT_DUPLICATE) return;
  const auto from = names_.find(static_cast<std::uint32_t>(raw.other));
  if (from == names_.end()) {
    names_.erase(handle);
  } else {
    names_.insert_or_assign(handle, std::string(from->second));
  }
}

void WindowsSegment::decode_event(const ajar_record& record) {
  const auto [whole, raw, rest] = segment::parse<ajar_event>(record);
  if (!whole) return;
  if (raw.effect == AJAR_EFFECT_PAIR && raw.error == 0) return decode_pair(raw, rest);
  // What an open is called depends on others before it: it is not the same for having the same bytes.
  if (raw.effect == AJAR_EFFECT_OPEN) return decode_open(raw, rest);
  if (raw.error == 0) keep_names(raw);
  SegmentReader::decode_event(record);
}

}  // namespace ajar::capture::win_agent
