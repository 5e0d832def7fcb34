#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::model {

// What can be known of a handle beyond its number, type and name: one list for live tables, snapshots, dumps
// and logs. The number is what a recording holds, the name is what JSON shows: a row is added at the end,
// none is ever renumbered or renamed.
//
//        key            number  name in JSON      value
#define AJAR_FACTS(FACT)                                                                        \
  FACT(path, 1, "path")                     /* text: where the kernel says the object is */     \
  FACT(local_address, 2, "local")           /* text: 127.0.0.1:80, [::1]:80, /run/x.sock, @x */ \
  FACT(peer_address, 3, "peer")             /* text, as above */                                \
  FACT(open_flags, 4, "open_flags")         /* number: O_… as asked for */                      \
  FACT(inode, 5, "inode")                   /* number */                                        \
  FACT(family, 6, "family")                 /* number: AF_… */                                  \
  FACT(socket_type, 7, "socket_type")       /* number: SOCK_… */                                \
  FACT(protocol, 8, "protocol")             /* number: IPPROTO_… */                             \
  FACT(granted_access, 9, "granted_access") /* number: a Windows access mask */                 \
  FACT(attributes, 10, "attributes")        /* number: OBJ_… */                                 \
  FACT(handle_count, 11, "handle_count")    /* number */                                        \
  FACT(pointer_count, 12, "pointer_count")  /* number */

enum class FactKey : std::uint16_t {
#define AJAR_FACT_ENUM(key, number, json) key = (number),
  AJAR_FACTS(AJAR_FACT_ENUM)
#undef AJAR_FACT_ENUM
};

// The fact's name in JSON; empty for a number that this version does not know.
std::string_view fact_name(FactKey key);

// Text where `text` is set, otherwise the number.
struct Fact {
  FactKey key{};
  std::uint64_t number = 0;
  std::optional<std::string> text;

  bool operator==(const Fact&) const = default;
};

// nullptr where the list does not have it.
const Fact* find_fact(const std::vector<Fact>& facts, FactKey key);

}  // namespace ajar::model
