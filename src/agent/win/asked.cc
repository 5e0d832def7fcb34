#include "agent/win/asked.h"

#include "agent/win/calls.h"

namespace ajar::agent {
namespace {

// A file that is opened by its number on the volume has that for a name, as bytes (FILE_OPEN_BY_FILE_ID, of
// the options for creating).
bool is_by_number(const tell::Made& made) {
  constexpr uint64_t kByFileId = 0x2000;
  if (made.row == kCall_NtCreateFile) return (made.arguments[8] & kByFileId) != 0;
  return made.row == kCall_NtOpenFile && (made.arguments[5] & kByFileId) != 0;
}

// What is only found out once the name has been looked at (MS-ERREF, 'NTSTATUS Values').
bool has_read_the_name(int32_t status) {
  switch (static_cast<uint32_t>(status)) {
    case 0xc0000022:  // access denied
    case 0xc0000024:  // object type mismatch
    case 0xc000003b:  // object path syntax bad
    case 0xc0000043:  // sharing violation
    case 0xc0000044:  // quota exceeded
    case 0xc000009a:  // insufficient resources
    case 0xc000011f:  // too many opened files
      return true;
    default:
      return false;
  }
}

void ask_for_name(const UNICODE_STRING* name, Text& text, Asked& asked) {
  if (name == nullptr || name->Length == 0) return;
  asked.length = to_utf8(*name, text.bytes);
  asked.bytes = text.bytes;
  asked.kind = AJAR_PAYLOAD_TEXT;
}

}  // namespace

Asked asked_for(const tell::Made& made, Text& text) {
  const CallRow& row = kCalls[made.row];
  Asked asked;
  const uint64_t at = row.asked == Tells::nothing ? 0 : made.arguments[row.asked_at];
  if (at == 0) return asked;
  switch (row.asked) {
    case Tells::object: {
      const auto* object = reinterpret_cast<const OBJECT_ATTRIBUTES*>(at);
      if (!is_by_number(made)) ask_for_name(object->ObjectName, text, asked);
      const bool is_inside = asked.length != 0 || row.effect == Effect::opens;
      if (is_inside) asked.root = handle_number(reinterpret_cast<uint64_t>(object->RootDirectory));
      break;
    }
    case Tells::name:
      ask_for_name(reinterpret_cast<const UNICODE_STRING*>(at), text, asked);
      break;
    case Tells::client: {
      const auto* client = reinterpret_cast<const uint64_t*>(at);
      text.client[0] = static_cast<ajar_u32>(client[0]);
      text.client[1] = static_cast<ajar_u32>(client[1]);
      asked.bytes = text.client;
      asked.length = sizeof(text.client);
      asked.kind = AJAR_PAYLOAD_CLIENT;
      break;
    }
    case Tells::nothing:
      break;
  }
  return asked;
}

Asked asked_for_in_vain(const tell::Made& made, int32_t status, Text& text) {
  return has_read_the_name(status) ? asked_for(made, text) : Asked{};
}

}  // namespace ajar::agent
